"""How far generated pictures lie from drawn ones, from each other, and from the training scenes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from dialed_generator.vignette.dataset import to_tensor
from dialed_generator.vignette.drawing import render
from dialed_generator.vignette.evaluation import Question
from dialed_generator.vignette.probe import Probe, shrink
from dialed_generator.vignette.scenes import Scene

FRESH_SEED = 7_000_000
"""Seed of the first scene that is drawn to compare with; training never saw it."""
THUMBNAIL = 32
"""Side at which a picture is compared with the training scenes."""


def pictures_of(images: list[Image.Image]) -> npt.NDArray[np.uint8]:
    """Return images of one size as (N, H, W, 3)."""
    return np.stack([np.asarray(image.convert("RGB"), dtype=np.uint8) for image in images])


def features(probe: Probe, pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Return the probe's last feature map, averaged over the picture: (N, channels)."""
    found = []
    with torch.no_grad():
        for part in np.array_split(pictures, max(1, len(pictures) // 50)):
            flat = probe.net.features(shrink(to_tensor(part)))
            found.append(flat.reshape(len(part), probe.net.channels, -1).mean(2))
    return np.asarray(torch.cat(found).double().numpy())


def frechet(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> float:
    """Return the Frechet distance of two sets of features, each taken as a normal distribution.

    ``|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))`` as in Heusel et al. 2017 (arXiv:1706.08500),
    there on features of Inception, here on those of the probe: figures compare with each other,
    not with those of other work.
    """
    mean = first.mean(0) - second.mean(0)
    one, two = np.cov(first, rowvar=False), np.cov(second, rowvar=False)
    values, vectors = np.linalg.eigh(one)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    middle = np.linalg.eigvalsh(root @ two @ root).clip(0)
    return float(mean @ mean + np.trace(one) + np.trace(two) - 2 * np.sqrt(middle).sum())


def scenes_like(questions: list[Question], first: int) -> npt.NDArray[np.uint8]:
    """Draw a fresh scene with the attributes of each question, seeds from `first` on."""
    return np.stack(
        [
            render(Scene(**({"position": "centre"} | question.named), seed=first + index))
            for index, question in enumerate(questions)
        ]
    )


def frechet_report(
    probe: Probe, questions: list[Question], images: list[Image.Image]
) -> dict[str, Any]:
    """Compare generated pictures with drawn scenes of the same attributes.

    Returns:
        The distance to a set of drawn scenes, the distance between that set and another one (the
        floor: what a perfect model would reach at this number of pictures), and the number.
    """
    real = features(probe, scenes_like(questions, FRESH_SEED))
    other = features(probe, scenes_like(questions, FRESH_SEED + len(questions)))
    made = features(probe, pictures_of(images))
    return {
        "value": round(frechet(made, real), 3),
        "floor": round(frechet(other, real), 3),
        "pictures": len(images),
    }


def spread(found: npt.NDArray[np.float64]) -> float:
    """Return the mean distance between two different rows."""
    gaps = np.linalg.norm(found[:, None] - found[None], axis=2)
    count = len(found)
    return float(gaps.sum() / (count * (count - 1)))


def diversity_report(
    probe: Probe, questions: list[Question], images: list[list[Image.Image]]
) -> dict[str, Any]:
    """Compare how much pictures of one prompt differ over seeds with how much scenes do.

    Args:
        probe: Gives the feature space.
        questions: One for each prompt.
        images: For each prompt, its pictures with different seeds.

    Returns:
        Mean distance between two pictures of a prompt, the same for drawn scenes, and the ratio.
    """
    made, drawn = [], []
    for number, (question, several) in enumerate(zip(questions, images, strict=True)):
        start = FRESH_SEED + 100_000 + number * len(several)
        made.append(spread(features(probe, pictures_of(several))))
        drawn.append(spread(features(probe, scenes_like([question] * len(several), start))))
    generated, real = float(np.mean(made)), float(np.mean(drawn))
    return {
        "value": round(generated / real, 3),
        "generated": round(generated, 3),
        "drawn": round(real, 3),
        "prompts": len(questions),
        "seeds": len(images[0]),
    }


def thumbnails(pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Return pictures box-averaged to `THUMBNAIL` pixels a side, flat, in 0..1."""
    count, side = pictures.shape[:2]
    step = side // THUMBNAIL
    blocks = pictures.reshape(count, THUMBNAIL, step, THUMBNAIL, step, 3).mean((2, 4))
    return np.asarray(blocks.reshape(count, -1) / 255, dtype=np.float32)


def nearest(
    pictures: npt.NDArray[np.uint8], training: npt.NDArray[np.uint8], chunk: int = 1000
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Find for each picture the training scene that is nearest to it.

    Returns:
        Root mean square differences of the thumbnails (0..1), and the numbers of the scenes.
    """
    wanted = thumbnails(pictures).astype(np.float64)
    best = np.full(len(pictures), np.inf)
    found = np.zeros(len(pictures), dtype=np.int64)
    for start in range(0, len(training), chunk):
        known = thumbnails(np.asarray(training[start : start + chunk])).astype(np.float64)
        gaps = (
            (wanted**2).mean(1)[:, None]
            + (known**2).mean(1)[None]
            - 2 * wanted @ known.T / wanted.shape[1]
        )
        place = gaps.argmin(1)
        value = gaps[np.arange(len(wanted)), place]
        nearer = value < best
        best[nearer], found[nearer] = value[nearer], place[nearer] + start
    return np.sqrt(best.clip(0)), found


def nearest_report(
    questions: list[Question], images: list[Image.Image], training: npt.NDArray[np.uint8]
) -> dict[str, Any]:
    """Compare how near generated pictures and fresh scenes come to the training scenes.

    A model that copies comes nearer than a fresh scene does.

    Returns:
        Median and smallest distance of the generated pictures, the same for fresh scenes of the
        same attributes, and how many training scenes were searched.
    """
    made, _ = nearest(pictures_of(images), training)
    fresh, _ = nearest(scenes_like(questions, FRESH_SEED), training)
    return {
        "value": round(float(np.median(made)), 4),
        "smallest": round(float(made.min()), 4),
        "fresh_median": round(float(np.median(fresh)), 4),
        "fresh_smallest": round(float(fresh.min()), 4),
        "pictures": len(images),
        "training_scenes": len(training),
    }
