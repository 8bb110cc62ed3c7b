"""The shape of a picture as tools write it: ``16:9``."""

from __future__ import annotations

import re

RATIO = re.compile(r"\s*(\d{1,5}(?:\.\d{1,5})?)\s*(?:[:/x]\s*(\d{1,5}(?:\.\d{1,5})?))?\s*")


def shape(text: object) -> float | None:
    """Width divided by height of ``16:9``; None where ``text`` is no ratio of two lengths."""
    found = RATIO.fullmatch(text) if type(text) is str else None
    if found is None:
        return None
    width, height = float(found[1]), float(found[2] or 1)
    return width / height if width > 0 and height > 0 else None
