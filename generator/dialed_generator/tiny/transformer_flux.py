"""FLUX.1: [dev] and its relatives take guidance as an input, [schnell] does not."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from dialed_generator.tiny.flag_sources import (
    DIFFUSERS,
    FLUX,
    FLUX_SHIFT,
    FLUX_SHIFT_URL,
    FORGE,
    flow_flags,
)
from dialed_generator.tiny.tiny_model import (
    PROMPT,
    Flag,
    Task,
    TinyModel,
    mask,
    picture,
    redraw_zeros,
    seeded,
)

SIDE = 64
_SCHNELL_SHIFT: dict[str, bool | float | str | None] = {
    **FLUX_SHIFT,
    "shift": 1.0,
    "use_dynamic_shifting": False,
}
_SCHNELL_SHIFT_URL = FORGE + "black-forest-labs/FLUX.1-schnell/scheduler/scheduler_config.json"
_DEV, _SCHNELL = (
    FORGE + f"black-forest-labs/FLUX.1-{name}/transformer/config.json"
    for name in ("dev", "schnell")
)
_UTIL = FLUX + "src/flux/util.py"


def components(
    *, in_channels: int = 64, guidance: bool = True, scheduler: dict[str, Any] = FLUX_SHIFT
) -> dict[str, Any]:
    """The parts of a FLUX.1 pipeline. Call it inside `seeded`."""
    import diffusers

    from dialed_generator.tiny.autoencoders import sixteen_channel_autoencoder
    from dialed_generator.tiny.byte_tokenizers import t5_tokenizer
    from dialed_generator.tiny.clip_tokenizer import clip_text_model, clip_tokenizer
    from dialed_generator.tiny.language_models import t5_encoder

    first, second = clip_tokenizer(), t5_tokenizer()
    return {
        "transformer": diffusers.FluxTransformer2DModel(
            **_network(in_channels, guidance), out_channels=64
        ),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(**scheduler),
        "vae": sixteen_channel_autoencoder(),
        "tokenizer": first,
        "text_encoder": clip_text_model(first),
        "tokenizer_2": second,
        "text_encoder_2": t5_encoder(second),
    }


def _network(in_channels: int, guidance: bool) -> dict[str, Any]:
    return {
        "patch_size": 1,
        "in_channels": in_channels,
        "num_layers": 1,
        "num_single_layers": 1,
        "attention_head_dim": 16,
        "num_attention_heads": 2,
        "joint_attention_dim": 32,
        "pooled_projection_dim": 32,
        "guidance_embeds": guidance,
        "axes_dims_rope": (4, 4, 8),
    }


def _build(kind: str, **parts: Any) -> Any:
    import diffusers

    with seeded():
        pipeline = getattr(diffusers, kind)(**components(**parts))
        redraw_zeros(pipeline.transformer)
    return pipeline


def _build_controlnet(kind: str) -> Any:
    import diffusers

    with seeded():
        pipeline = getattr(diffusers, kind)(
            **components(),
            controlnet=diffusers.FluxControlNetModel(**_network(64, True)),
        )
        redraw_zeros(pipeline.transformer, pipeline.controlnet)
    return pipeline


def _text() -> dict[str, Any]:
    return {"prompt": PROMPT, "height": SIDE, "width": SIDE, "num_inference_steps": 10}


def _image() -> dict[str, Any]:
    return {**_text(), "image": picture(SIDE, SIDE)}


def _inpaint() -> dict[str, Any]:
    return {**_image(), "mask_image": mask(SIDE, SIDE)}


def _control() -> dict[str, Any]:
    return {**_text(), "control_image": picture(SIDE, SIDE, seed=4)}


def _kontext() -> dict[str, Any]:
    # The class brings image and result to about a megapixel unless it is told otherwise.
    return {**_image(), "max_area": SIDE * SIDE, "_auto_resize": False}


def _guidance(name: str, value: bool, *more: Flag) -> tuple[Flag, ...]:
    return (Flag("transformer.guidance_embeds", value, name), *more)


_ENCODERS = (
    Flag(
        "model_index.text_encoder_2",
        "T5EncoderModel",
        FORGE + "black-forest-labs/FLUX.1-dev/model_index.json",
    ),
)
_DEV_FLAGS = (
    *_guidance(_DEV, True, Flag("transformer.in_channels", 64, _DEV)),
    *flow_flags(FLUX_SHIFT_URL, **FLUX_SHIFT),
    *_ENCODERS,
)
_SCHNELL_FLAGS = (
    *_guidance(_SCHNELL, False, Flag("transformer.in_channels", 64, _SCHNELL)),
    *flow_flags(_SCHNELL_SHIFT_URL, **_SCHNELL_SHIFT),
    *_ENCODERS,
)


def _relative(in_channels: int) -> tuple[Flag, ...]:
    """Flags of the models that were made from [dev]; the reference code states guidance and channels."""
    return (
        *_guidance(_UTIL, True, Flag("transformer.in_channels", in_channels, _UTIL)),
        *flow_flags(FLUX_SHIFT_URL, **FLUX_SHIFT),
        *_ENCODERS,
    )


def _model(
    name: str,
    records: str | tuple[str, ...],
    task: Task,
    kind: str,
    call: Callable[[], dict[str, Any]],
    flags: tuple[Flag, ...] = _DEV_FLAGS,
    build: Callable[[], Any] | None = None,
) -> TinyModel:
    return TinyModel(
        id=name,
        stands_for=(records,) if isinstance(records, str) else records,
        task=task,
        pipeline=kind,
        build=build or partial(_build, kind),
        call=call,
        flags=flags,
    )


def _schnell(name: str, task: Task, kind: str, call: Callable[[], dict[str, Any]]) -> TinyModel:
    build = partial(_build, kind, guidance=False, scheduler=_SCHNELL_SHIFT)
    return _model(name, "flux-schnell", task, kind, call, _SCHNELL_FLAGS, build)


def _wide(
    name: str, records: str | tuple[str, ...], task: Task, kind: str, channels: int, call: Any
) -> TinyModel:
    """A model whose picture or mask comes in as further channels."""
    build = partial(_build, kind, in_channels=channels)
    return _model(name, records, task, kind, call, _relative(channels), build)


def _with_controlnet(name: str, task: Task, kind: str, call: Any) -> TinyModel:
    source = DIFFUSERS + "docs/source/en/api/pipelines/controlnet_flux.md"
    flags = (*_DEV_FLAGS, Flag("model_index.controlnet", "FluxControlNetModel", source))
    return _model(name, "flux-dev", task, kind, call, flags, partial(_build_controlnet, kind))


MODELS: tuple[TinyModel, ...] = (
    _model("flux-dev", "flux-dev", "text-to-image", "FluxPipeline", _text),
    _model("flux-dev-img2img", "flux-dev", "image-to-image", "FluxImg2ImgPipeline", _image),
    _model("flux-dev-inpaint", "flux-dev", "inpaint", "FluxInpaintPipeline", _inpaint),
    _model("flux-krea-dev", "flux-krea-dev", "text-to-image", "FluxPipeline", _text, _relative(64)),
    _schnell("flux-schnell", "text-to-image", "FluxPipeline", _text),
    _schnell("flux-schnell-img2img", "image-to-image", "FluxImg2ImgPipeline", _image),
    _model(
        "flux-kontext-dev",
        "flux-kontext-dev",
        "edit",
        "FluxKontextPipeline",
        _kontext,
        _relative(64),
    ),
    _wide("flux-fill-dev", "flux-fill-dev", "inpaint", "FluxFillPipeline", 384, _inpaint),
    _wide(
        "flux-depth-dev",
        ("flux-depth-dev", "flux-canny-dev"),
        "control",
        "FluxControlPipeline",
        128,
        _control,
    ),
    _with_controlnet("flux-dev-controlnet", "control", "FluxControlNetPipeline", _control),
    _with_controlnet(
        "flux-dev-controlnet-img2img",
        "image-to-image",
        "FluxControlNetImg2ImgPipeline",
        lambda: {**_image(), **_control()},
    ),
)
