"""A tiny pipeline: the real diffusers class with the flags of a real model, random weights, nothing fetched.

Whether a setting is used depends on code and flags, never on trained numbers, so a network of a few thousand
weights answers the question of one of twelve billion. What decides is copied from the model: classes, guidance embedding,
number of text encoders, channels, scheduler configuration. What does not is as small as the class allows.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import torch
    from PIL.Image import Image

Task = Literal[
    "text-to-image", "image-to-image", "inpaint", "control", "edit", "upscale", "embedding-to-image"
]

PROMPT = "a red fox in the snow"
"""What every tiny model is asked for; not past the token limit of any of them."""

SEED = 7
"""Seed of the weights: the same numbers on every build."""

SMALLEST_WEIGHT = 0.05
"""Spread of redrawn weights: enough that float32 shows them in the picture, far from overflow."""


@dataclass(frozen=True)
class Flag:
    """One fact of the real model that the tiny one copies, and where it was read.

    Attributes:
        name: Place in the pipeline, dotted (``transformer.guidance_embeds``, ``scheduler.shift``).
        value: What it is; the tests look into the built pipeline (``<place>.config.<name>``) where the name says so.
        url: File at a commit or revision that states it.
    """

    name: str
    value: bool | float | str | tuple[float | str, ...] | None
    url: str


@dataclass(frozen=True)
class TinyModel:
    """A pipeline small enough to run ten steps in less than a second.

    Attributes:
        id: Short name, unique among all tiny models (``sd15``, ``sd15-inpaint``).
        stands_for: Ids of the model records whose flags these are. The first is the model that the library is
            asked about (``dialed.resolve(..., model=...)``).
        task: What the pipeline does.
        pipeline: Name of the diffusers class that ``build`` returns an instance of.
        build: Makes the pipeline, weights drawn with `seeded`, zeros redrawn with `redraw_zeros`. About a second.
        call: Makes the smallest arguments that run: prompt, size, image, mask... , ``num_inference_steps`` 10 (fewer
            where the class wants that), no ``generator``, no ``output_type``. A new mapping with new images each time.
        flags: What was copied from the real model.
        output: ``latent`` where the class can return latents (``output_type="latent"``), else ``pt`` (float picture).
        values: Setting -> the two values to probe, where the usual ones do not suit this model.
        context: Setting -> further settings (canonical ids) that must be given for it to act in this model.
    """

    id: str
    stands_for: tuple[str, ...]
    task: Task
    pipeline: str
    build: Callable[[], Any]
    call: Callable[[], dict[str, Any]]
    flags: tuple[Flag, ...]
    output: Literal["latent", "pt"] = "latent"
    values: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    context: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@contextlib.contextmanager
def seeded(seed: int = SEED) -> Iterator[None]:
    """Draw weights from ``seed`` and leave the caller's random numbers as they were."""
    import torch

    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(seed)
        yield


def redraw_zeros(*modules: torch.nn.Module) -> None:
    """Draw anew, in place, every weight that is constant: zero-initialised and one-initialised ones alike.

    A fresh ControlNet, LoRA or adaLN-zero block gives exactly 0, and what goes into it could not be seen. Constant weights
    are redrawn around the constant that they have, so normalisation layers stay near 1. Call it inside `seeded`.
    """
    import torch

    for module in modules:
        for weight in module.parameters():
            if not weight.is_floating_point() or weight.numel() == 0:
                continue
            values = weight.detach()
            if bool((values == values.flatten()[0]).all()):
                with torch.no_grad():
                    weight.add_(torch.randn_like(weight) * SMALLEST_WEIGHT)
        module.eval()


def enliven(module: torch.nn.Module) -> torch.nn.Module:
    """Draw the weights of a text encoder anew, in place, so that each token reaches the embedding visibly.

    transformers starts its models at a spread of 0.02, with which a narrow encoder gives nearly the same vector for
    every text. Matrices get a spread of ``0.7 / sqrt(inputs)``, tables of embeddings 0.5. Call it inside `seeded`.
    """
    import torch

    with torch.no_grad():
        for part in module.modules():
            for weight in part.parameters(recurse=False):
                if weight.dim() >= 2:
                    table = isinstance(part, torch.nn.Embedding)
                    weight.normal_(0.0, 0.5 if table else 0.7 * weight[0].numel() ** -0.5)
    redraw_zeros(module)
    return module


def picture(width: int, height: int, seed: int = 3) -> Image:
    """An RGB picture of coloured noise in large spots, as an input image."""
    import numpy
    import PIL.Image

    spots = numpy.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=numpy.uint8)
    return PIL.Image.fromarray(spots).resize((width, height), PIL.Image.Resampling.BICUBIC)


def mask(width: int, height: int) -> Image:
    """A mask with a white spot of a quarter of the width and height in the middle, which is painted anew.

    It leaves room on all sides, so that the padding around it can show.
    """
    import PIL.Image

    white = PIL.Image.new("L", (width, height), 0)
    left, top = 3 * width // 8, 3 * height // 8
    white.paste(255, (left, top, width - left, height - top))
    return white
