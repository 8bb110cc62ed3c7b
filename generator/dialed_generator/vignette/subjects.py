"""The main objects of a scene, each drawn large, in unit coordinates with the foot at (x, y)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import skia

from dialed_generator.vignette.palette import (
    RGB,
    SUBJECT_COLOURS,
    Light,
    fill,
    gradient,
    lit,
    mix,
    polygon,
    shade,
)

LAMP: RGB = (1.0, 0.86, 0.42)


@dataclass(frozen=True)
class Paints:
    """The colours a subject is drawn with, already in the light of the scene."""

    body: RGB
    bright: RGB
    dark: RGB
    stone: RGB
    roof: RGB
    wood: RGB
    window: RGB
    pale: bool  # a white subject: its second colour is grey, not white

    @classmethod
    def of(cls, colour: str, light: Light) -> Paints:
        """Return the paints for a subject colour in a light.

        More than half of the tint is held back, so that a red house stays red at night.
        """
        own = lit(SUBJECT_COLOURS[colour], light, keep=0.62)
        return cls(
            body=own,
            bright=mix(own, lit((1, 1, 1), light, keep=0.62), 0.16),
            dark=shade(own, 0.70),
            stone=lit((0.90, 0.87, 0.82), light, keep=0.45),
            roof=lit((0.30, 0.22, 0.22), light, keep=0.35),
            wood=lit((0.46, 0.28, 0.16), light, keep=0.35),
            pale=colour == "white",
            window=LAMP if light.lamps else lit((0.24, 0.34, 0.46), light, keep=0.3),
        )


def _box(canvas: skia.Canvas, left: float, top: float, right: float, low: float, c: RGB) -> None:
    canvas.drawRect(skia.Rect.MakeLTRB(left, top, right, low), fill(c))


def _across(left: float, right: float, bright: RGB, dark: RGB) -> skia.Paint:
    return gradient((left, 0), (right, 0), [(0, bright, 1), (1, dark, 1)])


def house(canvas: skia.Canvas, x: float, y: float, p: Paints) -> None:
    """Draw a house: gable front, long side, roof, chimney, door and windows."""
    left, middle, right = x - 0.22, x - 0.02, x + 0.23
    eaves, top = y - 0.20, y - 0.37
    peak = (left + middle) / 2
    _box(canvas, right - 0.10, top - 0.045, right - 0.05, top + 0.12, shade(p.roof, 1.35))
    _box(canvas, middle, eaves, right, y, p.dark)
    canvas.drawPath(
        polygon((left, y), (left, eaves), (peak, top), (middle, eaves), (middle, y)), fill(p.bright)
    )
    canvas.drawPath(
        polygon(
            (peak, top - 0.015),
            (right - 0.07, top - 0.015),
            (right + 0.03, eaves + 0.02),
            (middle + 0.02, eaves + 0.02),
        ),
        gradient((0, top), (0, eaves), [(0, shade(p.roof, 1.3), 1), (1, p.roof, 1)]),
    )
    canvas.drawPath(
        polygon(
            (peak, top - 0.02),
            (peak, top + 0.02),
            (left - 0.02, eaves + 0.03),
            (left - 0.03, eaves + 0.01),
        ),
        fill(p.roof),
    )
    _box(canvas, peak - 0.032, y - 0.12, peak + 0.032, y, p.wood)
    canvas.drawCircle(peak, eaves - 0.035, 0.026, fill(p.window))
    for place in (0.045, 0.145):
        _box(
            canvas,
            middle + place - 0.006,
            eaves + 0.049,
            middle + place + 0.062,
            eaves + 0.127,
            p.stone,
        )
        _box(canvas, middle + place, eaves + 0.055, middle + place + 0.056, eaves + 0.121, p.window)


def _tower(canvas: skia.Canvas, x: float, y: float, width: float, height: float, p: Paints) -> None:
    left, right, top = x - width / 2, x + width / 2, y - height
    wall, wall_dark = mix(p.stone, p.body, 0.22), shade(mix(p.stone, p.body, 0.22), 0.68)
    canvas.drawRect(skia.Rect.MakeLTRB(left, top, right, y), _across(left, right, wall, wall_dark))
    _box(canvas, left - 0.012, top - 0.012, right + 0.012, top + 0.02, wall_dark)
    canvas.drawPath(
        polygon((left - 0.025, top - 0.01), (x, top - width * 1.45), (right + 0.025, top - 0.01)),
        _across(left, right, p.bright, p.dark),
    )
    canvas.drawRRect(
        skia.RRect.MakeRectXY(
            skia.Rect.MakeLTRB(x - 0.016, top + 0.05, x + 0.016, top + 0.115), 0.016, 0.016
        ),
        fill(p.window),
    )


def castle(canvas: skia.Canvas, x: float, y: float, p: Paints) -> None:
    """Draw a castle: a keep and two towers with coloured cone roofs, a wall and a gate."""
    _tower(canvas, x, y - 0.06, 0.15, 0.29, p)
    wall = mix(p.stone, p.body, 0.22)
    left, right, top = x - 0.20, x + 0.20, y - 0.16
    canvas.drawRect(
        skia.Rect.MakeLTRB(left, top, right, y), _across(left, right, wall, shade(wall, 0.75))
    )
    for number in range(7):
        start = left + 0.058 * number
        _box(
            canvas, start, top - 0.03, start + 0.034, top + 0.01, shade(wall, 0.96 - 0.03 * number)
        )
    _tower(canvas, x - 0.215, y, 0.115, 0.25, p)
    _tower(canvas, x + 0.215, y, 0.115, 0.25, p)
    gate = skia.RRect.MakeRectXY(
        skia.Rect.MakeLTRB(x - 0.045, y - 0.105, x + 0.045, y + 0.05), 0.045, 0.045
    )
    canvas.save()
    canvas.clipRect(skia.Rect.MakeLTRB(0, 0, 1, y))
    canvas.drawRRect(gate, fill(shade(p.wood, 0.7)))
    canvas.restore()


def lighthouse(canvas: skia.Canvas, x: float, y: float, p: Paints) -> None:
    """Draw a lighthouse: a tapered tower with bands in two colours, gallery, lamp and dome."""
    top, foot, head = y - 0.43, 0.105, 0.068
    second = shade(p.stone, 0.5) if p.pale else p.stone
    for number in range(5):
        upper, lower = number / 5, (number + 1) / 5
        w0, w1 = head + (foot - head) * upper, head + (foot - head) * lower
        y0, y1 = top + 0.43 * upper, top + 0.43 * lower
        bright = p.bright if number % 2 == 0 else second
        dark = p.dark if number % 2 == 0 else shade(second, 0.7)
        canvas.drawPath(
            polygon((x - w0, y0), (x + w0, y0), (x + w1, y1), (x - w1, y1)),
            _across(x - w1, x + w1, bright, dark),
        )
    _box(canvas, x - head - 0.025, top - 0.012, x + head + 0.025, top + 0.012, shade(p.roof, 0.9))
    lamp = LAMP if p.window == LAMP else shade(p.stone, 1.1)
    _box(canvas, x - 0.048, top - 0.085, x + 0.048, top - 0.012, lamp)
    canvas.drawCircle(x, top - 0.05, 0.12, fill(LAMP, 0.5 if p.window == LAMP else 0.0, 0.05))
    canvas.drawPath(
        polygon((x - 0.068, top - 0.08), (x, top - 0.155), (x + 0.068, top - 0.08)), fill(p.body)
    )
    _box(canvas, x - 0.028, y - 0.085, x + 0.028, y, p.wood)


def sailboat(canvas: skia.Canvas, x: float, y: float, p: Paints) -> None:
    """Draw a sailboat with a large coloured mainsail and a paler jib; the keel is at y."""
    canvas.drawPath(
        polygon((x + 0.015, y - 0.57), (x + 0.015, y - 0.105), (x + 0.25, y - 0.105)),
        _across(x, x + 0.25, p.bright, p.dark),
    )
    canvas.drawPath(
        polygon((x - 0.012, y - 0.52), (x - 0.012, y - 0.105), (x - 0.19, y - 0.105)),
        fill(mix(p.body, p.stone, 0.45)),
    )
    _box(canvas, x - 0.008, y - 0.59, x + 0.008, y - 0.07, p.wood)
    hull = skia.Path()
    hull.moveTo(x - 0.25, y - 0.085)
    hull.lineTo(x + 0.28, y - 0.085)
    hull.quadTo(x + 0.23, y, x + 0.15, y)
    hull.lineTo(x - 0.14, y)
    hull.quadTo(x - 0.21, y - 0.02, x - 0.25, y - 0.085)
    canvas.drawPath(
        hull, gradient((0, y - 0.085), (0, y), [(0, p.wood, 1), (1, shade(p.wood, 0.55), 1)])
    )
    _box(canvas, x - 0.25, y - 0.092, x + 0.28, y - 0.075, p.stone)


def balloon(canvas: skia.Canvas, x: float, y: float, p: Paints) -> None:
    """Draw a hot-air balloon with coloured and pale gores; the basket's foot is at y."""
    top, radius = y - 0.52, 0.20
    body = skia.Path()
    body.moveTo(x - 0.045, y - 0.10)
    body.cubicTo(x - 0.10, y - 0.19, x - radius, y - 0.22, x - radius, top + radius)
    body.cubicTo(x - radius, top - 0.06, x + radius, top - 0.06, x + radius, top + radius)
    body.cubicTo(x + radius, y - 0.22, x + 0.10, y - 0.19, x + 0.045, y - 0.10)
    body.close()
    canvas.save()
    canvas.clipPath(body, doAntiAlias=True)
    canvas.drawPaint(_across(x - radius, x + radius, p.bright, p.dark))
    pale = shade(p.stone, 0.6) if p.pale else mix(p.stone, p.body, 0.12)
    for place in (-0.105, 0.105):
        gore = skia.Rect.MakeLTRB(x + place - 0.036, top - 0.02, x + place + 0.036, y - 0.08)
        canvas.drawOval(gore, fill(pale, 0.92))
    canvas.restore()
    for side in (-0.04, 0.04):
        canvas.drawLine(
            x + side,
            y - 0.10,
            x + side * 0.8,
            y - 0.05,
            skia.Paint(Color=0xFF3A2A20, StrokeWidth=0.006, AntiAlias=True),
        )
    _box(canvas, x - 0.042, y - 0.06, x + 0.042, y, p.wood)


