"""Noise on the picture that image-to-image begins with: more or less of it, or some on top.

With Stable Diffusion's noise levels (picture + sigma x noise) the run begins with
``picture + (sigma + extra_noise) x initial_noise_multiplier x noise``.
(https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/v1.10.1/modules/sd_samplers_kdiffusion.py)
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch

from dialed_generator.errors import RenderError
from dialed_generator.job import Scalar
from dialed_generator.own_settings import ADDED


@contextmanager
def added_noise(
    pipeline: Any, settings: Mapping[str, Scalar], arguments: dict[str, Any]
) -> Iterator[None]:
    """Change the noise that is laid over the picture, where a setting asks for it.

    Raises:
        RenderError: The run begins with no picture.
    """
    if ADDED.isdisjoint(settings):
        yield
        return
    if "image" not in arguments:
        raise RenderError(
            "extra_noise and initial_noise_multiplier need a picture to begin with; choose image-to-image"
        )
    multiplier = float(settings.get("initial_noise_multiplier", 1.0))
    extra = float(settings.get("extra_noise", 0.0))
    scheduler = pipeline.scheduler
    plain = scheduler.add_noise

    def more(picture: torch.Tensor, noise: torch.Tensor, timesteps: torch.Tensor) -> torch.Tensor:
        noise = noise * multiplier if multiplier != 1.0 else noise
        result: torch.Tensor = plain(picture, noise, timesteps)
        if extra:
            # Schedulers that keep the variance shrink the picture; what is added shrinks with it.
            result = result + plain(noise, torch.zeros_like(noise), timesteps) * extra
        return result

    scheduler.add_noise = more
    try:
        yield
    finally:
        del scheduler.add_noise  # uncovers the method of the class again
