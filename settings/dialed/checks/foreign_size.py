"""DIAL305: an area far from what the model was trained on."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.suggestion import listed

FACTOR = 2.0
"""Areas within half and twice a native one pass."""


def find(case: Case) -> Sequence[Finding]:
    """Compare the area with each native area of the model."""
    model = case.model
    width, height = case.settings.get("width"), case.settings.get("height")
    accepts = case.facts.accepts
    if model is None or not accepts["width"](width) or not accepts["height"](height):
        return ()
    if type(width) is not int or type(height) is not int:
        return ()
    area = width * height
    natives = [size.width * size.height for size in model.native_sizes]
    if any(native / FACTOR <= area <= native * FACTOR for native in natives):
        return ()
    small = all(area < native for native in natives)
    sizes = listed(f"{size.width} x {size.height}" for size in model.native_sizes)
    what = "objects are cut and blurred" if small else "subjects are doubled and stretched"
    message = (
        f"{width} x {height} has {'less than half' if small else 'more than twice'} the pixels that "
        f"{model.title} was trained on ({sizes}); expect that {what}. Stay near {sizes}"
    )
    return [Finding("width", message)]


CHECK = Check(
    code="DIAL305",
    name="foreign-size",
    severity="warning",
    looks_at="settings",
    needs=frozenset({"width", "height"}),
    what="The picture has far more or far fewer pixels than the model was trained on.",
    why="A model has learnt how large things are in its training pictures. On a canvas of twice the pixels "
    "it paints the scene twice, on half of them it has no room for it.",
    bad=Example({"prompt": "a lighthouse", "width": 1536, "height": 1536}, model="sd15"),
    good=Example({"prompt": "a lighthouse", "width": 512, "height": 768}, model="sd15"),
    function=find,
    applies=lambda model: model is not None,
)