def windmill(canvas: skia.Canvas, x: float, y: float, p: Paints) -> None:
    """Draw a windmill: a tapered tower, a dark cap, and four coloured sails on a cross."""
    top, foot, head = y - 0.34, 0.105, 0.062
    canvas.drawPath(
        polygon((x - head, top), (x + head, top), (x + foot, y), (x - foot, y)),
        _across(x - foot, x + foot, p.bright, p.dark),
    )
    canvas.drawPath(
        polygon((x - head - 0.02, top + 0.012), (x, top - 0.085), (x + head + 0.02, top + 0.012)),
        fill(p.roof),
    )
    _box(canvas, x - 0.03, y - 0.10, x + 0.03, y, p.wood)
    canvas.drawCircle(x, y - 0.185, 0.022, fill(p.window))
    second = shade(p.stone, 0.55) if p.pale else p.stone
    for turn in (33, 123, 213, 303):
        canvas.save()
        canvas.translate(x, top - 0.012)
        canvas.rotate(turn)
        _box(canvas, 0.0, -0.008, 0.245, 0.008, p.wood)
        _box(canvas, 0.055, 0.006, 0.245, 0.066, second)
        _box(canvas, 0.055, 0.036, 0.245, 0.066, p.body)
        canvas.restore()
    canvas.drawCircle(x, top - 0.012, 0.02, fill(p.roof))


SUBJECTS: dict[str, Callable[[skia.Canvas, float, float, Paints], None]] = {
    "house": house,
    "castle": castle,
    "lighthouse": lighthouse,
    "sailboat": sailboat,
    "balloon": balloon,
    "windmill": windmill,
}
