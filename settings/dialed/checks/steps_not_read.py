"""DIAL412: a number of steps beside a sampler that chooses its own."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain

CHOOSES_ITSELF = "dpm_adaptive"


def find(case: Case) -> Sequence[Finding]:
    """Look for the one sampler that has no number of steps."""
    steps = case.number("num_inference_steps")
    if steps is None or case.settings.get("sampler") != CHOOSES_ITSELF:
        return ()
    message = (
        f"{case.called('num_inference_steps')} = {plain(steps)} has no effect: {CHOOSES_ITSELF} chooses the length of each "
        "step from an error estimate, and so how many there are"
    )
    return [Finding("num_inference_steps", message)]


CHECK = Check(
    code="DIAL412",
    name="steps-not-read",
    severity="warning",
    looks_at="settings",
    needs=frozenset({"num_inference_steps", "sampler"}),
    dialects=frozenset({"a1111", "a1111-api", "comfyui", "swarmui", "ai-horde"}),
    what="This sampler chooses its own steps and never reads the number.",
    why="DPM adaptive compares two solutions after each step and takes a shorter or longer one next. It is handed the largest "
    "and the smallest noise level and an error limit, no number of steps.",
    bad=Example({"Sampler": "DPM adaptive", "Steps": 30}, dialect="a1111"),
    good=Example({"Sampler": "DPM adaptive"}, dialect="a1111"),
    function=find,
    sources=(
        "https://github.com/crowsonkb/k-diffusion/blob/4601bf085320592473f681a62808ed873d17fad5/k_diffusion/sampling.py",
        "https://github.com/comfyanonymous/ComfyUI/blob/002aefa382585d171aef13c7bd21f64b8664fe28/comfy/samplers.py",
    ),
)
