"""DIAL420: settings of a second pass that is not switched on."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.suggestion import listed

PARTS = ("hires_scale", "hires_steps", "hires_upscaler", "hires_width", "hires_height")
"""What only the second pass reads; its strength shares a name with that of image-to-image."""


def find(case: Case) -> Sequence[Finding]:
    """Look for the switch."""
    if case.settings.get("hires_fix") is True or case.generation is not None:
        return ()
    off = case.registry.settings
    stated = [
        name for name in PARTS if name in case.settings and case.settings[name] != off[name].off
    ]
    if not stated:
        return ()
    switch = case.registry.names.name_in("hires_fix", case.facts.dialect or "") or "hires_fix"
    message = (
        f"{listed(map(case.called, stated))} has no effect: there is a second pass only where {switch} is true; "
        f"set {switch} to true, or leave the rest out"
    )
    return [Finding(stated[0], message)]


CHECK = Check(
    code="DIAL420",
    name="hires-without-hires",
    severity="warning",
    looks_at="settings",
    settings=frozenset(PARTS),
    dialects=frozenset({"a1111-api", "ai-horde"}),
    what="A second pass is described, and the switch that asks for it is not set.",
    why="In these services hires fix has a switch of its own that is off by default. Scale, steps and upscaler beside it are "
    "accepted, and the picture comes back at its first size.",
    bad=Example({"prompt": "a lighthouse", "hr_scale": 2.0}, dialect="a1111-api"),
    good=Example(
        {"prompt": "a lighthouse", "enable_hr": True, "hr_scale": 2.0}, dialect="a1111-api"
    ),
    function=find,
    sources=(
        "https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/0027ce1f6e58c5f4279173e468a60aef420babfe/modules/processing.py",
    ),
)
