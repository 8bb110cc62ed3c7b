"""DIAL504: a value that does not come back as it was."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import plain
from dialed.checking_crossing import Crossing
from dialed.translation import CANONICAL, translate

MOST_STEPS = 10_000


def find(crossing: Crossing) -> Sequence[Finding]:
    """Read the translation back and compare the steps, the one number that tools count differently."""
    case = crossing.case
    steps, strength = case.number("num_inference_steps"), case.number("strength")
    if type(steps) is not int or strength is None or not 0 < strength < 1:
        return ()
    if not 0 < steps <= MOST_STEPS or crossing.to != "comfyui" or not crossing.payload:
        return ()
    written = {"steps": max(1, int(steps * strength)), "denoise": strength}
    back = translate(written, source=crossing.to, to=CANONICAL, registry=crossing.registry)
    again = back.payload.get("num_inference_steps")
    if again == steps:
        return ()
    message = (
        f"num_inference_steps = {plain(steps)} at strength = {plain(strength)} is {written['steps']} steps in {crossing.to}, "
        f"which runs all of them: read back that spans {again}. The noise levels shift a little"
    )
    return [Finding("num_inference_steps", message)]


CHECK = Check(
    code="DIAL504",
    name="changed-by-rounding",
    severity="hint",
    looks_at="translation",
    what="Steps and strength do not divide evenly, so the target visits slightly other noise levels.",
    why="diffusers and A1111 lay out all the steps and run the last part, ComfyUI runs what it is told on a longer layout. Between the "
    "two stand a product and a division that are both cut to whole numbers.",
    bad=Example(
        {
            "prompt": "a lighthouse",
            "image": "coast.png",
            "num_inference_steps": 28,
            "strength": 0.3,
        },
        to="comfyui",
    ),
    good=Example(
        {
            "prompt": "a lighthouse",
            "image": "coast.png",
            "num_inference_steps": 30,
            "strength": 0.3,
        },
        to="comfyui",
    ),
    function=find,
    sources=(
        "https://github.com/comfyanonymous/ComfyUI/blob/002aefa382585d171aef13c7bd21f64b8664fe28/comfy/samplers.py",
    ),
)
