"""Kandinsky 2.2 (prior and decoder) and Kandinsky 3 at tiny size."""

from __future__ import annotations

from typing import Any

from dialed_generator.tiny.clip_tokenizer import clip_text_model, clip_tokenizer
from dialed_generator.tiny.conditional_unet import DIFFUSERS, SIZE, STEPS
from dialed_generator.tiny.tiny_model import (
    PROMPT,
    SEED,
    Flag,
    TinyModel,
    picture,
    redraw_zeros,
    seeded,
)

_TESTS = f"{DIFFUSERS}/tests/pipelines"
_DECODER = f"{_TESTS}/kandinsky2_2/test_kandinsky.py"
_PRIOR = f"{_TESTS}/kandinsky2_2/test_kandinsky_prior.py"
_THREE = f"{_TESTS}/kandinsky3/test_kandinsky3.py"
_WIDTH = 32


def small_movq() -> Any:
    """A ``VQModel`` that divides the size by eight. Call it inside `seeded`."""
    from diffusers import VQModel

    return VQModel(
        block_out_channels=(32,) * 4,  # its spatial norm has groups of 32
        down_block_types=("DownEncoderBlock2D",) * 3 + ("AttnDownEncoderBlock2D",),
        up_block_types=("AttnUpDecoderBlock2D",) + ("UpDecoderBlock2D",) * 3,
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=4,
        norm_type="spatial",
        num_vq_embeddings=12,
        vq_embed_dim=4,
    )


def _decoder(name: str) -> Any:
    import diffusers

    with seeded():
        unet = diffusers.UNet2DConditionModel(
            in_channels=4,
            out_channels=8,
            addition_embed_type="image",
            down_block_types=("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
            up_block_types=("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
            mid_block_type="UNetMidBlock2DSimpleCrossAttn",
            block_out_channels=(8, 16),
            norm_num_groups=4,
            layers_per_block=1,
            encoder_hid_dim=_WIDTH,
            encoder_hid_dim_type="image_proj",
            cross_attention_dim=_WIDTH,
            attention_head_dim=4,
            resnet_time_scale_shift="scale_shift",
        )
        movq = small_movq()
        redraw_zeros(unet, movq)
        scheduler = diffusers.DDIMScheduler(
            beta_schedule="linear",
            beta_start=0.00085,
            beta_end=0.012,
            clip_sample=False,
            set_alpha_to_one=False,
            steps_offset=1,
        )
        return getattr(diffusers, name)(unet=unet, scheduler=scheduler, movq=movq)


def _embeddings() -> dict[str, Any]:
    import torch

    generator = torch.Generator().manual_seed(SEED)
    return {
        name: torch.randn(1, _WIDTH, generator=generator)
        for name in ("image_embeds", "negative_image_embeds")
    }


def _decoder_call() -> dict[str, Any]:
    return _embeddings() | {"width": SIZE, "height": SIZE, "num_inference_steps": STEPS}


def _decoder_picture_call() -> dict[str, Any]:
    return _decoder_call() | {"image": picture(SIZE, SIZE)}


def _prior() -> Any:
    import torch
    from diffusers import KandinskyV22PriorPipeline, PriorTransformer, UnCLIPScheduler
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModelWithProjection

    with seeded():
        tokenizer = clip_tokenizer(77, "!")
        prior = PriorTransformer(
            num_attention_heads=2, attention_head_dim=12, embedding_dim=_WIDTH, num_layers=2
        )
        # Mean and spread of the embeddings are part of the trained weights; zeros would hide everything.
        prior.clip_std = torch.nn.Parameter(torch.ones(prior.clip_std.shape))
        vision = CLIPVisionModelWithProjection(
            CLIPVisionConfig(
                hidden_size=16,
                intermediate_size=16,
                projection_dim=_WIDTH,
                image_size=32,
                patch_size=16,
                num_attention_heads=2,
                num_hidden_layers=1,
            )
        )
        redraw_zeros(prior, vision)
        return KandinskyV22PriorPipeline(
            prior=prior,
            image_encoder=vision,
            text_encoder=clip_text_model(tokenizer, width=_WIDTH, act="gelu", project=True),
            tokenizer=tokenizer,
            scheduler=UnCLIPScheduler(
                variance_type="fixed_small_log",
                prediction_type="sample",
                num_train_timesteps=1000,
                clip_sample=True,
                clip_sample_range=10.0,
            ),
            image_processor=CLIPImageProcessor(
                size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}
            ),
        )


def _prior_call() -> dict[str, Any]:
    return {"prompt": PROMPT, "num_inference_steps": STEPS}


MODELS = (
    TinyModel(
        id="kandinsky-2.2",
        stands_for=("kandinsky-22",),
        task="embedding-to-image",
        pipeline="KandinskyV22Pipeline",
        build=lambda: _decoder("KandinskyV22Pipeline"),
        call=_decoder_call,
        flags=(
            Flag("unet.out_channels", 8, _DECODER),
            Flag("unet.addition_embed_type", "image", _DECODER),
            Flag("unet.encoder_hid_dim_type", "image_proj", _DECODER),
            Flag("movq.norm_type", "spatial", _DECODER),
            Flag("scheduler._class_name", "DDIMScheduler", _DECODER),
            Flag("scheduler.beta_schedule", "linear", _DECODER),
        ),
    ),
    TinyModel(
        id="kandinsky-2.2-img2img",
        stands_for=("kandinsky-22",),
        task="image-to-image",
        pipeline="KandinskyV22Img2ImgPipeline",
        build=lambda: _decoder("KandinskyV22Img2ImgPipeline"),
        call=_decoder_picture_call,
        flags=(Flag("unet.out_channels", 8, _DECODER), Flag("movq.norm_type", "spatial", _DECODER)),
    ),
    TinyModel(
        id="kandinsky-2.2-prior",
        stands_for=("kandinsky-22",),
        task="text-to-image",
        pipeline="KandinskyV22PriorPipeline",
        build=_prior,
        call=_prior_call,
        flags=(
            Flag("scheduler._class_name", "UnCLIPScheduler", _PRIOR),
            Flag("scheduler.prediction_type", "sample", _PRIOR),
            Flag("scheduler.clip_sample_range", 10.0, _PRIOR),
        ),
        output="pt",
    ),
)
