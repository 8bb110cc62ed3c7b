"""DIAL427: a shape and a size that contradict each other."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.errors import shown
from dialed.picture_shape import shape

NEAR = 1.1
"""Sizes are rounded to blocks: 1344 x 768 is sold as 16:9."""


def find(case: Case) -> Sequence[Finding]:
    """Compare the ratio with that of width and height."""
    asked = shape(case.settings["aspect_ratio"])
    width, height = case.number("width"), case.number("height")
    if asked is None or not width or not height or width < 0 or height < 0:
        return ()
    given = width / height
    if 1 / NEAR <= asked / given <= NEAR:
        return ()
    size = f"{case.called('width')} x {case.called('height')} = {width:g} x {height:g}"
    swapped = 1 / NEAR <= asked * given <= NEAR
    what = (
        "is the same shape lying on its side; width and height are swapped"
        if swapped
        else f"is another shape ({given:.2f} to 1 instead of {asked:.2f} to 1)"
    )
    message = f"{case.called('aspect_ratio')} = {shown(case.settings['aspect_ratio'])}, but {size} {what}; keep one of the two"
    return [Finding("aspect_ratio", message)]


CHECK = Check(
    code="DIAL427",
    name="aspect-against-size",
    severity="error",
    looks_at="settings",
    needs=frozenset({"aspect_ratio", "width", "height"}),
    what="The aspect ratio and the size in pixels say different things.",
    why="Ratios are width to height. Which of the two counts when they disagree depends on the service, and some take the ratio and drop "
    "the size without a word.",
    bad=Example({"prompt": "a lighthouse", "aspect_ratio": "16:9", "width": 768, "height": 1344}),
    good=Example({"prompt": "a lighthouse", "aspect_ratio": "16:9", "width": 1344, "height": 768}),
    function=find,
)
