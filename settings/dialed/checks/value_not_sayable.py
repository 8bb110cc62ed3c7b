"""DIAL502: a value that the target has no word for."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_crossing import Crossing


def find(crossing: Crossing) -> Sequence[Finding]:
    """Hand on the values that could not be written."""
    return [
        Finding(
            note.setting, f"{note.setting}: {crossing.to} cannot say this value: {note.message}"
        )
        for note in crossing.coded("DIAL502")
    ]


CHECK = Check(
    code="DIAL502",
    name="value-not-sayable",
    severity="warning",
    looks_at="translation",
    what="The target has the setting, but not this value of it.",
    why="Most of all samplers and schedules: a tool has those that somebody wrote for it. A name that it does not know is "
    "replaced by its default or refused, so nothing is written and you choose.",
    bad=Example({"prompt": "a lighthouse", "sampler": "restart"}, to="comfyui"),
    good=Example({"prompt": "a lighthouse", "sampler": "euler"}, to="comfyui"),
    function=find,
)
