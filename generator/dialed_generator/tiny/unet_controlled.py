"""ControlNet, T2I-Adapter, perturbed-attention and self-attention guidance on Stable Diffusion 1.5 and XL, at tiny size."""

from __future__ import annotations

from typing import Any

from dialed_generator.tiny.conditional_unet import DIFFUSERS, FORGE, SIZE
from dialed_generator.tiny.tiny_model import Flag, TinyModel, picture, redraw_zeros, seeded
from dialed_generator.tiny.unet_sd1 import (
    SD15_FLAGS,
    inpaint_call,
    picture_call,
    sd1_parts,
    sd1_pipeline,
    text_call,
)
from dialed_generator.tiny.unet_sdxl import BASE_FLAGS, sdxl_parts, sdxl_pipeline

_CANNY = f"{FORGE}/lllyasviel/control_v11p_sd15_canny/config.json"
_PIPELINES = f"{DIFFUSERS}/src/diffusers/pipelines"


def _network(unet: Any) -> Any:
    """A ControlNet made from a UNet, as their authors make them; its zero convolutions are redrawn."""
    from diffusers import ControlNetModel

    network = ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=(4, 4, 8, 8))
    redraw_zeros(network)
    return network


def _controlled(name: str) -> Any:
    import diffusers

    with seeded():
        if "XL" in name:
            parts = sdxl_parts()
            parts |= {"controlnet": _network(parts["unet"]), "add_watermarker": False}
        else:
            parts = sd1_parts()
            parts |= {"controlnet": _network(parts["unet"]), "requires_safety_checker": False}
        return getattr(diffusers, name)(**parts)


def _hint() -> Any:
    return picture(SIZE, SIZE, seed=5)


def _text_hint_call() -> dict[str, Any]:
    return text_call() | {"image": _hint()}


def _picture_hint_call() -> dict[str, Any]:
    return picture_call() | {"control_image": _hint()}


def _inpaint_hint_call() -> dict[str, Any]:
    return inpaint_call() | {"control_image": _hint()}


def _controlnet(
    identifier: str, base: str, name: str, task: Any, call: Any, flags: Any
) -> TinyModel:
    return TinyModel(
        id=identifier,
        stands_for=(base,),
        task=task,
        pipeline=name,
        build=lambda: _controlled(name),
        call=call,
        flags=flags,
    )


_NETWORK_FLAGS = (
    *SD15_FLAGS,
    Flag("controlnet.global_pool_conditions", False, _CANNY),
    Flag(
        "controlnet.conditioning_channels",
        3,
        f"{DIFFUSERS}/src/diffusers/models/controlnets/controlnet.py",
    ),
)

MODELS = (
    _controlnet(
        "sd15-controlnet",
        "sd15",
        "StableDiffusionControlNetPipeline",
        "control",
        _text_hint_call,
        _NETWORK_FLAGS,
    ),
    _controlnet(
        "sd15-controlnet-img2img",
        "sd15",
        "StableDiffusionControlNetImg2ImgPipeline",
        "control",
        _picture_hint_call,
        _NETWORK_FLAGS,
    ),
    _controlnet(
        "sd15-controlnet-inpaint",
        "sd15",
        "StableDiffusionControlNetInpaintPipeline",
        "control",
        _inpaint_hint_call,
        _NETWORK_FLAGS,
    ),
    _controlnet(
        "sdxl-controlnet",
        "sdxl",
        "StableDiffusionXLControlNetPipeline",
        "control",
        _text_hint_call,
        BASE_FLAGS,
    ),
    TinyModel(
        id="sd15-pag",
        stands_for=("sd15",),
        task="text-to-image",
        pipeline="StableDiffusionPAGPipeline",
        build=lambda: sd1_pipeline("StableDiffusionPAGPipeline"),
        call=text_call,
        flags=(
            *SD15_FLAGS,
            Flag("default.pag_applied_layers", "mid", f"{_PIPELINES}/pag/pipeline_pag_sd.py"),
        ),
    ),
    TinyModel(
        id="sdxl-pag",
        stands_for=("sdxl",),
        task="text-to-image",
        pipeline="StableDiffusionXLPAGPipeline",
        build=lambda: sdxl_pipeline("StableDiffusionXLPAGPipeline"),
        call=text_call,
        flags=(
            *BASE_FLAGS,
            Flag("default.pag_applied_layers", "mid", f"{_PIPELINES}/pag/pipeline_pag_sd_xl.py"),
        ),
    ),
    TinyModel(
        id="sd15-sag",
        stands_for=("sd15",),
        task="text-to-image",
        pipeline="StableDiffusionSAGPipeline",
        build=lambda: sd1_pipeline("StableDiffusionSAGPipeline"),
        call=text_call,
        flags=SD15_FLAGS,
    ),
)
