"""Draw a scene: sky, mountains, ground, trees, subject, water and weather put together."""

from __future__ import annotations

import random

import numpy as np
import numpy.typing as npt
import skia

from dialed_generator.vignette import land
from dialed_generator.vignette.palette import LIGHTS, fill
from dialed_generator.vignette.scenes import Scene
from dialed_generator.vignette.subjects import SUBJECTS, Paints
from dialed_generator.vignette.woods import paint_trees

SIZE = 128
"""Width and height of a finished picture."""
OVERSAMPLING = 2
"""A picture is drawn this many times larger and box-averaged: finer edges than antialiasing."""


def _tree_places(
    scene: Scene, subject_x: float, foot: float, lot: random.Random
) -> list[tuple[float, float, float]]:
    """Return (x, y, height) of the trees: a group on each side of the subject."""
    sides = [0.09, 0.91] if scene.subject != "balloon" else [0.16, 0.84]
    reach = 0.22 if scene.subject in ("castle", "house") else 0.14
    places = []
    for side in sides:
        for step in range(2):
            x = side + (0.13 if side < 0.5 else -0.13) * step + lot.uniform(-0.03, 0.03)
            if step and abs(x - subject_x) < reach + 0.07:
                continue
            height = lot.uniform(0.38, 0.50) * (1.0 if step == 0 else 0.82)
            places.append((x, foot + lot.uniform(-0.015, 0.02), height))
    return sorted(places, key=lambda place: place[1])


def _paint(surface: skia.Surface, scene: Scene, side: int) -> None:
    canvas = surface.getCanvas()
    canvas.scale(side, side)
    light = LIGHTS[scene.time_of_day]
    lot = random.Random(f"vignette drawing {scene.seed}")
    subject_x = lot.uniform(0.36, 0.64)
    away = lot.uniform(0.30, 0.40)
    sun_x = subject_x - away if subject_x > 0.5 else subject_x + away
    land.paint_sky(canvas, light, lot, sun_x)
    if scene.weather == "cloudy":
        land.paint_clouds(canvas, light, lot)
    land.paint_mountains(canvas, scene.ground, light, lot)
    lake = scene.ground == "lake"
    if scene.weather == "fog":
        land.paint_fog(canvas, light, near=False)
    land.paint_ground(canvas, scene.ground, light, lot)
    foot = land.WATERLINE - 0.012 if lake else lot.uniform(0.80, 0.86)
    trees_foot = foot if lake else foot - 0.045
    if scene.trees != "none":
        places = _tree_places(scene, subject_x, trees_foot, lot)
        paint_trees(canvas, scene.trees, places, light, lot, 0.08)
    paints = Paints.of(scene.colour, light)
    draw = SUBJECTS[scene.subject]
    if scene.subject == "balloon":
        draw(canvas, subject_x, lot.uniform(0.60, 0.66), paints)
    elif scene.subject != "sailboat":
        canvas.drawOval(
            skia.Rect.MakeXYWH(subject_x - 0.27, foot - 0.018, 0.60, 0.036),
            fill((0, 0, 0), 0.22, 0.012),
        )
        draw(canvas, subject_x, foot, paints)
    if lake:
        _paint_lake(surface, canvas, scene, subject_x, lot)
    if scene.weather == "fog":
        land.paint_fog(canvas, light, near=True)


def _paint_lake(
    surface: skia.Surface,
    canvas: skia.Canvas,
    scene: Scene,
    subject_x: float,
    lot: random.Random,
) -> None:
    light = LIGHTS[scene.time_of_day]
    if scene.subject != "sailboat":
        land.paint_water(canvas, surface.makeImageSnapshot(), light, lot)
        return
    land.paint_water(canvas, surface.makeImageSnapshot(), light, lot)
    keel, paints = lot.uniform(0.82, 0.85), Paints.of(scene.colour, light)
    canvas.save()  # the boat's own reflection, squeezed
    canvas.saveLayerAlpha(skia.Rect.MakeLTRB(0, keel - 0.02, 1, 1), 105)
    canvas.translate(0, keel + 0.62 * (keel - 0.015))
    canvas.scale(1, -0.62)
    SUBJECTS["sailboat"](canvas, subject_x, keel, paints)
    canvas.restore()
    canvas.restore()
    SUBJECTS["sailboat"](canvas, subject_x, keel, paints)


def render(scene: Scene, size: int = SIZE) -> npt.NDArray[np.uint8]:
    """Draw a scene.

    Args:
        scene: What to draw.
        size: Width and height in pixels.

    Returns:
        An array of shape (size, size, 3), RGB.
    """
    side = size * OVERSAMPLING
    surface = skia.Surface(side, side)
    _paint(surface, scene, side)
    pixels = surface.makeImageSnapshot().toarray(colorType=skia.kRGBA_8888_ColorType)
    blocks = pixels[..., :3].reshape(size, OVERSAMPLING, size, OVERSAMPLING, 3)
    return np.asarray(blocks.mean(axis=(1, 3)).round(), dtype=np.uint8)
