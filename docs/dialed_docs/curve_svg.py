"""Measured curves as small SVG pictures, each with the numbers it draws."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from dialed.comparison_types import Comparison
from dialed_docs.wording import value_text
from dialed_generator.manifest import ComparisonEntry, Curve, CurvePoint

WIDTH, HEIGHT = 360, 168
LEFT, RIGHT, TOP, BOTTOM = 42, 14, 14, 30

TITLES = {
    "ssim": "Similarity to the reference run",
    "adherence": "Prompt adherence",
    "diversity": "Difference between seeds",
    "saturation": "Colour saturation",
    "clipped": "Clipped channel values",
    "sharpness": "Sharpness",
    "psnr": "Closeness to the reference run",
    "model_calls": "Model calls",
    "seconds": "Seconds per image",
}
"""Measures, the most telling first. Seconds come last: they say as much about the machine as about the setting."""

EXPLAINED = {
    "ssim": "1 is the same picture (SSIM). Line: mean over all prompts and seeds. Band: lowest to highest.",
    "psnr": "Higher is closer (dB). Line: mean over all prompts and seeds. Band: lowest to highest.",
    "adherence": "Share of what the prompt asks for that a probe reads back from the picture.",
    "diversity": "Mean distance between the pictures of one prompt with different seeds.",
    "clipped": "Share of red, green and blue values at the very end of their scale.",
    "sharpness": "Variance of the Laplacian, in 8-bit luma units.",
    "model_calls": "Evaluations of the denoiser for one image.",
}


@dataclass(frozen=True)
class Tick:
    """A label on an axis and where it stands."""

    at: float
    text: str


@dataclass(frozen=True)
class Point:
    """A measured point and where it is drawn."""

    x: float
    y: float
    value: str
    mean: str
    low: str
    high: str
    count: int


@dataclass(frozen=True)
class CurveView:
    """A curve, ready to draw. All numbers are view-box units."""

    measure: str
    title: str
    unit: str
    explained: str
    setting: str
    points: tuple[Point, ...]
    line: str
    dots: str
    values: str
    band: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    joined: bool
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


@dataclass(frozen=True)
class Numbers:
    """All curves of a comparison as one table."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    count: str


def numbers_of(curves: tuple[CurveView, ...]) -> Numbers:
    """One row for each value, one column for each measure."""
    labels = dict.fromkeys(point.value for curve in curves for point in curve.points)
    by_label = [{point.value: point for point in curve.points} for curve in curves]
    counts = sorted({point.count for curve in curves for point in curve.points})
    return Numbers(
        heads=tuple(f"{c.title}, {c.unit}" if c.unit else c.title for c in curves),
        rows=tuple(
            (label, tuple(_cell(points.get(label)) for points in by_label)) for label in labels
        ),
        count=" or ".join(map(str, counts)),
    )


def _cell(point: Point | None) -> str:
    if point is None:
        return ""
    return point.mean if point.low == point.high else f"{point.mean} ({point.low} to {point.high})"


def curve_views(comparison: Comparison, entry: ComparisonEntry) -> Iterator[CurveView]:
    """The curves of a comparison that can be drawn, the most telling first: two points at least, all finite.

    A grid has none: a mean over its second axis would hide what the grid shows.
    """
    if comparison.kind == "grid":
        return
    order = list(TITLES)
    for curve in sorted(
        entry.curves, key=lambda c: order.index(c.measure) if c.measure in order else 99
    ):
        points = [p for p in curve.points if all(map(math.isfinite, (p.mean, p.low, p.high)))]
        if len(points) > 1:
            yield _view(curve, points, comparison.axes[0].setting)


def _view(curve: Curve, points: list[CurvePoint], setting: str) -> CurveView:
    numbers = [p.value for p in points]
    numeric = all(isinstance(v, int | float) and not isinstance(v, bool) for v in numbers)
    xs = _places([float(v) for v in numbers]) if numeric else _even(len(points))
    bottom, top = _bounds(min(p.low for p in points), max(p.high for p in points), curve.measure)
    scale = (HEIGHT - TOP - BOTTOM) / (top - bottom)

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - (value - bottom) * scale, 1)

    drawn = tuple(
        Point(
            x,
            y(p.mean),
            value_text(p.value),
            _short(p.mean),
            _short(p.low),
            _short(p.high),
            p.count,
        )
        for x, p in zip(xs, points, strict=True)
    )
    upper = [f"{_n(x)},{_n(y(p.high))}" for x, p in zip(xs, points, strict=True)]
    lower = [f"{_n(x)},{_n(y(p.low))}" for x, p in zip(xs, points, strict=True)]
    return CurveView(
        measure=curve.measure,
        title=TITLES.get(curve.measure, curve.measure),
        unit=curve.unit,
        explained=EXPLAINED.get(
            curve.measure, "Line: mean over all prompts and seeds. Band: lowest to highest."
        ),
        setting=setting,
        points=drawn,
        line=" ".join(f"{_n(p.x)},{_n(p.y)}" for p in drawn),
        values="|".join(p.value for p in drawn),
        dots="".join(f"M{_n(p.x)} {_n(p.y)}h0" for p in drawn),
        band=" ".join(upper + lower[::-1]),
        x_ticks=tuple(_spaced([Tick(p.x, p.value) for p in drawn])),
        y_ticks=tuple(Tick(y(v), _short(v)) for v in (bottom, (bottom + top) / 2, top)),
        joined=numeric,
    )


def _even(count: int) -> list[float]:
    room = WIDTH - LEFT - RIGHT
    return [round(LEFT + room * i / max(1, count - 1), 1) for i in range(count)]


def _places(values: list[float]) -> list[float]:
    """Places of numbers; on a logarithmic scale where they span more than a factor of 16."""
    low, high = min(values), max(values)
    if low > 0 and high / low > 16:
        values, low, high = [math.log(v) for v in values], math.log(low), math.log(high)
    if high == low:
        return _even(len(values))
    room = WIDTH - LEFT - RIGHT
    return [round(LEFT + room * (v - low) / (high - low), 1) for v in values]


def _bounds(low: float, high: float, measure: str) -> tuple[float, float]:
    """Ends of the vertical scale: from zero for costs, round numbers for the rest."""
    if measure in {"seconds", "model_calls", "clipped", "adherence"}:
        low = 0.0
    if measure in {"ssim", "adherence"}:
        high = 1.0
    span = high - low or abs(high) or 1.0
    step = 10 ** math.floor(math.log10(span)) / 2
    return math.floor(low / step) * step, math.ceil(round(high / step, 9)) * step


def _n(coordinate: float) -> str:
    return f"{coordinate:g}"


def _short(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def _spaced(ticks: list[Tick]) -> Iterator[Tick]:
    """Labels that do not run into each other; the last one is always kept."""
    kept: list[Tick] = []
    for tick in reversed(ticks):
        if not kept or kept[-1].at - tick.at > 6 + 3.6 * (len(kept[-1].text) + len(tick.text)):
            kept.append(tick)
    return reversed(kept)
