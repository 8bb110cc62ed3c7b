"""Pictures whose edges meet: every convolution takes what lies beyond one edge from the opposite one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from dialed_generator.job import Scalar
from dialed_generator.picture_measures import Picture


@contextmanager
def round_the_edge(
    pipeline: Any, settings: Mapping[str, Scalar], _arguments: dict[str, Any]
) -> Iterator[None]:
    """Pad the convolutions of denoiser and VAE circularly, where ``tiling`` is on."""
    changed: list[torch.nn.Conv2d] = []
    try:
        if settings.get("tiling"):
            for part in (pipeline.unet, pipeline.vae):
                for module in part.modules():
                    if isinstance(module, torch.nn.Conv2d) and module.padding_mode == "zeros":
                        module.padding_mode = "circular"
                        changed.append(module)
        yield
    finally:
        for module in changed:
            module.padding_mode = "zeros"


def edges_in_the_middle(picture: Picture) -> Picture:
    """Move a picture by half its height and width, so that the seams between tiles cross in its middle."""
    height, width = picture.shape[:2]
    moved: Picture = np.roll(picture, (height // 2, width // 2), axis=(0, 1))
    return moved
