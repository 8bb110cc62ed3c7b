"""Draw a scene: sky, mountains, ground, trees, subject, water and weather put together."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import skia

from dialed_generator.vignette import land, styles
from dialed_generator.vignette.palette import LIGHTS, Light, fill
from dialed_generator.vignette.scenes import EXTRA_STYLES, FAMILIES, Scene
from dialed_generator.vignette.subjects import SUBJECTS, Paints
from dialed_generator.vignette.woods import paint_trees

SIZE = 128
"""Width and height of a finished picture."""
FORMATS: tuple[tuple[int, int], ...] = ((128, 128), (160, 96), (96, 160))
"""Widths and heights that the model is trained on; nine tenths of the pictures are square."""
OVERSAMPLING = 2
"""A picture is drawn this many times larger and box-averaged: finer edges than antialiasing."""
PLACES: dict[tuple[str, str], tuple[tuple[float, ...], float, float]] = {
    ("one", "left"): ((0.27,), 0.03, 0.92),
    ("one", "centre"): ((0.50,), 0.08, 1.0),
    ("one", "right"): ((0.73,), 0.03, 0.92),
    ("two", "centre"): ((0.27, 0.73), 0.025, 0.76),
    ("three", "centre"): ((0.18, 0.50, 0.82), 0.02, 0.56),
}
"""(count, position) -> where subjects stand, how far each may be off, and their scale."""


@dataclass(frozen=True)
class Standing:
    """One of a scene's subjects: its foot and its scale."""

    x: float
    y: float
    scale: float


class Painter:
    """Draws one scene; every part has its own random numbers.

    So the layout of a seed stays the same when the light or the weather changes, and the same
    scene can be drawn in another light to find its outlines.
    """

    def __init__(self, scene: Scene, light: Light, width: float = 1.0) -> None:
        """Place everything.

        Args:
            scene: What to draw.
            light: In which light.
            width: Width of the picture in picture heights. Places spread over it; things are drawn
                smaller where it is narrow.
        """
        self.scene, self.light, self.width = scene, light, width
        self.fit = min(1.0, width / 0.8)
        lot = self._lot("places")
        self.lake = scene.ground == "lake"
        self.foot = land.WATERLINE - 0.012 if self.lake else lot.uniform(0.80, 0.86)
        middles, spread, scale = PLACES[scene.count, scene.position]
        if scene.subject == "castle" and len(middles) > 1:
            scale *= 0.86  # the widest subject: else neighbours grow together
        self.subjects = [
            Standing(
                (x + lot.uniform(-spread, spread)) * width, self._ground_of(lot), scale * self.fit
            )
            for x in middles
        ]
        away, first = lot.uniform(0.30, 0.40), self.subjects[0].x / width
        if len(middles) > 1:
            sun_x = lot.choice((0.30, 0.50, 0.70)) + away - 0.35
        else:
            sun_x = first - away if first > 0.5 else first + away
        self.sun_x = sun_x * width

    def _lot(self, part: str) -> random.Random:
        return random.Random(f"vignette drawing {part} {self.scene.seed}")

    def _ground_of(self, lot: random.Random) -> float:
        """Return where a subject's lowest point is, from the top."""
        if self.scene.subject == "balloon":
            return lot.uniform(0.60, 0.66) - (0.08 if self.scene.count != "one" else 0.0)
        if self.scene.subject == "sailboat":
            return lot.uniform(0.80, 0.85)
        return self.foot + (lot.uniform(-0.012, 0.006) if not self.lake else 0.0)

    def paint(self, surface: skia.Surface, flowers: bool = True) -> None:
        """Draw everything on a surface as high as the picture and `width` times as wide."""
        canvas, scene, light = surface.getCanvas(), self.scene, self.light
        canvas.scale(surface.height(), surface.height())
        land.paint_sky(canvas, light, self._lot("sky"), self.sun_x, self.width)
        with self._stretched(canvas):
            if scene.weather == "cloudy":
                land.paint_clouds(canvas, light, self._lot("clouds"))
            land.paint_mountains(canvas, scene.ground, light, self._lot("mountains"))
            if scene.weather == "fog":
                land.paint_fog(canvas, light, near=False)
            land.paint_ground(canvas, scene.ground, light, self._lot("ground"))
            if scene.ground == "meadow" and flowers:
                land.paint_flowers(canvas, light, self._lot("flowers"))
        if scene.trees != "none":
            lot = self._lot("trees")
            paint_trees(canvas, scene.trees, self._tree_places(lot), light, lot, 0.08)
        if scene.subject != "sailboat":
            self._paint_subjects(canvas)
        if self.lake:
            with self._stretched(canvas):
                above = surface.makeImageSnapshot()
                land.paint_water(canvas, above, light, self._lot("water"))
        if scene.subject == "sailboat":
            self._paint_boats(canvas)
        if scene.weather == "fog":
            with self._stretched(canvas):
                land.paint_fog(canvas, light, near=True)

    @contextmanager
    def _stretched(self, canvas: skia.Canvas) -> Iterator[None]:
        """Spread over the whole width what is painted from 0 to 1."""
        canvas.save()
        canvas.scale(self.width, 1)
        yield
        canvas.restore()

    def _tree_places(self, lot: random.Random) -> list[tuple[float, float, float]]:
        """Return (x, y, height) of the trees: a group on each side of the picture."""
        scene, places = self.scene, []
        foot = self.foot if self.lake else self.foot - 0.045
        sides = [0.09, 0.91] if scene.subject != "balloon" else [0.16, 0.84]
        wide = 0.22 if scene.subject in ("castle", "house") else 0.14
        for side in sides:
            for step in range(2):
                x = side + (0.13 if side < 0.5 else -0.13) * step + lot.uniform(-0.03, 0.03)
                x *= self.width
                height = lot.uniform(0.38, 0.50) * (1.0 if step == 0 else 0.82) * self.fit
                near = any(abs(x - s.x) < wide * s.scale + 0.07 * self.fit for s in self.subjects)
                if not (step and near):
                    places.append((x, foot + lot.uniform(-0.015, 0.02), height))
        return sorted(places, key=lambda place: place[1])

    def _paint_one(self, canvas: skia.Canvas, one: Standing) -> None:
        canvas.save()
        canvas.translate(one.x, one.y)
        canvas.scale(one.scale, one.scale)
        SUBJECTS[self.scene.subject](canvas, 0.0, 0.0, Paints.of(self.scene.colour, self.light))
        canvas.restore()

    def _paint_subjects(self, canvas: skia.Canvas) -> None:
        for one in sorted(self.subjects, key=lambda one: one.y):
            if self.scene.subject != "balloon":
                shadow = skia.Rect.MakeXYWH(
                    one.x - 0.27 * one.scale, one.y - 0.018, 0.60 * one.scale, 0.036
                )
                canvas.drawOval(shadow, fill((0, 0, 0), 0.22, 0.012))
            self._paint_one(canvas, one)

    def _paint_boats(self, canvas: skia.Canvas) -> None:
        for boat in sorted(self.subjects, key=lambda one: one.y):
            canvas.save()  # the boat's own reflection, squeezed
            canvas.saveLayerAlpha(skia.Rect.MakeLTRB(0, boat.y - 0.02, self.width, 1), 105)
            canvas.translate(0, boat.y + 0.62 * (boat.y - 0.015 * boat.scale))
            canvas.scale(1, -0.62)
            self._paint_one(canvas, boat)
            canvas.restore()
            canvas.restore()
            self._paint_one(canvas, boat)


