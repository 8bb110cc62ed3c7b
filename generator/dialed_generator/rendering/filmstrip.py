"""Looks inside a run: the state after chosen steps, decoded to pictures."""

import math
from collections.abc import Sequence
from typing import Any, Self

import torch

from dialed_generator.errors import RenderError
from dialed_generator.rendering.batches import Run


class Filmstrip:
    """Takes the state of a run after chosen steps and decodes it.

    What is decoded is the **actual state of the run**: the noisy latents as they stand after step k, not
    the model's guess of the finished picture, which would look clean long before the run is. Schedulers
    that let the noise stand on top of the image (Euler and its kin, sigma up to 14) are brought to unit
    variance first, as they themselves do before they ask the model; so all samplers show comparable pictures.
    Step 0 is the starting noise.

    Enter it around the call of the pipeline.

    Args:
        pipeline: Its scheduler is already the one of the run.
        runs: The runs of one batch, which all are looked at after the same steps.

    Raises:
        RenderError: The sampler visits more states than steps, so that a state has no step of its own.
    """

    def __init__(self, pipeline: Any, runs: Sequence[Run]) -> None:
        self.steps = runs[0].steps
        self._call = runs[0].job.call
        self._states: dict[int, torch.Tensor] = {}
        self._pipeline = pipeline
        if self.steps and getattr(pipeline.scheduler, "order", 1) != 1:
            name = type(pipeline.scheduler).__name__
            raise RenderError(
                f"{name} goes several ways inside one step; show a filmstrip of another sampler"
            )

    def __enter__(self) -> Self:
        if 0 in self.steps:
            prepare = self._pipeline.prepare_latents
            scheduler = self._pipeline.scheduler

            def prepared(*args: Any, **kwargs: Any) -> Any:
                result: Any = prepare(*args, **kwargs)
                # Pipelines of packed latents give the positions of their tokens beside them.
                latents: torch.Tensor = result[0] if isinstance(result, tuple) else result
                self._states[0] = latents.detach().clone() / _first_sigma(scheduler)
                return result

            self._pipeline.prepare_latents = prepared
        return self

    def __exit__(self, *_: object) -> None:
        if 0 in self.steps:
            del self._pipeline.prepare_latents  # uncovers the method of the class again

    def __call__(
        self, pipeline: Any, index: int, _timestep: Any, state: dict[str, torch.Tensor]
    ) -> dict[str, torch.Tensor]:
        """Called by the pipeline after each step; ``index`` counts from 0."""
        if index + 1 in self.steps:
            self._states[index + 1] = _unit_variance(state["latents"], pipeline.scheduler).clone()
        return state

    def pictures(self) -> dict[int, list[torch.Tensor]]:
        """Decoded states by step, one for each run, values 0 to 1."""
        return {
            step: list(_decoded(self._pipeline, self._unpacked(latents)))
            for step, latents in self._states.items()
        }

    def _unpacked(self, latents: torch.Tensor) -> torch.Tensor:
        if latents.dim() != 3:  # already rows and columns, not a row of tokens
            return latents
        pipeline = self._pipeline
        size = (int(self._call["height"]), int(self._call["width"]))
        unpack: Any = pipeline._unpack_latents  # noqa: SLF001  diffusers has no public name for it
        unpacked: torch.Tensor = unpack(latents, *size, pipeline.vae_scale_factor)
        return unpacked


def _first_sigma(scheduler: Any) -> float:
    # Flow schedulers have no such attribute: their state is a mixture of unit variance at noise level 1.
    return max(float(getattr(scheduler, "init_noise_sigma", 1.0)), 1.0)


def _unit_variance(latents: torch.Tensor, scheduler: Any) -> torch.Tensor:
    # init_noise_sigma above 1 marks schedulers whose latents are image + sigma * noise.
    if _first_sigma(scheduler) <= 1.0:
        return latents
    sigma = float(scheduler.sigmas[scheduler.step_index])
    return latents / math.sqrt(sigma**2 + 1)


def _decoded(pipeline: Any, latents: torch.Tensor) -> torch.Tensor:
    vae = pipeline.vae
    shift = getattr(vae.config, "shift_factor", None) or 0.0
    images = vae.decode(latents / vae.config.scaling_factor + shift, return_dict=False)[0]
    pictures: torch.Tensor = pipeline.image_processor.postprocess(images, output_type="pt").cpu()
    return pictures
