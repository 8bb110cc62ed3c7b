"""Measure prompt adherence: generate pictures of drawn prompts and read the attributes back."""

from __future__ import annotations

import math
import platform
import random
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from diffusers import StableDiffusionPipeline
from PIL import Image

from dialed_generator.vignette.assembly import GUIDANCE, STEPS, generate
from dialed_generator.vignette.captions import prompt_of
from dialed_generator.vignette.probe import Probe, best
from dialed_generator.vignette.scenes import FAMILIES, allowed

PROMPT_SEED = 4712
"""Seed of the evaluation's prompts; written down before version 2 of the model was trained."""
FIRST_IMAGE_SEED = 90_000
GATE: dict[str, float] = {
    "prompt_adherence": 0.90,
    "time_of_day": 0.95,
    "ground": 0.95,
    "subject": 0.80,
    "count": 0.80,
    "position": 0.80,
    "style": 0.90,
}
"""Least mean adherence, and least share of pictures in which a family must be right, for the model
to be published."""


@dataclass(frozen=True)
class Question:
    """One prompt of the evaluation, the attributes it names, and the seed of its picture."""

    prompt: str
    named: dict[str, str]
    seed: int


def draw_questions(count: int, seed: int = PROMPT_SEED) -> list[Question]:
    """Draw prompts that name every family, each value as likely as the others.

    A sailboat is always on a lake, and several subjects have no position to name.
    """
    lot = random.Random(f"vignette evaluation {seed}")
    questions = []
    for index in range(count):
        named = {family: lot.choice(values) for family, values in FAMILIES.items()}
        named = allowed(named)
        if named["count"] != "one":
            del named["position"]
        questions.append(Question(prompt_of(named), named, FIRST_IMAGE_SEED + index))
    return questions


def wilson(right: float, count: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share; `right` may be a sum of shares."""
    if count == 0:
        return 0.0, 1.0
    share = right / count
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (middle - spread) / (1 + z * z / count), (middle + spread) / (1 + z * z / count)


def _interval(value: float, low: float, high: float) -> dict[str, float]:
    return {"value": round(value, 4), "low": round(low, 4), "high": round(high, 4)}


def score(questions: list[Question], images: list[Image.Image], probe: Probe) -> dict[str, Any]:
    """Compare what the probe reads with what the prompts named.

    Returns:
        ``prompt_adherence``: mean over pictures of the share of named attributes that are right,
        with a Wilson interval that counts a picture once (the six attributes of a picture are not
        six independent trials); and one share with its Wilson interval for each family.
    """
    readings = [best(reading) for reading in probe.read(images)]
    hits: dict[str, list[bool]] = {family: [] for family in FAMILIES}
    shares = []
    for question, seen in zip(questions, readings, strict=True):
        right = {
            family: seen[family] == value
            for family, value in question.named.items()
            if family in seen
        }
        shares.append(sum(right.values()) / len(right))
        for family, hit in right.items():
            hits[family].append(hit)
    result: dict[str, Any] = {
        "prompt_adherence": _interval(sum(shares) / len(shares), *wilson(sum(shares), len(shares)))
    }
    for family, answers in hits.items():
        if not answers:
            continue
        low, high = wilson(sum(answers), len(answers))
        result[family] = _interval(sum(answers) / len(answers), low, high)
    return result


def evaluate(
    pipe: StableDiffusionPipeline, probe: Probe, count: int
) -> tuple[dict[str, Any], list[Image.Image]]:
    """Generate one picture for each drawn prompt and score them.

    Args:
        pipe: The published pipeline.
        probe: The published probe.
        count: Number of prompts.

    Returns:
        The content of ``evaluation.json`` that this measurement gives, and the pictures.
    """
    questions = draw_questions(count)
    images = generate(pipe, [q.prompt for q in questions], [q.seed for q in questions])
    report = score(questions, images, probe)
    report["settings"] = {
        "prompts": count,
        "prompt_seed": PROMPT_SEED,
        "first_image_seed": FIRST_IMAGE_SEED,
        "num_inference_steps": STEPS,
        "guidance_scale": GUIDANCE,
        "scheduler": type(pipe.scheduler).__name__,
        "width": images[0].width,
        "height": images[0].height,
    }
    report["versions"] = {
        name: version(name).split("+")[0] for name in ("torch", "diffusers", "transformers")
    } | {"python": platform.python_version()}
    return report, images


def gate_problems(report: dict[str, Any]) -> list[str]:
    """Return what keeps a report below the gate; empty when it passes."""
    return [
        f"{family.replace('_', ' ')} is right in {report[family]['value']:.1%} of the pictures; "
        f"at least {least:.0%} is needed: train longer"
        for family, least in GATE.items()
        if report[family]["value"] < least
    ]
