"""Measure the distilled model: adherence in few steps, beside the base model's at many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from diffusers import StableDiffusionPipeline

from dialed_generator.vignette.assembly import STEPS as BASE_STEPS
from dialed_generator.vignette.assembly import generate
from dialed_generator.vignette.base_run import common_report
from dialed_generator.vignette.evaluation import draw_questions, score
from dialed_generator.vignette.files import read_json
from dialed_generator.vignette.probe import Probe

STEPS = 4
"""Recommended number of steps."""
STEP_COUNTS = (1, 2, 3, 4, 6, 8)
GUIDANCES = (1.0, 1.5, 2.0, 4.0)
"""Guidance scales at the recommended steps: above 1 the guidance is applied a second time."""


def evaluate(
    pipe: StableDiffusionPipeline, probe: Probe, base: Path, count: int, curve_count: int = 60
) -> dict[str, Any]:
    """Measure the base pipeline with the LoRA and the LCM scheduler in it.

    Args:
        pipe: The pipeline.
        probe: The base model's probe.
        base: Published folder of the base model, whose figures are quoted.
        count: Number of prompts at the recommended settings.
        curve_count: Number of prompts for each point of a curve; the first of the same prompts.
    """
    questions = draw_questions(count)

    def adherence(some: int, steps: int, guidance: float) -> dict[str, Any]:
        asked = questions[:some]
        images = generate(
            pipe,
            [question.prompt for question in asked],
            [question.seed for question in asked],
            steps=steps,
            guidance=guidance,
        )
        return score(asked, images, probe)

    report = adherence(count, STEPS, 1.0) | common_report(base, count)
    curves = {
        "num_inference_steps": {
            str(steps): adherence(curve_count, steps, 1.0)["prompt_adherence"]
            for steps in STEP_COUNTS
        },
        "guidance_scale": {
            f"{scale:g}": adherence(curve_count, STEPS, scale)["prompt_adherence"]
            for scale in GUIDANCES
        },
    }
    figures = read_json(base / "evaluation.json") or {}
    full = figures.get("prompt_adherence", {}).get("value", 0.0)
    report |= {
        "base_prompt_adherence": full,
        "base_steps": BASE_STEPS,
        "share_of_base": round(report["prompt_adherence"]["value"] / full, 4) if full else 0.0,
        "curves": {"prompts": min(count, curve_count), **curves},
        "settings": {
            "num_inference_steps": STEPS,
            "guidance_scale": 1.0,
            "scheduler": type(pipe.scheduler).__name__,
            "width": 128,
            "height": 128,
        },
    }
    return report
