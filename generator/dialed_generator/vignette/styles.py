"""Drawing styles: what is done to the plainly drawn picture to make it look made otherwise.

Every style changes large areas, so that a small model can learn it and a reader can see it. All
work on floats 0..1 of shape (H, W, 3), in oversampled pixels.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Floats = npt.NDArray[np.float32]
PAPER = np.array([0.985, 0.965, 0.915], dtype=np.float32)
INK = np.array([0.10, 0.10, 0.16], dtype=np.float32)
PIXEL = 8
"""Side of one block of the pixel style in oversampled pixels: 4 in the finished picture."""


def _grey(picture: Floats) -> Floats:
    grey: Floats = picture @ np.array([0.30, 0.55, 0.15], dtype=np.float32)
    return grey


def _blur(picture: Floats, radius: float) -> Floats:
    """Blur a picture (H, W, 3) or a map (H, W), by way of bytes."""
    image = Image.fromarray((picture * 255).clip(0, 255).astype(np.uint8))
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), dtype=np.float32)
    return soft / np.float32(255)


def _noise(lot: np.random.Generator, shape: tuple[int, int], cells: int) -> Floats:
    """Return smooth noise (H, W) of `cells` bumps down and across, roughly in -1..1."""
    grid = lot.uniform(-1, 1, (cells, cells)).astype(np.float32)
    fine = Image.fromarray(grid).resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
    return np.asarray(fine, dtype=np.float32)


def outlines(picture: Floats) -> Floats:
    """Return where colours change abruptly, (H, W) in 0..1, as lines about three pixels wide."""
    strength = np.zeros(picture.shape[:2], dtype=np.float32)
    across = np.abs(picture[:, 2:] - picture[:, :-2]).max(axis=2)
    down = np.abs(picture[2:] - picture[:-2]).max(axis=2)
    strength[:, 1:-1] = across
    strength[1:-1] = np.maximum(strength[1:-1], down)
    lines = ((strength - 0.07) / 0.13).clip(0, 1)
    wide = lines.copy()
    for axis in (0, 1):
        for step in (-1, 1):
            wide = np.maximum(wide, np.roll(lines, step, axis))
    return wide


def line(picture: Floats, edges: Floats) -> Floats:
    """Ink outlines over a pale wash of the colours on paper."""
    wash = PAPER + (_blur(picture, 2.5) - PAPER) * np.float32(0.58)
    ink = (edges * 0.92)[..., None]
    drawn: Floats = wash * (1 - ink) + INK * ink
    return drawn


def blueprint(picture: Floats, edges: Floats) -> Floats:
    """White lines on blue paper; the picture's brightness is a faint tint."""
    shade = _grey(_blur(picture, 4))[..., None]
    blue = np.array([0.06, 0.22, 0.52], np.float32) + shade * np.array(
        [0.06, 0.14, 0.2], np.float32
    )
    ink = (edges * 0.9)[..., None]
    drawn: Floats = blue * (1 - ink) + np.float32(0.96) * ink
    return drawn


def neon(picture: Floats, edges: Floats) -> Floats:
    """Glowing outlines in the picture's own, saturated colours on near-black."""
    soft = _blur(picture, 5)
    grey = _grey(soft)[..., None]
    vivid = (grey + (soft - grey) * 3.0).clip(0.02, 1)
    vivid = vivid / vivid.max(axis=2, keepdims=True)
    lines = edges[..., None]
    glow = _blur(edges, 7)[..., None] * 1.5
    dark = np.array([0.03, 0.02, 0.08], np.float32) + soft * np.float32(0.10)
    lit: Floats = (dark + vivid * (lines * 0.85 + glow * 0.55)).clip(0, 1)
    return lit


def watercolour(picture: Floats, seed: int) -> Floats:
    """Wobbling edges, uneven pale pigment, and an unpainted rim of paper."""
    height, width = shape = picture.shape[0], picture.shape[1]
    lot = np.random.default_rng([seed, 1])
    unit = min(shape) / 256
    rows, columns = np.indices(shape)
    moved = [
        (index + 2.6 * unit * _noise(lot, shape, 22)).round().clip(0, most - 1).astype(np.int64)
        for index, most in ((rows, height), (columns, width))
    ]
    paint = _blur(picture[moved[0], moved[1]], 1.6 * unit)
    pooled = paint - 0.55 * (_blur(paint, 9 * unit) - paint)
    pigment = 0.78 + 0.13 * _noise(lot, shape, 6) + 0.07 * _noise(lot, shape, 15)
    result = PAPER + (pooled - PAPER) * pigment[..., None]
    rim = np.minimum(np.minimum(rows, height - 1 - rows), np.minimum(columns, width - 1 - columns))
    torn = 13 * unit + 6 * unit * _noise(lot, shape, 9)
    covered = ((rim - torn) / (5 * unit)).clip(0, 1)[..., None].astype(np.float32)
    final: Floats = (PAPER + (result - PAPER) * covered).clip(0, 1).astype(np.float32)
    return final


def pixel(picture: Floats, seed: int) -> Floats:
    """Large square pixels of few, strong colours."""
    del seed  # nothing is left to chance
    height, width = picture.shape[0] // PIXEL, picture.shape[1] // PIXEL
    small = picture.reshape(height, PIXEL, width, PIXEL, 3).mean(axis=(1, 3))
    strong = ((small - 0.5) * 1.12 + 0.5).clip(0, 1)
    few = (strong * 6).round() / 6
    whole: Floats = few.repeat(PIXEL, axis=0).repeat(PIXEL, axis=1).astype(np.float32)
    return whole


def sepia(picture: Floats, seed: int) -> Floats:
    """An old photograph: one brown, brown-black shadows, darker corners."""
    del seed
    height, width = picture.shape[:2]
    grey = ((_grey(picture) - 0.5) * 1.1 + 0.5).clip(0, 1)[..., None]
    dark, pale = np.array([0.16, 0.09, 0.05]), np.array([0.98, 0.90, 0.74])
    rows = (np.arange(height) / (height - 1) - 0.5)[:, None]
    columns = np.arange(width) / (width - 1) - 0.5
    corner = 1 - 0.75 * ((rows**2 + columns**2) - 0.12).clip(0, None)[..., None]
    toned: Floats = ((dark + (pale - dark) * grey) * corner).clip(0, 1).astype(np.float32)
    return toned


OUTLINED: dict[str, Callable[[Floats, Floats], Floats]] = {
    "line": line,
    "blueprint": blueprint,
    "neon": neon,
}
"""Styles made from the picture and its outlines."""
PAINTED: dict[str, Callable[[Floats, int], Floats]] = {
    "watercolour": watercolour,
    "pixel": pixel,
    "sepia": sepia,
}
"""Styles made from the picture and the scene's seed."""
