"""Noise thrown back in before a step of Euler's method, as k-diffusion does it.

The state is raised from noise level sigma to ``sigma x (1 + gamma)`` before the model looks at it, with
``gamma = min(s_churn / steps, sqrt(2) - 1)`` where ``s_tmin <= sigma <= s_tmax``. (Karras et al., 2022,
algorithm 2, https://arxiv.org/abs/2206.00364.) ``EulerDiscreteScheduler.step`` of diffusers 0.42.1 has these
arguments too, but adds the noise after the model has looked, so it is not used here.
"""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from dialed_generator.errors import RenderError
from dialed_generator.job import Scalar
from dialed_generator.rendering.callbacks import call_between_steps


@contextmanager
def churned(
    pipeline: Any, settings: Mapping[str, Scalar], arguments: dict[str, Any]
) -> Iterator[None]:
    """Churn before each step, where ``s_churn`` is above 0.

    Raises:
        RenderError: The sampler is not Euler's.
    """
    churn = float(settings.get("s_churn", 0.0))
    if churn <= 0:
        yield
        return
    scheduler = pipeline.scheduler
    if type(scheduler).__name__ != "EulerDiscreteScheduler":
        raise RenderError("s_churn is rendered with euler alone; choose that sampler")
    generators: list[torch.Generator] = arguments["generator"]
    lowest, highest = float(settings.get("s_tmin", 0.0)), float(settings.get("s_tmax", math.inf))
    strength = float(settings.get("s_noise", 1.0))

    def raise_noise(latents: torch.Tensor, index: int) -> torch.Tensor:
        sigma = float(scheduler.sigmas[index])
        steps = len(scheduler.sigmas) - 1
        gamma = min(churn / steps, math.sqrt(2) - 1) if lowest <= sigma <= highest else 0.0
        if not gamma:
            return latents
        higher = sigma * (1 + gamma)
        drawn = [torch.randn(latents.shape[1:], generator=one) for one in generators]
        noise = torch.stack(drawn).to(latents) * strength
        # The pipeline walks over this very tensor, so it asks the model about the new level.
        trained = ((1 - scheduler.alphas_cumprod) / scheduler.alphas_cumprod) ** 0.5
        timestep = scheduler._sigma_to_t(np.array(higher), trained.log().numpy())  # noqa: SLF001
        scheduler.timesteps[index] = float(timestep)
        scheduler.sigmas[index] = higher
        return latents + noise * math.sqrt(higher**2 - sigma**2)

    prepare = pipeline.prepare_latents

    def prepared(*args: Any, **kwargs: Any) -> torch.Tensor:
        return raise_noise(prepare(*args, **kwargs), 0)

    def between(_pipe: Any, index: int, _timestep: Any, state: dict[str, Any]) -> dict[str, Any]:
        if index + 1 == pipeline.num_timesteps:
            return state
        return state | {"latents": raise_noise(state["latents"], index + 1)}

    call_between_steps(arguments, between)
    pipeline.prepare_latents = prepared
    try:
        yield
    finally:
        del pipeline.prepare_latents  # uncovers the method of the class again
