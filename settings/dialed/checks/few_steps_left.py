"""DIAL409: a low strength leaves only a few of the steps."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain

ENOUGH = 5
"""Steps below which a model that was not distilled hardly gets anywhere."""
PLENTY = 10
"""Who asks for fewer steps than these wants few."""


def steps_run(case: Case) -> int | None:
    """How many steps image-to-image runs in the payload's tool; None where that is not known."""
    steps, strength = case.number("num_inference_steps"), case.number("strength")
    if steps is None or strength is None or not 0 < strength < 1 or not 1 <= steps < 2**53:
        return None
    if not case.facts.tools.isdisjoint({"a1111", "a1111-api"}):
        return int(min(strength, 0.999) * steps) + 1
    if case.model is not None and case.model.prediction == "flow":
        return int(steps - int(steps - steps * strength))
    return int(steps * strength)


def find(case: Case) -> Sequence[Finding]:
    """Count the steps that are left."""
    run, steps, strength = (
        steps_run(case),
        case.number("num_inference_steps"),
        case.number("strength"),
    )
    if run is None or steps is None or strength is None or not 1 <= run < ENOUGH or steps < PLENTY:
        return ()
    if case.model is not None and case.model.distilled:
        return ()
    needed = math.ceil(2 * ENOUGH / strength) if strength > 1e-6 else 0
    cure = f"{needed} steps would run {2 * ENOUGH}" if 0 < needed <= 1000 else "raise the strength"
    message = (
        f"{case.called('num_inference_steps')} = {plain(steps)} at {case.called('strength')} = {plain(strength)} runs "
        f"{run} step{'s' if run > 1 else ''} only; {cure}"
    )
    return [Finding("num_inference_steps", message)]


CHECK = Check(
    code="DIAL409",
    name="few-steps-left",
    severity="hint",
    looks_at="settings",
    needs=frozenset({"num_inference_steps", "strength"}),
    dialects=frozenset({None, "diffusers", "a1111", "a1111-api"}),
    what="At this strength image-to-image runs fewer than five of the steps.",
    why="diffusers runs int(steps x strength) steps of those asked for, the flow pipelines round up, A1111 adds one. Thirty "
    "steps at 0.1 are three. ComfyUI alone runs all of them, so the same numbers give different pictures there.",
    bad=Example({"image": "coast.png", "num_inference_steps": 30, "strength": 0.1}),
    good=Example({"image": "coast.png", "num_inference_steps": 100, "strength": 0.1}),
    function=find,
    sources=(
        "https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/044494d914f40cbbdfa32f518855cd65eebb44c9/modules/sd_samplers_common.py",
        "https://github.com/huggingface/diffusers/blob/58eb52c0803ea9af3abec60841c2a093bdf1f951/docs/source/en/using-diffusers/img2img.md",
        "https://github.com/comfyanonymous/ComfyUI/blob/002aefa382585d171aef13c7bd21f64b8664fe28/comfy/samplers.py",
    ),
)
