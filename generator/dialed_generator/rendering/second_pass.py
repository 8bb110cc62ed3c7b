"""Two passes: a small picture is drawn, enlarged, and drawn over once more.

(https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/v1.10.1/modules/processing.py, ``sample_hr_pass``)
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from PIL import Image

from dialed_generator.errors import RenderError
from dialed_generator.job import Scalar

LATENT = {
    "Latent": "bilinear",
    "Latent (bicubic)": "bicubic",
    "Latent (nearest)": "nearest",
}
"""Upscalers that stretch the latents, and how."""

PIXELS = {"Lanczos": Image.Resampling.LANCZOS, "Nearest": Image.Resampling.NEAREST}
"""Upscalers that enlarge the picture."""


def has_second_pass(settings: Mapping[str, Scalar]) -> bool:
    """Whether the picture is enlarged and drawn over: a scale of 1 is none."""
    return float(settings.get("hires_scale", 1.0)) != 1.0


def second_pass_call(
    settings: Mapping[str, Scalar], first: Mapping[str, Any], latents: torch.Tensor
) -> dict[str, Any]:
    """Arguments of the second call, made of those of the first.

    The noise comes from the same seeds anew.

    Raises:
        RenderError: The strength of the second pass is not set.
    """
    if "hires_strength" not in settings:
        raise RenderError("hires_scale needs hires_strength; set it, or leave the second pass out")
    call = {name: value for name, value in first.items() if name not in {"width", "height"}}
    strength = float(settings["hires_strength"])
    asked = int(settings.get("hires_steps", first["num_inference_steps"]))
    call["strength"] = strength
    # diffusers runs int(steps x strength); A1111 lays out so many that those asked for are run.
    call["num_inference_steps"] = math.ceil(asked / strength - 1e-9) if strength > 0 else asked
    if "hires_prompt" in settings:
        call["prompt"] = [str(settings["hires_prompt"])] * len(latents)
    call["generator"] = [
        torch.Generator("cpu").manual_seed(one.initial_seed()) for one in first["generator"]
    ]
    return call


def enlarged(
    pipeline: Any, settings: Mapping[str, Scalar], latents: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Enlarge what the first pass drew.

    Returns:
        Pictures, ``[batch, 3, height, width]``, 0 to 1; and the stretched latents, where the upscaler works
        on those.

    Raises:
        RenderError: The upscaler is none that is here.
    """
    upscaler = str(settings.get("hires_upscaler", "Latent"))
    factor = pipeline.vae_scale_factor
    scale = float(settings["hires_scale"])
    height, width = (round(side * scale) for side in latents.shape[2:])
    if upscaler in LATENT:
        mode = LATENT[upscaler]
        stretched = torch.nn.functional.interpolate(latents, size=(height, width), mode=mode)
        return _decoded(pipeline, stretched), stretched
    if upscaler not in PIXELS:
        known = ", ".join([*LATENT, *PIXELS])
        raise RenderError(f"hires_upscaler = {upscaler!r} is not here; choose one of {known}")
    small = _decoded(pipeline, latents)
    return _resized(small, (width * factor, height * factor), PIXELS[upscaler]), None


def _decoded(pipeline: Any, latents: torch.Tensor) -> torch.Tensor:
    images = pipeline.vae.decode(latents / pipeline.vae.config.scaling_factor, return_dict=False)[0]
    pictures: torch.Tensor = pipeline.image_processor.postprocess(images, output_type="pt")
    return pictures


def _resized(pictures: torch.Tensor, size: Sequence[int], how: Image.Resampling) -> torch.Tensor:
    found = []
    for picture in pictures:
        pixels = (picture.permute(1, 2, 0) * 255).round().to(torch.uint8).cpu().numpy()
        large = Image.fromarray(pixels).resize((size[0], size[1]), how)
        found.append(torch.from_numpy(np.asarray(large).copy()).permute(2, 0, 1).float() / 255)
    return torch.stack(found)


@contextmanager
def begun_with(pipeline: Any, latents: torch.Tensor | None) -> Iterator[None]:
    """Let an image-to-image pipeline begin with these latents instead of encoding its picture."""
    if latents is None:
        yield
        return

    def prepared(_image: Any, timestep: torch.Tensor, *rest: Any) -> torch.Tensor:
        generators: list[torch.Generator] = rest[-1]
        noise = [torch.randn(latents.shape[1:], generator=one) for one in generators]
        noised: torch.Tensor = pipeline.scheduler.add_noise(latents, torch.stack(noise), timestep)
        return noised

    pipeline.prepare_latents = prepared
    try:
        yield
    finally:
        del pipeline.prepare_latents  # uncovers the method of the class again
