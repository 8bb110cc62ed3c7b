"""DIAL421: a factor that makes a size no model can paint."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain

BLOCK = 8
"""Pixels of one latent in every model that has a record with latents of its own."""


def find(case: Case) -> Sequence[Finding]:
    """Multiply the sides of the first pass."""
    scale = case.number("hires_scale")
    accepts = case.facts.accepts
    if scale is None or scale <= 1 or not accepts["hires_scale"](scale):
        return ()
    if any(case.number(side) for side in ("hires_width", "hires_height")):
        return ()  # then the factor is not read
    odd = []
    for side in ("width", "height"):
        length = case.settings.get(side)
        if type(length) is not int or not accepts[side](length) or length % BLOCK:
            return ()
        final = int(length * Decimal(str(scale)))
        if final % BLOCK:
            odd.append(f"{length} x {plain(scale)} = {final}")
    if not odd:
        return ()
    message = (
        f"{case.called('hires_scale')} = {plain(scale)} makes sides that are no multiple of {BLOCK} ({', '.join(odd)}); "
        "they are cut down to one without a word"
    )
    return [Finding("hires_scale", message)]


CHECK = Check(
    code="DIAL421",
    name="hires-size-not-multiple",
    severity="hint",
    looks_at="settings",
    needs=frozenset({"hires_scale", "width", "height"}),
    what="The factor of the second pass leads to a size that is no multiple of eight.",
    why="The second pass paints latents of eight pixels as the first does. A1111 cuts the enlarged size down to whole latents, "
    "so the picture is a few pixels smaller than the factor says, and its shape is not quite the same.",
    bad=Example({"prompt": "a lighthouse", "width": 512, "height": 768, "hires_scale": 1.7}),
    good=Example({"prompt": "a lighthouse", "width": 512, "height": 768, "hires_scale": 1.75}),
    function=find,
    sources=(
        "https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/0027ce1f6e58c5f4279173e468a60aef420babfe/modules/processing.py",
    ),
)
