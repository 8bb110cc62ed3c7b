"""Sky, mountains, ground, water and weather of a scene, in unit coordinates (y downwards)."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import skia

from dialed_generator.vignette.palette import (
    RGB,
    Light,
    fill,
    gradient,
    lit,
    mix,
    polygon,
    shade,
)

HORIZON = 0.60
"""Where land begins, in picture heights from the top."""
WATERLINE = 0.715
"""Where a lake begins below its near shore."""

GROUND_COLOURS: dict[str, tuple[RGB, RGB]] = {
    "lake": ((0.34, 0.58, 0.25), (0.24, 0.46, 0.20)),
    "meadow": ((0.52, 0.76, 0.26), (0.27, 0.56, 0.18)),
    "desert": ((0.96, 0.78, 0.46), (0.82, 0.54, 0.26)),
    "snow": ((0.97, 0.98, 1.00), (0.78, 0.86, 0.96)),
}
MOUNTAIN_COLOURS: dict[str, RGB] = {
    "lake": (0.30, 0.40, 0.52),
    "meadow": (0.32, 0.44, 0.50),
    "desert": (0.66, 0.36, 0.24),
    "snow": (0.56, 0.66, 0.80),
}


def paint_sky(
    canvas: skia.Canvas, light: Light, lot: random.Random, sun_x: float, width: float = 1.0
) -> None:
    """Paint the sky gradient, stars at night, and the sun or moon at `sun_x`.

    Unlike the other parts it takes the picture's width in picture heights: painted on a stretched
    canvas, the sun would be no disc.
    """
    top, middle, low = light.sky
    canvas.drawRect(
        skia.Rect.MakeXYWH(0, 0, width, 1),
        gradient((0, 0), (0, HORIZON + 0.03), [(0, top, 1), (0.55, middle, 1), (1, low, 1)]),
    )
    night = light.tint[0] < 0.5
    if night:
        for _ in range(46):
            x, y, size = lot.random(), lot.random() * 0.5, lot.uniform(0.003, 0.0075)
            canvas.drawCircle(x * width, y, size, fill((1, 1, 0.95), lot.uniform(0.6, 1.0)))
    halo = 0.30 if not night else 0.16
    if not light.disc:
        return
    canvas.drawCircle(sun_x, light.height, halo * 0.7, fill(light.glow, 0.35, halo * 0.35))
    canvas.drawCircle(sun_x, light.height, light.disc, fill(light.glow))
    if night:  # a crescent: the sky's own colour covers a part of the disc
        shadow = mix(top, middle, light.height / (0.55 * HORIZON))
        canvas.drawCircle(sun_x + 0.028, light.height - 0.018, light.disc * 0.86, fill(shadow))


def paint_clouds(canvas: skia.Canvas, light: Light, lot: random.Random) -> None:
    """Paint four large heaped clouds."""
    bright, dark = light.cloud
    for number in range(4):
        x = (number + lot.uniform(0.1, 0.9)) / 4
        y = lot.uniform(0.08, 0.20) + 0.16 * (number % 2)
        width = lot.uniform(0.30, 0.42)
        path = skia.Path()
        for step in range(7):
            along = step / 6 - 0.5
            radius = width * (0.24 - 0.56 * along * along) * lot.uniform(0.8, 1.15)
            path.addCircle(x + along * width, y - radius * 0.5, radius)
        canvas.save()
        canvas.clipRect(skia.Rect.MakeLTRB(-1, -1, 2, y + width * 0.035), doAntiAlias=True)
        canvas.drawPath(
            path, gradient((0, y - width * 0.3), (0, y + 0.03), [(0, bright, 1), (1, dark, 1)])
        )
        canvas.restore()


def ridge(lot: random.Random, base: float, height: float, peaks: int) -> list[tuple[float, float]]:
    """Return a jagged skyline from left to right: midpoint displacement over a few peaks."""
    points = [(-0.05, base)]
    offset = lot.random()
    for number in range(peaks * 2 + 1):
        x = (number - offset) / (peaks * 2 - 1)
        up = height * (lot.uniform(0.75, 1.0) if number % 2 else lot.uniform(0.25, 0.45))
        points.append((x, base - up))
    points.append((1.2, base - height * 0.4))
    for rough in (0.18, 0.09):
        finer = [points[0]]
        for (x0, y0), (x1, y1) in pairwise(points):
            wobble = lot.uniform(-rough, rough) * height
            finer += [((x0 + x1) / 2, (y0 + y1) / 2 + wobble * 0.6), (x1, y1)]
        points = finer
    return points


def paint_mountains(canvas: skia.Canvas, ground: str, light: Light, lot: random.Random) -> None:
    """Paint two ranges, the nearer one darker and less hazy, the far one snow-capped."""
    body = lit(MOUNTAIN_COLOURS[ground], light)
    for number, (height, haze, peaks) in enumerate(((0.27, 0.62, 2), (0.17, 0.36, 3))):
        line = ridge(lot, HORIZON + 0.02, height, peaks)
        colour = mix(body, light.haze, haze)
        path = polygon(*line, (1.2, 0.75), (-0.05, 0.75))
        low = mix(colour, light.haze, 0.45)
        canvas.drawPath(
            path,
            gradient((0, HORIZON - height), (0, HORIZON + 0.03), [(0, colour, 1), (1, low, 1)]),
        )
        if number == 0 and ground != "desert":
            canvas.save()
            canvas.clipPath(path, doAntiAlias=True)
            caps = lit((0.98, 0.99, 1.0), light, keep=0.25)
            top = HORIZON - height * 0.58
            zigzag = [(-0.1 + 0.06 * k, top + (0.02 if k % 2 else -0.02)) for k in range(22)]
            canvas.drawPath(polygon((-0.1, 0), (1.3, 0), *reversed(zigzag)), fill(caps, 0.85))
            canvas.restore()


def _wave(
    lot: random.Random, base: float, height: float, bumps: float
) -> list[tuple[float, float]]:
    phase, drift = lot.random() * math.tau, lot.uniform(0.7, 1.3)
    return [
        (k / 40, base - height * math.sin(phase + drift * bumps * math.tau * k / 40))
        for k in range(-2, 43)
    ]


def paint_ground(canvas: skia.Canvas, ground: str, light: Light, lot: random.Random) -> None:
    """Paint the land below the horizon: rolling layers, from far to near."""
    keep = 0.75 if ground == "snow" else 0.15  # snow stays pale at sunset, unlike sand
    near, deep = (lit(c, light, keep) for c in GROUND_COLOURS[ground])
    layers = ((HORIZON + 0.025, 0.018, 0.9), (0.70, 0.025, 0.7), (0.82, 0.032, 0.6))
    for number, (base, height, bumps) in enumerate(layers[: 1 if ground == "lake" else None]):
        distance = 0.38 - 0.19 * number
        line = _wave(lot, base, height, bumps)
        top, low = mix(near, light.haze, distance), mix(deep, light.haze, distance)
        paint = gradient((0, base - height), (0, base + 0.22), [(0, top, 1), (1, low, 1)])
        canvas.drawPath(polygon(*line, (1.1, 1.1), (-0.1, 1.1)), paint)
        if ground == "desert":  # the lee side of a dune lies in shadow
            crest = [(x, y + 0.004) for x, y in line if 0.2 <= x <= 0.75]
            lee = [(x + 0.10, y + 0.075 * math.sin((x - 0.2) / 0.55 * math.pi)) for x, y in crest]
            shadow = mix(lit((0.62, 0.36, 0.22), light), light.haze, distance)
            canvas.drawPath(polygon(*crest, *reversed(lee)), fill(shadow, 0.55))


def paint_flowers(canvas: skia.Canvas, light: Light, lot: random.Random) -> None:
    """Strew pale flowers over a meadow's foreground."""
    for _ in range(26):
        x, y = lot.random(), lot.uniform(0.80, 0.99)
        bloom = lit(lot.choice(((1.0, 0.95, 0.55), (1.0, 1.0, 1.0))), light, keep=0.2)
        canvas.drawOval(skia.Rect.MakeXYWH(x, y, 0.022, 0.013), fill(bloom, 0.9))


