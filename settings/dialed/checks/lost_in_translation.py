"""DIAL501: a setting for which the target has no name."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_crossing import Crossing


def find(crossing: Crossing) -> Sequence[Finding]:
    """Hand on what the translation left out."""
    return [
        Finding(note.setting, f"{note.setting} is lost on the way to {crossing.to}: {note.message}")
        for note in crossing.coded("DIAL501")
    ]


CHECK = Check(
    code="DIAL501",
    name="lost-in-translation",
    severity="warning",
    looks_at="translation",
    what="The target has no name or place for a setting, so its value is lost.",
    why="Tools expose different settings. What the target cannot say it decides by itself, and the same prompt and seed give "
    "another picture.",
    bad=Example({"prompt": "a lighthouse", "clip_skip": 2}, to="replicate"),
    good=Example({"prompt": "a lighthouse", "clip_skip": 2}, to="a1111"),
    function=find,
)
