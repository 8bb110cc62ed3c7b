"""Train the denoiser and the text encoder together on encoded scenes."""

from __future__ import annotations

import random
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from diffusers import AutoencoderKL

from dialed_generator.vignette.assembly import assemble, generate, sheet
from dialed_generator.vignette.autoencoder import encode_mean
from dialed_generator.vignette.captions import caption
from dialed_generator.vignette.dataset import scenes_of, to_tensor
from dialed_generator.vignette.denoiser import TRAIN_STEPS, alphas_cumprod
from dialed_generator.vignette.denoiser_run import DenoiserRun
from dialed_generator.vignette.files import (
    Log,
    Throttle,
    load_checkpoint,
    planned_minutes,
    save_checkpoint,
)
from dialed_generator.vignette.settings import Recipe

UNNAMED = 0.1
"""Share of captions replaced by the empty prompt, which guidance needs."""
SHEET_PROMPTS = (
    "a red house by a lake at sunset, pine trees",
    "a purple castle in the snow at dawn, clear sky",
    "a yellow sailboat on a lake at noon, cherry trees",
    "a blue hot air balloon over a meadow at noon, cloudy sky",
    "a white lighthouse by a lake at night, autumn trees",
    "a yellow house in the desert at night, clear sky",
    "a red castle in a meadow at noon, autumn trees",
    "a blue house in the snow at sunset, pine trees",
    "a white sailboat on a lake at dawn, fog",
    "a red lighthouse in the desert at noon",
    "a purple hot air balloon over the desert at sunset, no trees",
    "a house",
)


def encode_scenes(
    work: Path, vae: AutoencoderKL, pixels: npt.NDArray[np.uint8], batch: int = 50
) -> torch.Tensor:
    """Return the latents of all pictures (N, 12, H, W), from disk if they are there."""
    path = work / f"latents-{len(pixels)}.pt"
    stored = load_checkpoint(path)
    if stored is not None:
        return torch.as_tensor(stored["latents"])
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        parts = [
            encode_mean(vae, to_tensor(pixels[start : start + batch])).float()
            for start in range(0, len(pixels), batch)
        ]
    latents = torch.cat(parts)
    save_checkpoint(path, {"latents": latents})
    return latents


class Draw:
    """Draws scenes and writes their captions, anew each time a scene is seen."""

    def __init__(self, latents: torch.Tensor, seed: int) -> None:
        self.latents, self.scenes = latents, scenes_of(len(latents))
        self.lot = random.Random(seed)

    def __call__(self, count: int) -> tuple[torch.Tensor, list[str]]:
        """Return the latents and captions of `count` scenes."""
        chosen = [self.lot.randrange(len(self.scenes)) for _ in range(count)]
        texts = [
            ""
            if self.lot.random() < UNNAMED
            else caption(self.scenes[k], self.lot.randrange(10**6)).text
            for k in chosen
        ]
        return self.latents[chosen], texts


class Quarters:
    """Mean loss in each quarter of the noise schedule since it was last told."""

    def __init__(self) -> None:
        self.sums, self.counts = torch.zeros(4), torch.zeros(4)

    def add(self, steps: torch.Tensor, losses: torch.Tensor) -> None:
        """Add the samples of one step."""
        quarter = steps * 4 // TRAIN_STEPS
        self.sums.index_add_(0, quarter, losses)
        self.counts.index_add_(0, quarter, torch.ones_like(losses))

    def tell(self) -> list[float]:
        """Return the four means and start anew."""
        means = [round(float(v), 4) for v in self.sums / self.counts.clamp(min=1)]
        self.sums.zero_()
        self.counts.zero_()
        return means


def train_denoiser(
    work: Path, recipe: Recipe, vae: AutoencoderKL, latents: torch.Tensor
) -> DenoiserRun:
    """Train for the recipe's minutes, resuming a killed run; return the finished run.

    The log tells the loss in each quarter of the noise schedule; the last, noisiest quarter shows
    whether the text is understood.
    """
    run = DenoiserRun(work, recipe, latents.shape[-1])
    log, throttle, bars = Log(work, "unet"), Throttle(work), alphas_cumprod()
    run.start(log)
    draw, quarters = Draw(latents, recipe.seed + run.step), Quarters()
    torch.manual_seed(recipe.seed + run.step)
    saved = drawn = told = run.spent
    told_samples = run.samples
    total = 60 * planned_minutes(work, "unet", recipe.unet_minutes)
    while run.spent < total:
        begun = time.monotonic()
        rate = run.rate(total)
        quarters.add(*run.learn(*draw(recipe.unet_batch), bars, rate))
        run.spent += min(5.0, time.monotonic() - begun)
        throttle.step()
        if run.step % 25 == 0:
            total = 60 * planned_minutes(work, "unet", recipe.unet_minutes)
        if run.spent - told > 30:
            log(
                step=run.step,
                spent=round(run.spent),
                samples=run.samples,
                per_second=round((run.samples - told_samples) / (run.spent - told), 1),
                rate=round(rate, 6),
                quarters=quarters.tell(),
            )
            told, told_samples = run.spent, run.samples
        if run.spent - saved > recipe.checkpoint_seconds:
            saved = run.spent
            run.save()
        if run.spent - drawn > recipe.sheet_seconds:
            drawn = run.spent
            pipe = assemble(run.parts(vae))
            images = generate(pipe, list(SHEET_PROMPTS), list(range(len(SHEET_PROMPTS))), steps=15)
            sheet(images, 4).save(work / f"sheet-{run.samples:07d}.png")
    run.save()
    return run
