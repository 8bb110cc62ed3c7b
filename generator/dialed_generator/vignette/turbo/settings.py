"""Sizes and lengths of the distillation: the published one, and a tiny one for tests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TurboRecipe:
    """Everything that decides a distillation.

    Attributes:
        bytes_most: Largest size of the published LoRA; the rank follows from it.
        minutes: Wall-clock length.
        batch: Latents for each step.
        rate: Learning rate.
        guidance: Guidance scale of the teacher, which the student takes in for good.
        grid: Number of timesteps on which the student is asked.
        hop: Timesteps between a state and the one that it is made to agree with.
        stride: Steps in which the teacher walks them.
        evaluation_prompts: Number of prompts drawn for the evaluation.
        checkpoint_seconds: Seconds between checkpoints.
        sheet_seconds: Seconds between sample sheets.
        seed: Seed of initialisation and of every draw.
    """

    bytes_most: int = 1_950_000
    minutes: float = 13.0
    batch: int = 32
    rate: float = 3e-4
    guidance: float = 4.0
    grid: int = 50
    hop: int = 100
    stride: int = 2
    evaluation_prompts: int = 200
    checkpoint_seconds: float = 90.0
    sheet_seconds: float = 75.0
    seed: int = 41


TINY_TURBO = TurboRecipe(
    bytes_most=60_000,
    minutes=0.02,
    batch=2,
    evaluation_prompts=2,
    checkpoint_seconds=0.2,
    sheet_seconds=60.0,
)
"""Sizes at which the whole command runs in seconds; its pictures mean nothing."""
