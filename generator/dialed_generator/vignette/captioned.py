"""Draws encoded scenes with fresh captions, for the training of the siblings."""

from __future__ import annotations

import random
from collections.abc import Sequence

import torch

from dialed_generator.vignette.captions import caption
from dialed_generator.vignette.scenes import Scene

UNNAMED = 0.1
"""Share of captions replaced by the empty prompt, which guidance needs."""


class Draw:
    """Draws encoded scenes and writes their captions, anew each time a scene is seen.

    Args:
        latents: Encoded scenes (N, C, H, W).
        scenes: The scenes, in the same order.
        seed: Seed of every draw.
        unnamed: Share of captions replaced by the empty prompt.
    """

    def __init__(
        self, latents: torch.Tensor, scenes: Sequence[Scene], seed: int, unnamed: float = UNNAMED
    ) -> None:
        if len(latents) != len(scenes):
            raise ValueError(f"{len(latents)} latents but {len(scenes)} scenes; encode them again")
        self.latents, self.scenes, self.unnamed = latents, scenes, unnamed
        self.lot = random.Random(f"vignette siblings {seed}")

    def __call__(self, count: int) -> tuple[torch.Tensor, list[str]]:
        """Return the latents and captions of `count` scenes."""
        chosen = self.choose(count)
        return self.latents[chosen].float(), self.captions(chosen)

    def choose(self, count: int) -> list[int]:
        """Draw the numbers of `count` scenes."""
        return [self.lot.randrange(len(self.scenes)) for _ in range(count)]

    def captions(self, chosen: list[int]) -> list[str]:
        """Write a caption for each chosen scene, or none."""
        return [
            ""
            if self.lot.random() < self.unnamed
            else caption(self.scenes[k], self.lot.randrange(10**6)).text
            for k in chosen
        ]
