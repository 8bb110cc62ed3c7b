"""DIAL410: a sampler that asks the model more than once a step, at the steps of one that asks once."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain

MANY = 50
"""Model calls that no record calls unusual, where the model is not known."""
MARGIN = 1.5
"""So much more than the usual is said to be much."""
FREE = frozenset({"dpm_adaptive"})
"""Samplers that do not read the number of steps."""


def find(case: Case) -> Sequence[Finding]:
    """Count the model calls."""
    steps, stated = case.number("num_inference_steps"), case.settings["sampler"]
    sampler = case.registry.samplers.get(stated) if isinstance(stated, str) else None
    if sampler is None or steps is None or sampler.calls_per_step < 2 or sampler.id in FREE:
        return ()
    usual = case.facts.ranges.get("num_inference_steps", (None, None))[1]
    most = usual if usual is not None else MANY
    calls = sampler.calls_per_step
    if steps > most or steps * calls <= MARGIN * most:
        return ()  # beyond the usual steps DIAL302 speaks
    message = (
        f"{case.called('num_inference_steps')} = {plain(steps)} with {sampler.id} asks the model {calls} times a step: "
        f"{plain(steps * calls)} calls, as many as {plain(steps * calls)} steps of euler; "
        f"{max(1, int(steps) // calls)} steps cost what {plain(steps)} cost there"
    )
    return [Finding("num_inference_steps", message)]


CHECK = Check(
    code="DIAL410",
    name="double-cost",
    severity="hint",
    looks_at="settings",
    needs=frozenset({"num_inference_steps", "sampler"}),
    what="The sampler asks the model two or three times a step, and the steps are those of one that asks once.",
    why="Heun, DPM2, DPM++ 2S and DPM++ SDE look ahead before each step: every step costs two calls of the model, and brings "
    "more. At the steps that suit Euler they take twice the time for a picture that was finished halfway.",
    bad=Example({"prompt": "a lighthouse", "sampler": "heun", "num_inference_steps": 40}),
    good=Example({"prompt": "a lighthouse", "sampler": "heun", "num_inference_steps": 20}),
    function=find,
    sources=(
        "https://github.com/crowsonkb/k-diffusion/blob/4601bf085320592473f681a62808ed873d17fad5/k_diffusion/sampling.py",
    ),
)
