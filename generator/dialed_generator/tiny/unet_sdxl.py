"""Stable Diffusion XL at tiny size: base, image to image, inpainting, refiner, Turbo, Playground 2.5."""

from __future__ import annotations

from typing import Any

from dialed_generator.tiny.clip_tokenizer import clip_text_model, clip_tokenizer
from dialed_generator.tiny.conditional_unet import (
    FORGE,
    STABLE_DIFFUSION_BETAS,
    small_unet,
    small_vae,
)
from dialed_generator.tiny.tiny_model import Flag, TinyModel, redraw_zeros, seeded
from dialed_generator.tiny.unet_sd1 import inpaint_call, picture_call, text_call

_BASE = f"{FORGE}/stabilityai/stable-diffusion-xl-base-1.0"
_REFINER = f"{FORGE}/stabilityai/stable-diffusion-xl-refiner-1.0"
_INPAINTING = f"{FORGE}/diffusers/stable-diffusion-xl-1.0-inpainting-0.1"
_TURBO = "https://huggingface.co/stabilityai/sdxl-turbo/blob/refs%2Fpr%2F4"
_PLAYGROUND = f"{FORGE}/playgroundai/playground-v2.5-1024px-aesthetic"

_WIDTH, _TIME = 32, 8
_LEVELS: dict[str, Any] = {
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": _TIME,
    "use_linear_projection": True,
}

_UNET_FLAGS = (
    Flag("unet.in_channels", 4, f"{_BASE}/unet/config.json"),
    Flag("unet.addition_embed_type", "text_time", f"{_BASE}/unet/config.json"),
    Flag("unet.time_cond_proj_dim", None, f"{_BASE}/unet/config.json"),
)
_TEXT_FLAGS = (
    Flag("text_encoder.hidden_act", "quick_gelu", f"{_BASE}/text_encoder/config.json"),
    Flag("text_encoder_2.hidden_act", "gelu", f"{_BASE}/text_encoder_2/config.json"),
    Flag("config.force_zeros_for_empty_prompt", True, f"{_BASE}/model_index.json"),
)
BASE_FLAGS = (
    *_UNET_FLAGS,
    *_TEXT_FLAGS,
    Flag(
        "scheduler._class_name",
        "EulerDiscreteScheduler",
        f"{_BASE}/scheduler/scheduler_config.json",
    ),
    Flag("scheduler.timestep_spacing", "leading", f"{_BASE}/scheduler/scheduler_config.json"),
)
_REFINER_FLAGS = (
    Flag("config.requires_aesthetics_score", True, f"{_REFINER}/model_index.json"),
    Flag("config.force_zeros_for_empty_prompt", False, f"{_REFINER}/model_index.json"),
    Flag("model_index.text_encoder", "CLIPTextModelWithProjection", f"{_REFINER}/model_index.json"),
    Flag("unet.addition_embed_type", "text_time", f"{_REFINER}/unet/config.json"),
    Flag("unet.in_channels", 4, f"{_REFINER}/unet/config.json"),
    Flag("scheduler.timestep_spacing", "leading", f"{_REFINER}/scheduler/scheduler_config.json"),
)
_TURBO_FLAGS = (
    *_UNET_FLAGS,
    Flag(
        "scheduler._class_name",
        "EulerAncestralDiscreteScheduler",
        f"{_TURBO}/scheduler/scheduler_config.json",
    ),
    Flag("scheduler.timestep_spacing", "trailing", f"{_TURBO}/scheduler/scheduler_config.json"),
)
_PLAYGROUND_FLAGS = (
    *_TEXT_FLAGS[:2],
    Flag(
        "scheduler._class_name",
        "EDMDPMSolverMultistepScheduler",
        f"{_PLAYGROUND}/scheduler/scheduler_config.json",
    ),
    Flag("scheduler.rho", 7.0, f"{_PLAYGROUND}/scheduler/scheduler_config.json"),
    Flag("scheduler.sigma_data", 0.5, f"{_PLAYGROUND}/scheduler/scheduler_config.json"),
)


def sdxl_unet(numbers: int = 6, pooled: int = _WIDTH, **flags: Any) -> Any:
    """The UNet of SDXL: a pooled text vector and six numbers about size and crop enter with the time."""
    given = {"cross": 2 * _WIDTH, "projection_class_embeddings_input_dim": pooled + numbers * _TIME}
    return small_unet(**(_LEVELS | given | flags))


def sdxl_scheduler(**flags: Any) -> Any:
    """The scheduler of SDXL's base model."""
    from diffusers import EulerDiscreteScheduler

    betas = {k: v for k, v in STABLE_DIFFUSION_BETAS.items() if k != "set_alpha_to_one"}
    return EulerDiscreteScheduler(**(betas | {"timestep_spacing": "leading"} | flags))