def paint_water(canvas: skia.Canvas, above: skia.Image, light: Light, lot: random.Random) -> None:
    """Mirror the picture above the waterline into the lake below it, and lay ripples over it.

    Args:
        canvas: In unit coordinates.
        above: The picture so far, a square image of the whole canvas.
        light: Light of the scene.
        lot: Source of the ripples.
    """
    canvas.save()
    canvas.clipRect(skia.Rect.MakeLTRB(0, WATERLINE, 1, 1), doAntiAlias=True)
    canvas.save()
    canvas.translate(0, WATERLINE * 1.88)
    canvas.scale(1, -0.88)
    soft = skia.Paint(ImageFilter=skia.ImageFilters.Blur(0.004, 0.012))
    canvas.drawImageRect(
        above, skia.Rect.MakeWH(1, 1), skia.SamplingOptions(skia.FilterMode.kLinear), soft
    )
    canvas.restore()
    water = lit((0.10, 0.36, 0.56), light)
    canvas.drawRect(
        skia.Rect.MakeLTRB(0, WATERLINE, 1, 1),
        gradient((0, WATERLINE), (0, 1), [(0, water, 0.22), (1, shade(water, 0.8), 0.62)]),
    )
    gleam = mix(light.sky[2], (1, 1, 1), 0.3)
    for number in range(12):
        y = WATERLINE + (1 - WATERLINE) * (number + lot.random()) / 12
        width, x = lot.uniform(0.12, 0.4), lot.uniform(-0.1, 0.9)
        line = skia.Rect.MakeXYWH(x, y, width, 0.004 + 0.006 * (y - WATERLINE) / 0.3)
        canvas.drawOval(line, fill(gleam, 0.32))
    canvas.drawRect(skia.Rect.MakeXYWH(0, WATERLINE, 1, 0.006), fill(gleam, 0.45))
    canvas.restore()


def paint_fog(canvas: skia.Canvas, light: Light, near: bool) -> None:
    """Paint fog: behind the subject it hides the mountains, before it it lies on the ground."""
    white = mix(light.haze, mix(light.sky[2], (1, 1, 1), 0.25), 0.7)
    if near:
        stops = [(0.0, white, 0.0), (0.45, white, 0.42), (1.0, white, 0.12)]
        band = gradient((0, HORIZON - 0.1), (0, 0.92), stops)
    else:
        stops = [(0.0, white, 0.45), (0.5, white, 0.86), (0.85, white, 0.95), (1.0, white, 0.5)]
        band = gradient((0, 0.0), (0, 0.75), stops)
    canvas.drawRect(skia.Rect.MakeLTRB(0, 0 if not near else HORIZON - 0.1, 1, 1), band)
