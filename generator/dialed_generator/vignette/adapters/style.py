"""Style LoRAs: a style that the base model has never seen, learnt from a few drawn scenes."""

from __future__ import annotations

import copy
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL, StableDiffusionPipeline, UNet2DConditionModel

from dialed_generator.vignette.adapters.settings import AdapterRecipe
from dialed_generator.vignette.adapters.training import AdapterRun, hidden_states
from dialed_generator.vignette.autoencoder import encode_mean
from dialed_generator.vignette.captions import caption
from dialed_generator.vignette.dataset import to_tensor
from dialed_generator.vignette.denoiser import alphas_cumprod, denoising_loss, draw_timesteps
from dialed_generator.vignette.drawing import render
from dialed_generator.vignette.files import load_checkpoint, save_checkpoint
from dialed_generator.vignette.scenes import Scene, random_scene
from dialed_generator.vignette.turbo.lora import add_lora, largest_rank

STYLES = ("blueprint", "neon")
FIRST_SEED = 300_000
"""Seed of the first scene that is drawn in a style."""


def styled_scenes(recipe: AdapterRecipe) -> list[Scene]:
    """Return the scenes of a style's training; their captions shall name no style."""
    return [
        replace(random_scene(FIRST_SEED + index), style="flat") for index in range(recipe.scenes)
    ]


def encode_styled(
    work: Path, style: str, recipe: AdapterRecipe, vae: AutoencoderKL
) -> torch.Tensor:
    """Draw scenes in a style and encode them, (N, 12, 16, 16); from disk if they are there."""
    path = work / f"style-{style}-{recipe.scenes}.pt"
    stored = load_checkpoint(path)
    if stored is not None:
        return torch.as_tensor(stored["latents"])
    parts = []
    scenes = styled_scenes(recipe)
    for start in range(0, len(scenes), 50):
        pixels = np.stack([render(scene, style=style) for scene in scenes[start : start + 50]])
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            parts.append(encode_mean(vae, to_tensor(pixels)).float())
    latents = torch.cat(parts)
    save_checkpoint(path, {"latents": latents})
    return latents


def plain_caption(scene: Scene, lot: random.Random) -> str:
    """Write a caption that names no style, so that the LoRA's style needs no word."""
    while True:
        drawn = caption(scene, lot.randrange(10**6))
        if "style" not in drawn.named:
            return drawn.text


def train_style(
    work: Path, style: str, recipe: AdapterRecipe, base: StableDiffusionPipeline
) -> tuple[UNet2DConditionModel, AdapterRun]:
    """Train the LoRA of a style on a frozen base model, or go on.

    Args:
        work: Folder of the run.
        style: One of `STYLES`.
        recipe: Sizes and lengths.
        base: The base model in single precision; it is left as it is.

    Returns:
        A copy of the base's UNet with the LoRA (named like the style), and the run.
    """
    torch.manual_seed(recipe.seed)
    unet = copy.deepcopy(base.unet)
    weights = add_lora(unet, largest_rank(unet, recipe.bytes_most), style)
    run = AdapterRun(work, f"style-{style}", recipe, weights)
    latents = encode_styled(work, style, recipe, base.vae)
    scenes, bars = styled_scenes(recipe), alphas_cumprod()
    lot = random.Random(f"vignette style {recipe.seed}")

    def step() -> torch.Tensor:
        chosen = [lot.randrange(len(scenes)) for _ in range(recipe.batch)]
        texts = [
            "" if lot.random() < recipe.unnamed else plain_caption(scenes[k], lot) for k in chosen
        ]
        with torch.autocast("cpu", torch.bfloat16):
            return denoising_loss(
                unet,
                latents[chosen],
                hidden_states(base, texts),
                draw_timesteps(recipe.batch),
                bars,
            )

    run.fit(step)
    return unet, run
