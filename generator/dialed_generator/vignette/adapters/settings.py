"""Sizes and lengths of the adapters' trainings: the published ones, and tiny ones for tests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AdapterRecipe:
    """Everything that decides the training of one adapter.

    Attributes:
        scenes: Scenes whose outlines or styled pictures are drawn for it.
        minutes: Wall-clock length.
        batch: Latents for each step.
        rate: Learning rate.
        bytes_most: Largest size of a published LoRA; the rank follows from it.
        hint_widths: Channels of the ControlNet's reading of the outlines.
        unnamed: Share of captions replaced by the empty prompt.
        evaluation_prompts: Number of prompts of the evaluation.
        checkpoint_seconds: Seconds between checkpoints.
        seed: Seed of initialisation and of every draw.
    """

    scenes: int = 3000
    minutes: float = 4.0
    batch: int = 32
    rate: float = 1e-3
    bytes_most: int = 1_000_000
    hint_widths: tuple[int, ...] = (16, 24, 32, 48)
    unnamed: float = 0.1
    evaluation_prompts: int = 24
    checkpoint_seconds: float = 60.0
    seed: int = 51


CONTROL = AdapterRecipe(minutes=6.0, unnamed=0.5)
"""Half of the captions are left out, so that the network listens to the outlines."""
STYLE = AdapterRecipe(scenes=1000, minutes=2.5)
TINY_ADAPTER = AdapterRecipe(
    scenes=4,
    minutes=0.01,
    batch=2,
    bytes_most=60_000,
    hint_widths=(4, 4, 8, 8),
    evaluation_prompts=2,
    checkpoint_seconds=0.2,
)
"""Sizes at which everything runs in seconds; its pictures mean nothing."""
