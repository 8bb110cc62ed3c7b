"""Scenes rendered once to a file on disk, and read from there as tensors."""

from __future__ import annotations

import io
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from dialed_generator.vignette.drawing import SIZE, render
from dialed_generator.vignette.files import replace_file, write_json
from dialed_generator.vignette.scenes import EXTRA_STYLES, Scene, random_scene

HELD_OUT = 1_000_000
"""Seeds from here on are never trained on: evaluation and tests draw from them."""
CHUNK = 250


def _render_chunk(path: str, count: int, first: int) -> int:
    pixels = np.memmap(path, np.uint8, "r+", shape=(count, SIZE, SIZE, 3))
    for index in range(first, min(first + CHUNK, count)):
        pixels[index] = render(random_scene(index))
    pixels.flush()
    return first


def ensure_scenes(work: Path, count: int) -> npt.NDArray[np.uint8]:
    """Return the pictures of scenes 0..count-1, rendering them if they are not on disk yet.

    Args:
        work: Folder of the training run.
        count: Number of scenes.

    Returns:
        A read-only memory map of shape (count, SIZE, SIZE, 3).
    """
    path, done = work / f"scenes-{count}.u8", work / f"scenes-{count}.json"
    if not done.exists():
        work.mkdir(parents=True, exist_ok=True)
        np.memmap(path, np.uint8, "w+", shape=(count, SIZE, SIZE, 3)).flush()
        starts = range(0, count, CHUNK)
        if len(starts) > 1:
            with ProcessPoolExecutor() as pool:
                list(
                    pool.map(
                        _render_chunk, [str(path)] * len(starts), [count] * len(starts), starts
                    )
                )
        else:
            for first in starts:
                _render_chunk(str(path), count, first)
        write_json(done, {"count": count, "size": SIZE})
    return np.memmap(path, np.uint8, "r", shape=(count, SIZE, SIZE, 3))


def _extra_chunk(first: int, count: int) -> npt.NDArray[np.uint8]:
    return np.stack(
        [
            render(random_scene(index), style=EXTRA_STYLES[index % len(EXTRA_STYLES)])
            for index in range(first, min(first + CHUNK, count))
        ]
    )


def ensure_extras(work: Path, count: int) -> npt.NDArray[np.uint8]:
    """Return scenes 0..count-1 drawn in the extra styles in turn: (count, SIZE, SIZE, 3).

    Only the autoencoder trains on them, so that it can show what an adapter teaches the denoiser.
    """
    path = work / f"extra-{count}.npy"
    if not path.exists():
        starts = range(0, count, CHUNK)
        if len(starts) > 1:
            with ProcessPoolExecutor() as pool:
                parts = list(pool.map(_extra_chunk, starts, [count] * len(starts)))
        else:
            parts = [_extra_chunk(first, count) for first in starts]
        buffer = io.BytesIO()
        np.save(buffer, np.concatenate(parts))
        replace_file(path, buffer.getvalue())
    pictures: npt.NDArray[np.uint8] = np.load(path, mmap_mode="r")
    return pictures


def scenes_of(count: int, first: int = 0) -> list[Scene]:
    """Return the scenes that `ensure_scenes` renders, or held-out ones from `first`."""
    return [random_scene(first + index) for index in range(count)]


def held_out_pictures(count: int) -> npt.NDArray[np.uint8]:
    """Render held-out scenes: shape (count, SIZE, SIZE, 3)."""
    return np.stack([render(scene) for scene in scenes_of(count, HELD_OUT)])


def to_tensor(pixels: npt.NDArray[np.uint8]) -> torch.Tensor:
    """Return pictures (B, H, W, 3) of bytes as floats (B, 3, H, W) in -1..1."""
    return torch.from_numpy(np.array(pixels)).permute(0, 3, 1, 2).float() / 127.5 - 1.0


def to_pixels(pictures: torch.Tensor) -> npt.NDArray[np.uint8]:
    """Return floats (B, 3, H, W) in -1..1 as bytes (B, H, W, 3)."""
    scaled = (pictures.float().clamp(-1, 1) * 127.5 + 127.5).round().to(torch.uint8)
    return np.asarray(scaled.permute(0, 2, 3, 1).cpu().numpy())
