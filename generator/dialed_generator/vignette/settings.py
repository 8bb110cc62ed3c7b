"""Sizes and lengths of a training run: the published one, and a tiny one for tests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a training run.

    Attributes:
        scenes: Number of pictures rendered for training.
        extras: Pictures in styles that only the autoencoder sees here, for adapters.
        format_scenes: Number of pictures of each format that is not square.
        vae_widths: Channels of the autoencoder's levels.
        vae_minutes: Wall-clock length of the autoencoder's training.
        vae_batch: Crops of 64 px for each step.
        decoder_minutes: Length of the decoder's further training with the encoder fixed.
        unet_widths: Channels of the denoiser's levels.
        unet_minutes: Wall-clock length of the denoiser's training, the decay included.
        unet_batch: Latents for each step.
        decay_share: Last share of the denoiser's training in which the learning rate falls.
        text_width: Width of the text encoder.
        text_layers: Layers of the text encoder.
        text_steps: Steps of the text encoder's own training before the joint one.
        probe_minutes: Longest training of the attribute probe.
        evaluation_prompts: Number of prompts drawn for the evaluation.
        curve_prompts: How many of them are used for each point of a curve.
        diversity_prompts: How many of them are generated with eight seeds.
        checkpoint_seconds: Seconds between checkpoints.
        sheet_seconds: Seconds between sample sheets.
        seed: Seed of initialisation and of every draw.
    """

    scenes: int = 30_000
    extras: int = 3_000
    format_scenes: int = 3_000
    vae_widths: tuple[int, ...] = (16, 32, 48, 64)
    vae_minutes: float = 23.0
    vae_batch: int = 16
    decoder_minutes: float = 21.0
    unet_widths: tuple[int, ...] = (72, 120)
    unet_minutes: float = 145.0
    unet_batch: int = 64
    decay_share: float = 0.3
    text_width: int = 128
    text_layers: int = 3
    text_steps: int = 1200
    probe_minutes: float = 4.0
    evaluation_prompts: int = 200
    curve_prompts: int = 32
    diversity_prompts: int = 12
    checkpoint_seconds: float = 120.0
    sheet_seconds: float = 240.0
    seed: int = 20


TINY = Recipe(
    scenes=64,
    extras=6,
    format_scenes=8,
    vae_widths=(8, 8, 8, 8),
    vae_minutes=0.02,
    vae_batch=2,
    decoder_minutes=0.02,
    unet_widths=(16, 16),
    unet_minutes=0.03,
    unet_batch=4,
    text_width=32,
    text_layers=3,
    text_steps=20,
    probe_minutes=0.02,
    evaluation_prompts=2,
    curve_prompts=0,
    diversity_prompts=1,
    checkpoint_seconds=0.2,
    sheet_seconds=60.0,
)
"""Sizes at which the whole command runs in seconds; its pictures mean nothing."""
