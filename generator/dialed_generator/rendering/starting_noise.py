"""The noise a run begins with: blended from two seeds, or followed by the noise of another seed.

(https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/v1.10.1/modules/rng.py)
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch

from dialed_generator.errors import RenderError
from dialed_generator.job import Scalar
from dialed_generator.own_settings import NOISED


@contextmanager
def drawn_noise(
    pipeline: Any, settings: Mapping[str, Scalar], arguments: dict[str, Any]
) -> Iterator[None]:
    """Draw the starting noise here instead of in the pipeline, where a setting changes it.

    ``variation_strength`` blends in the noise of ``variation_seed`` along the arc between the two;
    ``ensd`` is added to the seed for all noise that comes after the first.

    Raises:
        RenderError: The run begins with a picture, or the noise comes from a source that is not here.
    """
    if NOISED.isdisjoint(settings):
        yield
        return
    if "image" in arguments:
        raise RenderError("the starting noise is changed in text-to-image only; choose that task")
    if settings.get("rng_source", "cpu") != "cpu":
        raise RenderError(f"noise is drawn on the CPU here, not on {settings['rng_source']}")
    generators: list[torch.Generator] = arguments["generator"]
    factor = pipeline.vae_scale_factor
    shape = (
        pipeline.unet.config.in_channels,
        int(arguments["height"]) // factor,
        int(arguments["width"]) // factor,
    )
    strength = float(settings.get("variation_strength", 0.0))
    other = torch.Generator("cpu").manual_seed(int(settings.get("variation_seed", 0)))
    blended = torch.randn(shape, generator=other)
    drawn = []
    for generator in generators:
        own = torch.randn(shape, generator=generator)
        drawn.append(between(own, blended, strength) if strength else own)
    arguments["latents"] = torch.stack(drawn)
    if delta := int(settings.get("ensd", 0)):
        arguments["generator"] = [
            torch.Generator("cpu").manual_seed(one.initial_seed() + delta) for one in generators
        ]
    yield


def between(low: torch.Tensor, high: torch.Tensor, share: float) -> torch.Tensor:
    """Go from one noise to another along the arc, so that what lies between is as strong as either.

    Angles are taken over the second dimension, as AUTOMATIC1111 takes them; where the two point nearly
    the same way the line serves.

    Args:
        low: ``[channels, height, width]``: what share 0 gives.
        high: The same shape: what share 1 gives.
        share: 0 to 1.
    """
    cosines = (_unit(low) * _unit(high)).sum(1)
    if float(cosines.mean()) > 0.9995:
        return low * (1 - share) + high * share
    angle = torch.acos(cosines)
    sine = torch.sin(angle)
    one = (torch.sin((1 - share) * angle) / sine).unsqueeze(1) * low
    return one + (torch.sin(share * angle) / sine).unsqueeze(1) * high


def _unit(noise: torch.Tensor) -> torch.Tensor:
    unit: torch.Tensor = noise / torch.norm(noise, dim=1, keepdim=True)
    return unit
