"""Sizes of the FLUX models at Replicate, which are chosen by a shape and a number of megapixels.

Source: https://github.com/replicate/cog-flux/blob/51e81e03b5d80180edaaa852022cd5c4b835872c/predict.py
(``ASPECT_RATIOS`` and ``size_from_aspect_megapixels``).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dialed.dialects.flat import aliases_for

if TYPE_CHECKING:
    from dialed.translation import Draft

CANONICAL = "canonical"
MODELS = frozenset({"flux-dev", "flux-schnell"})
SIZES = {
    "1:1": (1024, 1024),
    "16:9": (1344, 768),
    "21:9": (1536, 640),
    "3:2": (1216, 832),
    "2:3": (832, 1216),
    "4:5": (896, 1088),
    "5:4": (1088, 896),
    "3:4": (896, 1152),
    "4:3": (1152, 896),
    "9:16": (768, 1344),
    "9:21": (640, 1536),
}
"""Width and height at one megapixel; at a quarter of one both are halved."""


def size_of_shape(draft: Draft, begins: str | None) -> None:
    """Put width and height in the place of a shape, where the target knows sizes only.

    Args:
        draft: The translation, before it is written.
        begins: Dialect that the settings were written in.
    """
    settings, records = draft.settings, draft.registry.settings
    size = SIZES.get(str(settings.get("aspect_ratio")))
    if begins != "replicate" or size is None or not settings.keys().isdisjoint({"width", "height"}):
        return
    known = draft.model is not None and draft.model.id in MODELS
    if draft.dialect == CANONICAL and not known:
        return  # what was written stands as it is; only these models are known to mean a size by it
    if draft.dialect != "comfyui" and any(aliases_for(records["aspect_ratio"], draft)):
        return
    half = settings.get("megapixels") == 0.25  # the other value that there is
    width, height = (side // 2 if half else side for side in size)
    shape = settings.pop("aspect_ratio")
    settings.pop("megapixels", None)
    settings |= {"width": width, "height": height}
    message = f"{shape} is {width} x {height} there; this target takes sizes"
    draft.note("converted", "aspect_ratio", message)


def shape_of_size(draft: Draft) -> None:
    """Put the nearest shape in the place of width and height, for the models that take no size."""
    settings = draft.settings
    width, height = settings.get("width"), settings.get("height")
    if draft.model is None or draft.model.id not in MODELS or "aspect_ratio" in settings:
        return
    if type(width) is not int or type(height) is not int or width <= 0 or height <= 0:
        return
    asked = math.log(width / height)
    shape = min(SIZES, key=lambda name: abs(math.log(SIZES[name][0] / SIZES[name][1]) - asked))
    megapixels = 0.25 if width * height < 512 * 1024 else 1.0
    given = tuple(side // 2 if megapixels < 1 else side for side in SIZES[shape])
    del settings["width"], settings["height"]
    settings |= {"aspect_ratio": shape, "megapixels": megapixels}
    told = f"{width} x {height} is asked for as {shape} at {megapixels:g} megapixel"
    for place, (side, asked_for) in enumerate((("width", width), ("height", height))):
        if given[place] == asked_for:
            draft.note("converted", side, told)
        else:
            draft.note("approximate", side, f"{told}, which gives {given[0]} x {given[1]}")
