"""DIAL425: a refiner whose turn never comes, or that does everything."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain


def find(case: Case) -> Sequence[Finding]:
    """Compare the step of the switch with the number of steps."""
    step, steps = case.number("refiner_switch_step"), case.number("num_inference_steps")
    if step is None or steps is None or not case.settings.get("refiner_model"):
        return ()
    if case.number("strength") is not None or 0 < step < steps:
        return ()
    if "comfyui" in case.facts.tools:
        return ()  # there the two samplers count their steps apart
    key = case.key("refiner_switch_step")
    what = (
        "the refiner does all of it, which it was not trained for"
        if step <= 0
        else "the refiner's turn never comes"
    )
    message = (
        f"{key} = {plain(case.payload.get(key, step))} switches after step {plain(step)} of {plain(steps)}: {what}; 0.8 of the "
        "steps is where SDXL's refiner takes over"
    )
    return [Finding("refiner_switch_step", message)]


CHECK = Check(
    code="DIAL425",
    name="refiner-never",
    severity="warning",
    looks_at="settings",
    needs=frozenset({"refiner_switch_step", "refiner_model", "num_inference_steps"}),
    what="The switch to the refiner lies before the first step or behind the last.",
    why="A refiner was trained on the last, least noisy part of the run only. At 1 it is loaded and never asked; at 0 it has to find the "
    "composition, which it has not learnt.",
    bad=Example(
        {
            "prompt": "a lighthouse",
            "steps": 25,
            "refiner_checkpoint": "sd_xl_refiner_1.0",
            "refiner_switch_at": 1.0,
        },
        dialect="a1111-api",
    ),
    good=Example(
        {
            "prompt": "a lighthouse",
            "steps": 25,
            "refiner_checkpoint": "sd_xl_refiner_1.0",
            "refiner_switch_at": 0.8,
        },
        dialect="a1111-api",
    ),
    function=find,
    sources=("https://arxiv.org/abs/2307.01952",),
)