def sdxl_parts(**unet: Any) -> dict[str, Any]:
    """The components of an SDXL pipeline. Call it inside `seeded`."""
    first, second = clip_tokenizer(), clip_tokenizer(77, "!")
    parts = {
        "vae": small_vae(force_upcast=True),
        "text_encoder": clip_text_model(first, width=_WIDTH),
        "text_encoder_2": clip_text_model(second, width=_WIDTH, act="gelu", project=True),
        "tokenizer": first,
        "tokenizer_2": second,
        "unet": sdxl_unet(**unet),
        "scheduler": sdxl_scheduler(),
    }
    redraw_zeros(parts["vae"], parts["unet"])
    return parts


def sdxl_pipeline(name: str, **unet: Any) -> Any:
    """A pipeline class of diffusers with these components."""
    import diffusers

    with seeded():
        return getattr(diffusers, name)(**sdxl_parts(**unet), add_watermarker=False)


def _refiner() -> Any:
    from diffusers import StableDiffusionXLImg2ImgPipeline

    with seeded():
        parts = sdxl_parts(numbers=5, cross=_WIDTH)
        parts |= {"text_encoder": None, "tokenizer": None}
        return StableDiffusionXLImg2ImgPipeline(
            **parts,
            requires_aesthetics_score=True,
            force_zeros_for_empty_prompt=False,
            add_watermarker=False,
        )


def _turbo() -> Any:
    from diffusers import EulerAncestralDiscreteScheduler, StableDiffusionXLPipeline

    with seeded():
        parts = sdxl_parts()
        betas = {k: v for k, v in STABLE_DIFFUSION_BETAS.items() if k != "set_alpha_to_one"}
        parts["scheduler"] = EulerAncestralDiscreteScheduler(
            **(betas | {"timestep_spacing": "trailing"})
        )
        return StableDiffusionXLPipeline(**parts, add_watermarker=False)


def _playground() -> Any:
    from diffusers import EDMDPMSolverMultistepScheduler, StableDiffusionXLPipeline

    with seeded():
        parts = sdxl_parts()
        parts["scheduler"] = EDMDPMSolverMultistepScheduler(
            sigma_min=0.002, sigma_max=80.0, sigma_data=0.5, rho=7.0, solver_order=2
        )
        return StableDiffusionXLPipeline(**parts, add_watermarker=False)


MODELS = (
    TinyModel(
        id="sdxl",
        stands_for=("sdxl",),
        task="text-to-image",
        pipeline="StableDiffusionXLPipeline",
        build=lambda: sdxl_pipeline("StableDiffusionXLPipeline"),
        call=text_call,
        flags=BASE_FLAGS,
    ),
    TinyModel(
        id="sdxl-img2img",
        stands_for=("sdxl",),
        task="image-to-image",
        pipeline="StableDiffusionXLImg2ImgPipeline",
        build=lambda: sdxl_pipeline("StableDiffusionXLImg2ImgPipeline"),
        call=picture_call,
        flags=BASE_FLAGS,
    ),
    TinyModel(
        id="sdxl-inpaint",
        stands_for=("sdxl",),
        task="inpaint",
        pipeline="StableDiffusionXLInpaintPipeline",
        build=lambda: sdxl_pipeline("StableDiffusionXLInpaintPipeline"),
        call=inpaint_call,
        flags=BASE_FLAGS,
    ),
    TinyModel(
        id="sdxl-inpainting-model",
        stands_for=("sdxl-inpainting",),
        task="inpaint",
        pipeline="StableDiffusionXLInpaintPipeline",
        build=lambda: sdxl_pipeline("StableDiffusionXLInpaintPipeline", in_channels=9),
        call=inpaint_call,
        flags=(
            Flag("unet.in_channels", 9, f"{_INPAINTING}/unet/config.json"),
            Flag("config.requires_aesthetics_score", False, f"{_INPAINTING}/model_index.json"),
            Flag(
                "scheduler.timestep_spacing",
                "leading",
                f"{_INPAINTING}/scheduler/scheduler_config.json",
            ),
        ),
    ),
    TinyModel(
        id="sdxl-refiner",
        stands_for=("sdxl-refiner",),
        task="image-to-image",
        pipeline="StableDiffusionXLImg2ImgPipeline",
        build=_refiner,
        call=picture_call,
        flags=_REFINER_FLAGS,
    ),
    TinyModel(
        id="sdxl-turbo",
        stands_for=("sdxl-turbo",),
        task="text-to-image",
        pipeline="StableDiffusionXLPipeline",
        build=_turbo,
        call=text_call,
        flags=_TURBO_FLAGS,
    ),
    TinyModel(
        id="playground-v2.5",
        stands_for=("playground-v25",),
        task="text-to-image",
        pipeline="StableDiffusionXLPipeline",
        build=_playground,
        call=text_call,
        flags=_PLAYGROUND_FLAGS,
    ),
)
