"""Guidance in some steps of a run only.

Outside of them the model is asked about the prompt alone, so such a step costs half. Step ``i`` of ``N``,
counted from 0, is guided where ``guidance_start <= i / N < guidance_end``. With ``s_min_uncond``, every
second step below that noise level is not guided either, as AUTOMATIC1111 counts them.
(Kynkäänniemi et al., 2024, https://arxiv.org/abs/2404.07724;
https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/v1.10.1/modules/sd_samplers_cfg_denoiser.py)
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch

from dialed_generator.job import Scalar
from dialed_generator.own_settings import GUIDED
from dialed_generator.rendering.callbacks import call_between_steps


@contextmanager
def guided_in_steps(
    pipeline: Any, settings: Mapping[str, Scalar], arguments: dict[str, Any]
) -> Iterator[None]:
    """Switch guidance on and off between the steps, where a setting asks for it and guidance is on at all."""
    scale = float(arguments.get("guidance_scale", 1.0))
    if GUIDED.isdisjoint(settings) or scale <= 1:
        yield
        return
    start = float(settings.get("guidance_start", 0.0))
    end = float(settings.get("guidance_end", 1.0))
    weakest = float(settings.get("s_min_uncond", 0.0))
    both, alone = _embeddings(pipeline, arguments)

    def guides(index: int, steps: int) -> bool:
        if not start <= index / steps < end:
            return False
        return not (index % 2 and float(pipeline.scheduler.sigmas[index]) < weakest)

    def switch(_pipeline: Any, index: int, _timestep: Any, state: dict[str, Any]) -> dict[str, Any]:
        steps = pipeline.num_timesteps
        if index + 1 == steps:
            return state
        on = guides(index + 1, steps)
        pipeline._guidance_scale = scale if on else 1.0  # noqa: SLF001  as diffusers' own callbacks do
        return state | {"prompt_embeds": both if on else alone}

    if start > 0 or end <= 0:
        arguments["guidance_scale"] = 1.0  # the first step is not guided
    call_between_steps(arguments, switch, ("prompt_embeds",))
    yield


def _embeddings(pipeline: Any, arguments: Mapping[str, Any]) -> tuple[torch.Tensor, torch.Tensor]:
    """What the prompts say: negative and positive together, and positive alone."""
    if "prompt_embeds" in arguments:  # encoded by another ability
        positive: torch.Tensor = arguments["prompt_embeds"]
        negative: torch.Tensor = arguments["negative_prompt_embeds"]
    else:
        positive, negative = pipeline.encode_prompt(
            arguments["prompt"],
            pipeline._execution_device,  # noqa: SLF001  diffusers has no public name for it
            1,
            True,
            arguments.get("negative_prompt"),
            clip_skip=arguments.get("clip_skip"),
        )
    return torch.cat([negative, positive]), positive
