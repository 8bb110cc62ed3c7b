"""Trees: a few large ones beside the subject."""

from __future__ import annotations

import random

import skia

from dialed_generator.vignette.palette import RGB, Light, fill, gradient, lit, mix, polygon, shade

CROWNS: dict[str, RGB] = {
    "pine": (0.08, 0.34, 0.22),
    "autumn": (0.94, 0.46, 0.08),
    "cherry": (0.98, 0.58, 0.74),
}


def pine(canvas: skia.Canvas, x: float, y: float, height: float, crown: RGB, wood: RGB) -> None:
    """Draw a pine of four tiers with its foot at (x, y)."""
    canvas.drawRect(skia.Rect.MakeLTRB(x - 0.014, y - 0.08, x + 0.014, y), fill(wood))
    for tier in range(4):
        low = y - 0.05 - height * 0.19 * tier
        half = height * (0.27 - 0.05 * tier)
        top = low - height * (0.40 - 0.02 * tier)
        tone = shade(crown, 0.82 + 0.14 * tier)
        canvas.drawPath(
            polygon((x - half, low), (x, top), (x + half, low)),
            gradient(
                (x - half, 0), (x + half, 0), [(0, shade(tone, 1.2), 1), (1, shade(tone, 0.7), 1)]
            ),
        )


def broadleaf(
    canvas: skia.Canvas,
    place: tuple[float, float],
    height: float,
    crown: RGB,
    wood: RGB,
    lot: random.Random,
) -> None:
    """Draw a tree with a round crown of a few overlapping heaps."""
    x, y = place
    canvas.drawPath(
        polygon(
            (x - 0.022, y),
            (x - 0.010, y - height * 0.6),
            (x + 0.010, y - height * 0.6),
            (x + 0.022, y),
        ),
        fill(wood),
    )
    centre, radius = y - height * 0.66, height * 0.24
    heaps = ((-0.72, 0.28), (0.72, 0.30), (0.0, 0.42), (-0.42, -0.45), (0.46, -0.42), (0.0, -0.75))
    for layer, tone in ((0.0, 0.74), (0.14, 1.0), (0.30, 1.14)):
        size = radius * (0.86 - layer)
        for dx, dy in heaps:
            wobble = lot.uniform(-0.06, 0.06)
            canvas.drawCircle(
                x + radius * (dx * (1 - layer) - layer * 0.45 + wobble),
                centre + radius * (dy * (1 - layer) - layer * 0.6 + wobble),
                size,
                fill(shade(crown, tone)),
            )


def paint_trees(
    canvas: skia.Canvas,
    kind: str,
    places: list[tuple[float, float, float]],
    light: Light,
    lot: random.Random,
    fade: float = 0.0,
) -> None:
    """Draw trees of one kind at (x, y, height) places, faded towards the haze by `fade`."""
    wood = mix(lit((0.32, 0.22, 0.16), light, keep=0.2), light.haze, fade)
    crown = mix(lit(CROWNS[kind], light, keep=0.3), light.haze, fade)
    for x, y, height in places:
        if kind == "pine":
            pine(canvas, x, y, height, crown, wood)
        else:
            broadleaf(canvas, (x, y), height * 0.95, crown, wood, lot)
