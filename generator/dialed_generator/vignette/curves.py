"""Adherence as a function of one setting at a time: the measured evidence behind the guides."""

from __future__ import annotations

import time
from typing import Any

from diffusers import (
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    HeunDiscreteScheduler,
    PNDMScheduler,
    StableDiffusionPipeline,
    UniPCMultistepScheduler,
)

from dialed_generator.vignette.assembly import GUIDANCE, STEPS, generate
from dialed_generator.vignette.evaluation import Question, score
from dialed_generator.vignette.probe import Probe

STEP_COUNTS = (1, 2, 3, 4, 6, 8, 12, 25, 50)
GUIDANCE_SCALES = (1.0, 2.0, 3.0, 4.0, 7.0, 12.0, 20.0)
SAMPLER_STEPS = 8
"""Steps at which samplers are compared: few enough that they differ."""
SAMPLERS: dict[str, tuple[type[Any], dict[str, Any]]] = {
    # The default clips the guessed picture to -1..1, which holds for pixels, not for latents.
    "ddim": (DDIMScheduler, {"clip_sample": False}),
    "euler": (EulerDiscreteScheduler, {}),
    "euler_ancestral": (EulerAncestralDiscreteScheduler, {}),
    "heun": (HeunDiscreteScheduler, {}),
    "pndm": (PNDMScheduler, {"skip_prk_steps": True}),
    "dpmpp_2m": (DPMSolverMultistepScheduler, {}),
    "dpmpp_2m_sde": (DPMSolverMultistepScheduler, {"algorithm_type": "sde-dpmsolver++"}),
    "uni_pc": (
        UniPCMultistepScheduler,
        {"solver_type": "bh1", "solver_order": 2, "final_sigmas_type": "sigma_min"},
    ),
}
"""Sampler id of the records -> its diffusers class and what is set beside the model's own."""


def _measured(
    pipe: StableDiffusionPipeline,
    probe: Probe,
    questions: list[Question],
    steps: int,
    guidance: float,
) -> dict[str, Any]:
    start = time.perf_counter()
    images = generate(
        pipe,
        [question.prompt for question in questions],
        [question.seed for question in questions],
        steps=steps,
        guidance=guidance,
    )
    seconds = (time.perf_counter() - start) / len(questions)
    result = score(questions, images, probe)["prompt_adherence"]
    return {**result, "seconds": round(seconds, 3)}


def measure_curves(
    pipe: StableDiffusionPipeline, probe: Probe, questions: list[Question]
) -> dict[str, Any]:
    """Measure adherence over steps, over guidance, and for each sampler.

    Args:
        pipe: The published pipeline; its scheduler is put back afterwards.
        probe: The published probe.
        questions: The same prompts and seeds for every point.

    Returns:
        ``steps`` and ``guidance`` as lists of ``{at, value, low, high, seconds}``, ``samplers`` as
        such entries by sampler id, and what was held.
    """
    steps = [
        {"at": count, **_measured(pipe, probe, questions, count, GUIDANCE)} for count in STEP_COUNTS
    ]
    guidance = [
        {"at": scale, **_measured(pipe, probe, questions, STEPS, scale)}
        for scale in GUIDANCE_SCALES
    ]
    own, samplers = pipe.scheduler, {}
    try:
        for name, (kind, extra) in SAMPLERS.items():
            pipe.scheduler = kind.from_config(own.config, **extra)
            samplers[name] = _measured(pipe, probe, questions, SAMPLER_STEPS, GUIDANCE)
    finally:
        pipe.scheduler = own
    return {
        "steps": steps,
        "guidance": guidance,
        "samplers": samplers,
        "held": {
            "prompts": len(questions),
            "num_inference_steps": STEPS,
            "guidance_scale": GUIDANCE,
            "sampler_steps": SAMPLER_STEPS,
        },
    }
