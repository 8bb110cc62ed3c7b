"""DIAL402: a strength, and no picture to start from."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain
from dialed.payload_reading import IMAGE_KEYS
from dialed.suggestion import fold

SILENT = frozenset({"a1111", "comfyui"})
"""Dialects whose settings never hold the picture itself."""


def find(case: Case) -> Sequence[Finding]:
    """Look for a picture among the keys."""
    strength = case.number("strength")
    if strength is None or strength >= 1 or case.facts.dialect in SILENT:
        return ()
    if case.generation is not None:
        return ()  # a file never holds the picture that it was made from
    known = case.registry.settings
    if any(
        fold(key) in IMAGE_KEYS or (key in known and known[key].kind == "image")
        for key in case.settings
    ):
        return ()
    message = (
        f"{case.called('strength')} = {plain(strength)}, but no image is given: text-to-image has no "
        "strength; add the image, or leave strength out"
    )
    return [Finding("strength", message)]


CHECK = Check(
    code="DIAL402",
    name="strength-without-image",
    severity="hint",
    looks_at="settings",
    settings=frozenset({"strength"}),
    what="A strength is stated, but no picture to start from.",
    why="Strength says how far back into noise a given picture is pushed before the model repaints it. "
    "Without a picture there is nothing to push.",
    bad=Example({"prompt": "a lighthouse", "strength": 0.6}),
    good=Example({"prompt": "a lighthouse", "strength": 0.6, "image": "coast.png"}),
    function=find,
)
