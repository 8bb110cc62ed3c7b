"""DIAL423: a control network that stops before it begins."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_adapters import controls
from dialed.checking_case import Case, plain


def find(case: Case) -> Sequence[Finding]:
    """Compare beginning and end of each control network."""
    found = []
    for control in controls(case):
        start = control.start if control.start is not None else 0.0
        end = control.end if control.end is not None else 1.0
        if not start >= end:
            continue
        message = (
            f"{control.name} begins at {plain(start)} of the run and stops at {plain(end)}: it never acts, and diffusers refuses "
            "it; the end must lie behind the beginning"
        )
        found.append(Finding("control_guidance_start", message))
    return found


CHECK = Check(
    code="DIAL423",
    name="control-window-empty",
    severity="error",
    looks_at="settings",
    settings=frozenset({"control_guidance_start", "control_guidance_end"}),
    what="The control network is told to stop before it begins.",
    why="Beginning and end are shares of the run, 0 to 1. Where the end does not lie behind the beginning no step is left between "
    "them. diffusers raises an error; interfaces run on without the control network.",
    bad=Example(
        {"prompt": "a lighthouse", "control_guidance_start": 0.6, "control_guidance_end": 0.4}
    ),
    good=Example(
        {"prompt": "a lighthouse", "control_guidance_start": 0.0, "control_guidance_end": 0.6}
    ),
    function=find,
    sources=(
        "https://github.com/huggingface/diffusers/blob/58eb52c0803ea9af3abec60841c2a093bdf1f951/src/diffusers/pipelines/controlnet/pipeline_controlnet.py",
    ),
)
