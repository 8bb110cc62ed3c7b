"""Measure the flow model: adherence at its recommended settings, and along each of its settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline

from dialed_generator.vignette.base_run import common_report
from dialed_generator.vignette.evaluation import Question, draw_questions, score
from dialed_generator.vignette.flow.pipeline import GUIDANCE, STEPS, generate
from dialed_generator.vignette.flow.text import T5_LENGTH
from dialed_generator.vignette.probe import Probe

STEP_COUNTS = (2, 4, 8, 12, 20, 40)
GUIDANCES = (1.0, 2.0, 3.5, 6.0, 10.0)
TRUE_SCALES = (1.0, 2.0, 3.5, 6.0)
"""Classifier-free guidance, with the embedded guidance held at 1."""
LENGTHS = (8, 16, 32, 64, 512)
SHIFTS = (0.5, 1.0, 1.65, 3.0, 6.0)
"""Fixed shifts of the noise levels, at `SHIFT_STEPS` steps."""
SHIFT_STEPS = 8


def _adherence(
    pipe: FluxPipeline, probe: Probe, questions: list[Question], **settings: Any
) -> dict[str, Any]:
    images = generate(
        pipe,
        [question.prompt for question in questions],
        [question.seed for question in questions],
        **settings,
    )
    return score(questions, images, probe)


def _curve(
    pipe: FluxPipeline,
    probe: Probe,
    questions: list[Question],
    name: str,
    values: tuple[float, ...],
    **held: Any,
) -> dict[str, dict[str, float]]:
    return {
        f"{value:g}": _adherence(pipe, probe, questions, **held, **{name: value})[
            "prompt_adherence"
        ]
        for value in values
    }


def evaluate(
    pipe: FluxPipeline, probe: Probe, base: Path, count: int, curve_count: int = 40
) -> dict[str, Any]:
    """Measure a published flow model with the base model's probe and prompts.

    Args:
        pipe: The published pipeline.
        probe: The base model's probe.
        base: Published folder of the base model.
        count: Number of prompts at the recommended settings.
        curve_count: Number of prompts for each point of a curve; the first of the same prompts.

    Returns:
        What ``evaluation.json`` says about measurement; training figures are added by the caller.
    """
    questions = draw_questions(count)
    few = questions[:curve_count]
    report = _adherence(pipe, probe, questions) | common_report(base, count)
    report["settings"] = {
        "num_inference_steps": STEPS,
        "guidance_scale": GUIDANCE,
        "true_cfg_scale": 1.0,
        "max_sequence_length": T5_LENGTH,
        "scheduler": type(pipe.scheduler).__name__,
        "width": 128,
        "height": 128,
    }
    curves: dict[str, Any] = {
        "num_inference_steps": _curve(pipe, probe, few, "steps", STEP_COUNTS),
        "distilled_guidance_scale": _curve(pipe, probe, few, "guidance", GUIDANCES),
        "guidance_scale": _curve(pipe, probe, few, "true_cfg", TRUE_SCALES, guidance=1.0),
        "max_sequence_length": _curve(pipe, probe, few, "length", LENGTHS),
    }
    own = pipe.scheduler
    shifted = {}
    for shift in SHIFTS:
        pipe.scheduler = FlowMatchEulerDiscreteScheduler.from_config(
            own.config, use_dynamic_shifting=False, shift=shift
        )
        found = _adherence(pipe, probe, few, steps=SHIFT_STEPS)
        shifted[f"{shift:g}"] = found["prompt_adherence"]
    pipe.scheduler = own
    curves["shift"] = shifted
    report["curves"] = {"prompts": len(few), "shift_steps": SHIFT_STEPS, **curves}
    return report
