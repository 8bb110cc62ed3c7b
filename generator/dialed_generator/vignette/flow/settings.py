"""Sizes and lengths of the flow model's training: the published one, and a tiny one for tests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FlowRecipe:
    """Everything that decides a training run of the flow model.

    Attributes:
        heads: Attention heads of the transformer; each is 32 wide.
        double_blocks: Blocks that keep picture and text apart.
        single_blocks: Blocks that treat both alike.
        clip_width: Width of the encoder that gives the pooled vector.
        clip_layers: Its layers.
        t5_width: Width of the encoder that gives one vector for each token.
        t5_layers: Its layers.
        text_steps: Batches of the text encoders' own lesson.
        minutes: Wall-clock length of the training, guidance distillation included.
        distilled_share: Last share of it, in which the guidance is distilled.
        batch: Latents for each step.
        compiled: Whether torch compiles the blocks (needs a C++ compiler; 1.6 times as fast).
        rate: Learning rate of the matrices (Muon) and of everything else (AdamW).
        evaluation_prompts: Number of prompts drawn for the evaluation.
        checkpoint_seconds: Seconds between checkpoints.
        sheet_seconds: Seconds between sample sheets.
        seed: Seed of initialisation and of every draw.
    """

    heads: int = 5
    double_blocks: int = 1
    single_blocks: int = 5
    clip_width: int = 64
    clip_layers: int = 2
    t5_width: int = 96
    t5_layers: int = 2
    text_steps: int = 900
    minutes: float = 74.0
    distilled_share: float = 0.2
    batch: int = 32
    compiled: bool = True
    rate: float = 2e-3
    evaluation_prompts: int = 200
    checkpoint_seconds: float = 120.0
    sheet_seconds: float = 240.0
    seed: int = 31


TINY_FLOW = FlowRecipe(
    heads=1,
    double_blocks=1,
    single_blocks=1,
    clip_width=16,
    clip_layers=1,
    t5_width=16,
    t5_layers=1,
    text_steps=4,
    minutes=0.02,
    batch=4,
    compiled=False,
    evaluation_prompts=2,
    checkpoint_seconds=0.2,
    sheet_seconds=60.0,
)
"""Sizes at which the whole command runs in seconds; its pictures mean nothing."""
