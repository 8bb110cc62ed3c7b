"""A U-Net whose inner layers multiply in bfloat16; everything else stays in float32.

Only matrix products and convolutions below the outermost level are narrow. What is added up between them,
norms, attention's softmax, latents, scheduler, guidance and decoder keep float32: a U-Net that is
bfloat16 throughout is no faster on a CPU (its norms and activations are slower) and 4 to 8 dB farther off.
"""

import contextlib
import copy
import weakref
from collections.abc import Iterator
from typing import Any, Literal

import torch

from dialed_generator.job import Job

Precision = Literal["float32", "bfloat16"]

FEW_STEPS = 9
"""Below that each step is so long that its rounding shows."""

MOST_GUIDANCE = 6.0
"""Guidance multiplies the difference of two answers, and so what was rounded in them."""

# Left out: samplers that throw noise in between, and those that extrapolate with large factors.
_CALM_SCHEDULERS = {
    "DDIMScheduler",
    "DEISMultistepScheduler",
    "DPMSolverMultistepScheduler",
    "EulerDiscreteScheduler",
    "HeunDiscreteScheduler",
    "LMSDiscreteScheduler",
    "UniPCMultistepScheduler",
}

_MAGNIFYING_SETTINGS = {"s_churn", "sag_scale"}

_copies: "weakref.WeakKeyDictionary[torch.nn.Module, torch.nn.Module]" = weakref.WeakKeyDictionary()


def precision_of(job: Job, pipeline: Any, wanted: Precision) -> Precision:
    """The precision that a job is rendered in: float32 wherever bfloat16 is not known to be near enough.

    Args:
        job: What is rendered.
        pipeline: The pipeline that renders it.
        wanted: What was asked for.
    """
    unet = getattr(pipeline, "unet", None)
    if wanted == "float32" or not isinstance(unet, torch.nn.Module):
        return "float32"
    # The strength of a LoRA is set on the model itself, which a copy of its weights would not see.
    return "float32" if getattr(unet, "peft_config", None) or _magnifies(job) else "bfloat16"


def _magnifies(job: Job) -> bool:
    """Whether a run makes much of a small difference.

    Found by drawing pictures of the catalogue both ways. Of 694 outside of these, one was farther than 45 dB from
    float32 (36.8 dB): a rule cannot foresee every picture, so bfloat16 is for those who ask for it.
    """
    return (
        job.steps_run < FEW_STEPS
        or float(job.call.get("guidance_scale", 1.0)) > MOST_GUIDANCE
        or float(job.call.get("eta", 0.0)) > 0  # noise in every step
        or job.scheduler not in _CALM_SCHEDULERS
        or str(job.scheduler_arguments.get("algorithm_type", "")).startswith("sde")
        or not _MAGNIFYING_SETTINGS.isdisjoint(job.settings)
    )


@contextlib.contextmanager
def denoised_in(pipeline: Any, precision: Precision) -> Iterator[None]:
    """Let a pipeline denoise in a precision while this is entered."""
    if precision == "float32":
        yield
        return
    whole = pipeline.unet
    pipeline.unet = _narrow(whole)
    try:
        yield
    finally:
        pipeline.unet = whole


def _narrow(unet: torch.nn.Module) -> torch.nn.Module:
    if unet not in _copies:
        made: Any = copy.deepcopy(unet)
        made.to(memory_format=torch.channels_last)
        for name, module in made.named_modules():
            if isinstance(module, torch.nn.Conv2d | torch.nn.Linear) and not _fine(name, made):
                module.to(torch.bfloat16)
                module.register_forward_pre_hook(_narrowed)
                module.register_forward_hook(_widened)
        _copies[unet] = made
    return _copies[unet]


def _fine(name: str, unet: Any) -> bool:
    """Whether a layer works on the picture's own level, where what is rounded stands in the picture as it is."""
    last = f"up_blocks.{len(unet.up_blocks) - 1}."
    return name.startswith(("conv_in", "conv_out", "time_embedding", "down_blocks.0.", last))


def _narrowed(_module: Any, args: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
    return tuple(tensor.to(torch.bfloat16) for tensor in args)


def _widened(_module: Any, _args: Any, output: torch.Tensor) -> torch.Tensor:
    return output.float()
