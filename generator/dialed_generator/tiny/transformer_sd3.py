"""Stable Diffusion 3 and 3.5: three text encoders, rectified flow with shift 3."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialed_generator.tiny.flag_sources import DIFFUSERS, FORGE, flow_flags
from dialed_generator.tiny.tiny_model import (
    PROMPT,
    Flag,
    TinyModel,
    mask,
    picture,
    redraw_zeros,
    seeded,
)

_MEDIUM = FORGE + "stabilityai/stable-diffusion-3-medium-diffusers/"
_CONVERT = DIFFUSERS + "scripts/convert_sd3_to_diffusers.py"
_SIDE = 64


def _build(kind: str, qk_norm: str | None, dual: tuple[int, ...], layers: int = 2) -> Any:
    import diffusers

    from dialed_generator.tiny.autoencoders import kl_autoencoder
    from dialed_generator.tiny.byte_tokenizers import t5_tokenizer
    from dialed_generator.tiny.clip_tokenizer import clip_text_model, clip_tokenizer
    from dialed_generator.tiny.language_models import t5_encoder

    first, third = clip_tokenizer(), t5_tokenizer()
    second = clip_tokenizer(pad_token="!")  # noqa: S106  no password
    with seeded():
        pipeline = getattr(diffusers, kind)(
            transformer=diffusers.SD3Transformer2DModel(
                sample_size=128,
                patch_size=2,
                in_channels=16,
                out_channels=16,
                num_layers=layers,
                attention_head_dim=8,
                num_attention_heads=4,
                joint_attention_dim=64,
                caption_projection_dim=32,
                pooled_projection_dim=64,
                pos_embed_max_size=16,
                qk_norm=qk_norm,
                dual_attention_layers=dual,
            ),
            scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0),
            vae=kl_autoencoder(16, scaling_factor=1.5305, shift_factor=0.0609, quant_conv=False),
            tokenizer=first,
            text_encoder=clip_text_model(first, project=True),
            tokenizer_2=second,
            text_encoder_2=clip_text_model(second, act="gelu", project=True),
            tokenizer_3=third,
            text_encoder_3=t5_encoder(third, width=64),
        )
        redraw_zeros(pipeline.transformer)
    return pipeline


def _text() -> dict[str, Any]:
    return {"prompt": PROMPT, "height": _SIDE, "width": _SIDE, "num_inference_steps": 10}


def _skipping() -> dict[str, Any]:
    return {**_text(), "skip_guidance_layers": [1]}  # the real one: 7, 8 and 9 of 24


def _image() -> dict[str, Any]:
    return {**_text(), "image": picture(_SIDE, _SIDE)}


def _inpaint() -> dict[str, Any]:
    return {**_image(), "mask_image": mask(_SIDE, _SIDE)}


_SCHEDULER = flow_flags(_MEDIUM + "scheduler/scheduler_config.json", shift=3.0)
_CHANNELS = (
    Flag("transformer.in_channels", 16, _MEDIUM + "transformer/config.json"),
    Flag("transformer.patch_size", 2, _MEDIUM + "transformer/config.json"),
    Flag("model_index.tokenizer_3", "T5TokenizerFast", _MEDIUM + "model_index.json"),
)
_SD3 = (*_SCHEDULER, *_CHANNELS, Flag("transformer.qk_norm", None, _CONVERT))
_SD35 = (*_SCHEDULER, *_CHANNELS, Flag("transformer.qk_norm", "rms_norm", _CONVERT))

MODELS: tuple[TinyModel, ...] = (
    TinyModel(
        id="sd3",
        stands_for=("sd3-medium",),
        task="text-to-image",
        pipeline="StableDiffusion3Pipeline",
        build=partial(_build, "StableDiffusion3Pipeline", None, ()),
        call=_text,
        flags=_SD3,
    ),
    TinyModel(
        id="sd35-medium",
        stands_for=("sd35-medium",),
        task="text-to-image",
        pipeline="StableDiffusion3Pipeline",
        build=partial(_build, "StableDiffusion3Pipeline", "rms_norm", (0,)),
        call=_skipping,
        # The real one has a second attention in blocks 0 to 12 of 24.
        flags=(*_SD35, Flag("transformer.dual_attention_layers", (0,), _CONVERT)),
    ),
    TinyModel(
        id="sd35-large",
        stands_for=("sd35-large",),
        task="text-to-image",
        pipeline="StableDiffusion3Pipeline",
        build=partial(_build, "StableDiffusion3Pipeline", "rms_norm", ()),
        call=_text,
        flags=_SD35,
    ),
    TinyModel(
        id="sd35-large-turbo",
        stands_for=("sd35-large-turbo",),
        task="text-to-image",
        pipeline="StableDiffusion3Pipeline",
        build=partial(_build, "StableDiffusion3Pipeline", "rms_norm", ()),
        call=_text,
        flags=_SD35,
    ),
    TinyModel(
        id="sd35-large-img2img",
        stands_for=("sd35-large",),
        task="image-to-image",
        pipeline="StableDiffusion3Img2ImgPipeline",
        build=partial(_build, "StableDiffusion3Img2ImgPipeline", "rms_norm", ()),
        call=_image,
        flags=_SD35,
    ),
    TinyModel(
        id="sd35-large-inpaint",
        stands_for=("sd35-large",),
        task="inpaint",
        pipeline="StableDiffusion3InpaintPipeline",
        build=partial(_build, "StableDiffusion3InpaintPipeline", "rms_norm", ()),
        call=_inpaint,
        flags=_SD35,
    ),
)