def _drawn(
    scene: Scene, light: Light, size: tuple[int, int], flowers: bool = True
) -> npt.NDArray[np.float32]:
    """Return the scene in this light as floats 0..1, oversampled: (H, W, 3)."""
    width, height = (side * OVERSAMPLING for side in size)
    surface = skia.Surface(width, height)
    Painter(scene, light, width / height).paint(surface, flowers)
    pixels = surface.makeImageSnapshot().toarray(colorType=skia.kRGBA_8888_ColorType)
    return np.asarray(pixels[..., :3], dtype=np.float32) / np.float32(255)


def _outlines(scene: Scene, disc: bool, size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """Return the outlines of a scene as if it lay in daylight, oversampled: (H, W) in 0..1."""
    own, noon = LIGHTS[scene.time_of_day], LIGHTS["noon"]
    light = replace(noon, disc=own.disc if disc else 0.0, height=own.height, glow=(1.0, 0.75, 0.2))
    return styles.outlines(_drawn(scene, light, size, flowers=False))


def _finished(picture: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Return an oversampled picture (H, W, C) box-averaged, as bytes."""
    height, width, channels = picture.shape
    blocks = picture.reshape(
        height // OVERSAMPLING, OVERSAMPLING, width // OVERSAMPLING, OVERSAMPLING, channels
    )
    return np.asarray((blocks.mean(axis=(1, 3)) * 255).round().clip(0, 255), dtype=np.uint8)


def _size(size: int | tuple[int, int]) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else size


def render(
    scene: Scene, size: int | tuple[int, int] = SIZE, style: str | None = None
) -> npt.NDArray[np.uint8]:
    """Draw a scene.

    Args:
        scene: What to draw.
        size: Side of a square picture, or width and height, in pixels; multiples of four.
        style: Draw in this style instead of the scene's own: one of the styles of `FAMILIES`
            or of `EXTRA_STYLES`.

    Returns:
        An array of shape (height, width, 3), RGB.

    Raises:
        ValueError: There is no such style.
    """
    wanted = scene.style if style is None else style
    known = (*FAMILIES["style"], *EXTRA_STYLES)
    if wanted not in known:
        raise ValueError(f"style is {wanted!r}; it must be one of {', '.join(known)}")
    picture = _drawn(scene, LIGHTS[scene.time_of_day], _size(size))
    if wanted in styles.OUTLINED:
        picture = styles.OUTLINED[wanted](picture, _outlines(scene, True, _size(size)))
    elif wanted in styles.PAINTED:
        picture = styles.PAINTED[wanted](picture, scene.seed)
    return _finished(picture)


def edge_map(scene: Scene, size: int | tuple[int, int] = SIZE) -> npt.NDArray[np.uint8]:
    """Return the outlines of a scene, white on black, whatever its light, weather and style.

    The map is the renderer's own: what is outlined is what it drew, without sun, moon, clouds
    and fog. It teaches and drives the ControlNet.

    Args:
        scene: Whose outlines.
        size: As for `render`.

    Returns:
        An array of shape (height, width, 3), RGB, all channels alike.
    """
    lines = _outlines(replace(scene, weather="clear"), False, _size(size))
    return np.repeat(_finished(lines[..., None]), 3, axis=2)
