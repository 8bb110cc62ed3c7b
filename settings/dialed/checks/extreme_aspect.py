"""DIAL307: a strip where the model has seen pictures."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.suggestion import listed

NARROWEST = 4.0
"""Sides of 4 to 1 end the list of training sizes in SDXL's paper, the widest list that a record cites."""


def find(case: Case) -> Sequence[Finding]:
    """Compare the longer side with the shorter one."""
    model = case.model
    width, height = case.settings["width"], case.settings["height"]
    if model is None or type(width) is not int or type(height) is not int:
        return ()
    if not (case.facts.accepts["width"](width) and case.facts.accepts["height"](height)):
        return ()
    if min(width, height) <= 0 or max(width, height) <= NARROWEST * min(width, height):
        return ()
    native = max(max(s.width, s.height) / min(s.width, s.height) for s in model.native_sizes)
    if max(width, height) <= native * NARROWEST / 2 * min(width, height):
        return ()
    sizes = listed(f"{size.width} x {size.height}" for size in model.native_sizes)
    message = (
        f"{width} x {height} is a strip of {max(width, height) / min(width, height):.1f} to 1; {model.title} was "
        f"trained at {sizes}: expect the subject to be repeated along the strip. Paint a wider picture and cut it"
    )
    return [Finding("width", message)]


CHECK = Check(
    code="DIAL307",
    name="extreme-aspect",
    severity="hint",
    looks_at="settings",
    needs=frozenset({"width", "height"}),
    what="The picture is more than four times as long as it is wide, or the other way round.",
    why="A model composes the way its training pictures were cut. SDXL's paper lists the sizes it was trained on, and "
    "they end at 4 to 1. Along a longer strip there is no composition to follow, so the scene starts again.",
    bad=Example({"prompt": "a lighthouse", "width": 2560, "height": 512}, model="sdxl"),
    good=Example({"prompt": "a lighthouse", "width": 1536, "height": 640}, model="sdxl"),
    function=find,
    applies=lambda model: model is not None,
    sources=("https://arxiv.org/abs/2307.01952",),
)
