"""DIAL503: the nearest that the target has."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_crossing import Crossing


def find(crossing: Crossing) -> Sequence[Finding]:
    """Hand on what is only near."""
    return [
        Finding(
            note.setting, f"{note.setting} is not quite the same in {crossing.to}: {note.message}"
        )
        for note in crossing.coded("DIAL503")
    ]


CHECK = Check(
    code="DIAL503",
    name="only-approximate",
    severity="hint",
    looks_at="translation",
    what="The target has something near, not the same.",
    why="Two programs call their samplers alike and differ in the last step, the noise or the rounding. The picture is of the same "
    "kind, and not the same picture.",
    bad=Example({"prompt": "a lighthouse", "sampler": "deis"}, to="comfyui"),
    good=Example({"prompt": "a lighthouse", "sampler": "euler"}, to="comfyui"),
    function=find,
)
