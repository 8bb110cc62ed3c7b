"""Colours of the world and how the light of a time of day changes them."""

from __future__ import annotations

from dataclasses import dataclass

import skia

RGB = tuple[float, float, float]
"""Red, green, blue in 0..1."""


@dataclass(frozen=True)
class Light:
    """The light of one time of day.

    Attributes:
        sky: Sky colours at the top, in the middle and at the horizon.
        tint: What a surface colour is multiplied by.
        haze: Colour that distance fades to.
        glow: Colour of sun or moon.
        disc: Radius of sun or moon in picture heights.
        height: Height of sun or moon from the top, in picture heights.
        lamps: Whether windows are lit.
        cloud: Colours of the lit and the shaded side of a cloud.
    """

    sky: tuple[RGB, RGB, RGB]
    tint: RGB
    haze: RGB
    glow: RGB
    disc: float
    height: float
    lamps: bool
    cloud: tuple[RGB, RGB]


LIGHTS: dict[str, Light] = {
    "dawn": Light(
        ((0.44, 0.58, 0.82), (0.90, 0.74, 0.84), (1.00, 0.88, 0.80)),
        (0.92, 0.80, 0.92),
        (0.93, 0.78, 0.84),
        (1.0, 0.97, 0.90),
        0.055,
        0.42,
        False,
        ((1.0, 0.90, 0.90), (0.80, 0.66, 0.82)),
    ),
    "noon": Light(
        ((0.16, 0.47, 0.88), (0.42, 0.70, 0.96), (0.80, 0.92, 0.99)),
        (1.0, 1.0, 1.0),
        (0.72, 0.85, 0.96),
        (1.0, 0.98, 0.80),
        0.06,
        0.14,
        False,
        ((1.0, 1.0, 1.0), (0.80, 0.87, 0.94)),
    ),
    "sunset": Light(
        ((0.30, 0.15, 0.42), (0.88, 0.32, 0.32), (1.00, 0.76, 0.28)),
        (0.96, 0.66, 0.52),
        (0.92, 0.46, 0.34),
        (1.0, 0.93, 0.62),
        0.085,
        0.44,
        True,
        ((1.0, 0.62, 0.42), (0.60, 0.24, 0.40)),
    ),
    "night": Light(
        ((0.02, 0.03, 0.13), (0.06, 0.10, 0.28), (0.17, 0.25, 0.46)),
        (0.30, 0.36, 0.60),
        (0.15, 0.21, 0.42),
        (0.96, 0.96, 0.86),
        0.06,
        0.15,
        True,
        ((0.36, 0.42, 0.60), (0.12, 0.16, 0.34)),
    ),
}

SUBJECT_COLOURS: dict[str, RGB] = {
    "red": (0.88, 0.14, 0.12),
    "yellow": (1.00, 0.80, 0.10),
    "blue": (0.10, 0.36, 0.90),
    "purple": (0.56, 0.20, 0.72),
    "white": (0.97, 0.97, 0.95),
}


def mix(a: RGB, b: RGB, share: float) -> RGB:
    """Return `a` with `share` (0..1) of `b` mixed in."""
    return (
        a[0] + (b[0] - a[0]) * share,
        a[1] + (b[1] - a[1]) * share,
        a[2] + (b[2] - a[2]) * share,
    )


def lit(colour: RGB, light: Light, keep: float = 0.0) -> RGB:
    """Return a surface colour in this light; `keep` (0..1) holds back the tint."""
    tint = mix(light.tint, (1.0, 1.0, 1.0), keep)
    return (colour[0] * tint[0], colour[1] * tint[1], colour[2] * tint[2])


def shade(colour: RGB, factor: float) -> RGB:
    """Return a colour darkened (below 1) or brightened (above 1), kept within 0..1."""
    return (
        min(1.0, colour[0] * factor),
        min(1.0, colour[1] * factor),
        min(1.0, colour[2] * factor),
    )


def argb(colour: RGB, alpha: float = 1.0) -> int:
    """Return a colour as skia's packed integer."""
    r, g, b = (round(255 * max(0.0, min(1.0, c))) for c in colour)
    return int(skia.ColorSetARGB(round(255 * alpha), r, g, b))


def fill(colour: RGB, alpha: float = 1.0, blur: float = 0.0) -> skia.Paint:
    """Return an antialiased fill; `blur` is a Gaussian sigma in picture heights."""
    paint = skia.Paint(Color=argb(colour, alpha), AntiAlias=True)
    if blur > 0:
        paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
    return paint


def gradient(
    start: tuple[float, float],
    end: tuple[float, float],
    stops: list[tuple[float, RGB, float]],
) -> skia.Paint:
    """Return a linear gradient fill from (position, colour, alpha) stops."""
    shader = skia.GradientShader.MakeLinear(
        points=[skia.Point(*start), skia.Point(*end)],
        colors=[argb(colour, alpha) for _, colour, alpha in stops],
        positions=[position for position, _, _ in stops],
    )
    return skia.Paint(Shader=shader, AntiAlias=True)


def polygon(*points: tuple[float, float]) -> skia.Path:
    """Return the closed path through the points."""
    path = skia.Path()
    path.addPoly([skia.Point(x, y) for x, y in points], True)
    return path
