"""Stable Cascade at tiny size: the prior that reads the prompt and the decoder that follows it."""

from __future__ import annotations

from typing import Any

from dialed_generator.tiny.clip_tokenizer import clip_text_model, clip_tokenizer
from dialed_generator.tiny.conditional_unet import FORGE, STEPS
from dialed_generator.tiny.tiny_model import PROMPT, SEED, Flag, TinyModel, redraw_zeros, seeded

_PRIOR = f"{FORGE}/stabilityai/stable-cascade-prior"
_DECODER = f"{FORGE}/stabilityai/stable-cascade"
_WIDTH = 32


def _text() -> dict[str, Any]:
    tokenizer = clip_tokenizer()
    encoder = clip_text_model(tokenizer, width=_WIDTH, act="gelu", project=True)
    return {"tokenizer": tokenizer, "text_encoder": encoder}


def _prior() -> Any:
    from diffusers import DDPMWuerstchenScheduler, StableCascadePriorPipeline
    from diffusers.models import StableCascadeUNet

    with seeded():
        prior = StableCascadeUNet(
            in_channels=16,
            out_channels=16,
            conditioning_dim=_WIDTH,
            block_out_channels=(16, 16),
            num_attention_heads=(2, 2),
            down_num_layers_per_block=(1, 1),
            up_num_layers_per_block=(1, 1),
            switch_level=(False,),
            clip_image_in_channels=768,
            clip_text_in_channels=_WIDTH,
            clip_text_pooled_in_channels=_WIDTH,
            timestep_conditioning_type=("sca", "crp"),
            patch_size=1,
            dropout=(0.1, 0.1),
        )
        redraw_zeros(prior)
        return StableCascadePriorPipeline(
            prior=prior,
            scheduler=DDPMWuerstchenScheduler(s=0.008, scaler=1.0),
            resolution_multiple=42.67,
            **_text(),
        )


def _decoder() -> Any:
    from diffusers import DDPMWuerstchenScheduler, StableCascadeDecoderPipeline
    from diffusers.models import StableCascadeUNet
    from diffusers.pipelines.deprecated.wuerstchen.modeling_paella_vq_model import PaellaVQModel

    with seeded():
        decoder = StableCascadeUNet(
            in_channels=4,
            out_channels=4,
            conditioning_dim=_WIDTH,
            block_out_channels=(16, 16),
            num_attention_heads=(2, 2),
            down_num_layers_per_block=(1, 1),
            up_num_layers_per_block=(1, 1),
            down_blocks_repeat_mappers=(1, 1),
            up_blocks_repeat_mappers=(1, 1),
            block_types_per_layer=(
                ("SDCascadeResBlock", "SDCascadeTimestepBlock"),
                ("SDCascadeResBlock", "SDCascadeTimestepBlock", "SDCascadeAttnBlock"),
            ),
            switch_level=None,
            clip_text_pooled_in_channels=_WIDTH,
            effnet_in_channels=16,
            pixel_mapper_in_channels=3,
            timestep_conditioning_type=("sca",),
            patch_size=2,
            dropout=(0.0, 0.1),
        )
        vqgan = PaellaVQModel(bottleneck_blocks=1, num_vq_embeddings=2, levels=1, latent_channels=4)
        redraw_zeros(decoder, vqgan)
        return StableCascadeDecoderPipeline(
            decoder=decoder,
            scheduler=DDPMWuerstchenScheduler(s=0.008, scaler=1.0),
            vqgan=vqgan,
            latent_dim_scale=10.67,
            **_text(),
        )


def _prior_call() -> dict[str, Any]:
    return {"prompt": PROMPT, "width": 256, "height": 256, "num_inference_steps": STEPS}


def _decoder_call() -> dict[str, Any]:
    import torch

    embeddings = torch.randn(1, 16, 3, 3, generator=torch.Generator().manual_seed(SEED))
    return {"image_embeddings": embeddings, "prompt": PROMPT, "num_inference_steps": STEPS}


MODELS = (
    TinyModel(
        id="stable-cascade-prior",
        stands_for=("stable-cascade",),
        task="text-to-image",
        pipeline="StableCascadePriorPipeline",
        build=_prior,
        call=_prior_call,
        flags=(
            Flag("prior.in_channels", 16, f"{_PRIOR}/prior/config.json"),
            Flag("prior.clip_image_in_channels", 768, f"{_PRIOR}/prior/config.json"),
            Flag("config.resolution_multiple", 42.67, f"{_PRIOR}/model_index.json"),
        ),
        output="pt",
        values={"width": (256, 512), "height": (256, 512)},
    ),
    TinyModel(
        id="stable-cascade-decoder",
        stands_for=("stable-cascade",),
        task="embedding-to-image",
        pipeline="StableCascadeDecoderPipeline",
        build=_decoder,
        call=_decoder_call,
        flags=(
            Flag("decoder.in_channels", 4, f"{_DECODER}/decoder/config.json"),
            Flag("decoder.effnet_in_channels", 16, f"{_DECODER}/decoder/config.json"),
            Flag("config.latent_dim_scale", 10.67, f"{_DECODER}/model_index.json"),
            Flag(
                "scheduler._class_name",
                "DDPMWuerstchenScheduler",
                f"{_DECODER}/scheduler/scheduler_config.json",
            ),
        ),
    ),
)
