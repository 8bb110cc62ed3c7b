"""DIAL508: further passes, LoRAs or control networks that stay behind."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_crossing import Crossing


def find(crossing: Crossing) -> Sequence[Finding]:
    """Hand on the parts that the translation could not carry."""
    known = crossing.registry.settings
    return [
        Finding(
            note.setting if note.setting in known else None,
            f"{note.setting} stays behind on the way to {crossing.to}: {note.message}",
        )
        for note in crossing.notes
        if note.code == "DIAL508"
    ]


CHECK = Check(
    code="DIAL508",
    name="left-behind",
    severity="warning",
    looks_at="translation",
    what="A further pass, a LoRA or a control network cannot be written in the target's settings.",
    why="A second sampler, an adapter, a control network are not numbers but parts of the machine. A target that lists settings only has "
    "no place for them; without them the numbers that are carried over make another picture.",
    bad=Example(
        "a lighthouse <lora:ink-wash:0.8>\nSteps: 25, Sampler: Euler, CFG scale: 7, Seed: 1, Size: 512x512",
        to="replicate",
    ),
    good=Example(
        "a lighthouse, ink wash\nSteps: 25, Sampler: Euler, CFG scale: 7, Seed: 1, Size: 512x512",
        to="replicate",
    ),
    function=find,
)
