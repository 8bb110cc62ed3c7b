"""Stable Diffusion 1.5 at tiny size: text to image, image to image, inpainting with four and with nine channels."""

from __future__ import annotations

from typing import Any

from dialed_generator.tiny.clip_tokenizer import clip_text_model, clip_tokenizer
from dialed_generator.tiny.conditional_unet import (
    FORGE,
    SIZE,
    STABLE_DIFFUSION_BETAS,
    STEPS,
    small_unet,
    small_vae,
)
from dialed_generator.tiny.tiny_model import (
    PROMPT,
    Flag,
    TinyModel,
    mask,
    picture,
    redraw_zeros,
    seeded,
)

_SD15 = f"{FORGE}/runwayml/stable-diffusion-v1-5"
_INPAINTING = f"{FORGE}/runwayml/stable-diffusion-inpainting"

SD15_FLAGS = (
    Flag("unet.in_channels", 4, f"{_SD15}/unet/config.json"),
    Flag("unet.time_cond_proj_dim", None, f"{_SD15}/unet/config.json"),
    Flag("scheduler._class_name", "PNDMScheduler", f"{_SD15}/scheduler/scheduler_config.json"),
    Flag("scheduler.skip_prk_steps", True, f"{_SD15}/scheduler/scheduler_config.json"),
    Flag("scheduler.steps_offset", 1, f"{_SD15}/scheduler/scheduler_config.json"),
    Flag("scheduler.beta_end", 0.012, f"{_SD15}/scheduler/scheduler_config.json"),
    Flag("text_encoder.hidden_act", "quick_gelu", f"{_SD15}/text_encoder/config.json"),
)

_SD14_FLAG = Flag(
    "sd14.scheduler",
    "PNDMScheduler",
    "https://github.com/wswplay/stable-diffusion-v1-4/blob/"
    "d43bc75b11735b6886b906c5713433d4faee227b/scheduler/scheduler_config.json",
)
"""Stable Diffusion 1.4 has the same classes and the same scheduler."""


def sd1_parts(**unet: Any) -> dict[str, Any]:
    """The components of a Stable Diffusion 1 pipeline, safety checker left out. Call it inside `seeded`."""
    from diffusers import PNDMScheduler

    tokenizer = clip_tokenizer()
    parts = {
        "vae": small_vae(),
        "text_encoder": clip_text_model(tokenizer),
        "tokenizer": tokenizer,
        "unet": small_unet(cross=32, **unet),
        "scheduler": PNDMScheduler(skip_prk_steps=True, **STABLE_DIFFUSION_BETAS),
        "safety_checker": None,
        "feature_extractor": None,
    }
    redraw_zeros(parts["vae"], parts["unet"])
    return parts


def sd1_pipeline(name: str, **unet: Any) -> Any:
    """A pipeline class of diffusers with these components."""
    import diffusers

    with seeded():
        return getattr(diffusers, name)(**sd1_parts(**unet), requires_safety_checker=False)


def text_call() -> dict[str, Any]:
    """Arguments of text to image."""
    return {"prompt": PROMPT, "width": SIZE, "height": SIZE, "num_inference_steps": STEPS}


def picture_call() -> dict[str, Any]:
    """Arguments of image to image; the size is that of the picture."""
    return {"prompt": PROMPT, "image": picture(SIZE, SIZE), "num_inference_steps": STEPS}


def inpaint_call() -> dict[str, Any]:
    """Arguments of inpainting: a spot in the middle is painted anew."""
    return text_call() | {"image": picture(SIZE, SIZE), "mask_image": mask(SIZE, SIZE)}


def _inpainting_model() -> Any:
    from diffusers import DDIMScheduler, StableDiffusionInpaintPipeline

    with seeded():
        parts = sd1_parts(in_channels=9)
        parts["scheduler"] = DDIMScheduler(clip_sample=False, **STABLE_DIFFUSION_BETAS)
        return StableDiffusionInpaintPipeline(**parts, requires_safety_checker=False)


MODELS = (
    TinyModel(
        id="sd15",
        stands_for=("sd15", "sd14"),
        task="text-to-image",
        pipeline="StableDiffusionPipeline",
        build=lambda: sd1_pipeline("StableDiffusionPipeline"),
        call=text_call,
        flags=(*SD15_FLAGS, _SD14_FLAG),
    ),
    TinyModel(
        id="sd15-img2img",
        stands_for=("sd15",),
        task="image-to-image",
        pipeline="StableDiffusionImg2ImgPipeline",
        build=lambda: sd1_pipeline("StableDiffusionImg2ImgPipeline"),
        call=picture_call,
        flags=SD15_FLAGS,
    ),
    TinyModel(
        id="sd15-inpaint",
        stands_for=("sd15",),
        task="inpaint",
        pipeline="StableDiffusionInpaintPipeline",
        build=lambda: sd1_pipeline("StableDiffusionInpaintPipeline"),
        call=inpaint_call,
        flags=SD15_FLAGS,
    ),
    TinyModel(
        id="sd15-inpainting-model",
        stands_for=("sd15-inpainting",),
        task="inpaint",
        pipeline="StableDiffusionInpaintPipeline",
        build=_inpainting_model,
        call=inpaint_call,
        flags=(
            Flag("unet.in_channels", 9, f"{_INPAINTING}/unet/config.json"),
            Flag(
                "scheduler._class_name",
                "DDIMScheduler",
                f"{_INPAINTING}/scheduler/scheduler_config.json",
            ),
        ),
    ),
)
