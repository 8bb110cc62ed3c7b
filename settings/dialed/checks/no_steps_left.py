"""DIAL403: steps times strength leaves no step to run."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain


def find(case: Case) -> Sequence[Finding]:
    """Count the steps that image-to-image runs: the whole part of steps x strength."""
    if case.facts.dialect not in {None, "diffusers"}:
        return ()  # A1111 runs one step more, ComfyUI all that it was told
    if case.model is not None and case.model.prediction == "flow" and case.number("strength") != 0:
        return ()  # the flow pipelines round up
    steps, strength = case.number("num_inference_steps"), case.number("strength")
    if steps is None or strength is None or not 0 <= strength <= 1 or not 1 <= steps < 2**53:
        return ()
    if int(steps * strength) >= 1:
        return ()
    cure = (
        f"raise the steps to {math.ceil(1 / strength)} or more"
        if strength > 1e-6
        else "raise the strength"
    )
    message = (
        f"{case.called('num_inference_steps')} = {plain(steps)} at {case.called('strength')} = "
        f"{plain(strength)} runs {plain(steps)} x {plain(strength)}, rounded down: no step at all; {cure}"
    )
    return [Finding("strength", message)]


CHECK = Check(
    code="DIAL403",
    name="no-steps-left",
    severity="error",
    looks_at="settings",
    needs=frozenset({"num_inference_steps", "strength"}),
    what="Steps times strength is less than one, so image-to-image has no step to run.",
    why="Image-to-image runs only the last part of the schedule: int(steps x strength) steps. With few "
    "steps, as for distilled models, a low strength leaves none.",
    bad=Example({"image": "coast.png", "num_inference_steps": 4, "strength": 0.2}),
    good=Example({"image": "coast.png", "num_inference_steps": 4, "strength": 0.5}),
    function=find,
)
