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
from dialed_generator.vignette.captioned import Draw
from dialed_generator.vignette.dataset import scenes_of
from dialed_generator.vignette.decoder_training import encode_all
from dialed_generator.vignette.denoiser import TRAIN_STEPS, alphas_cumprod
from dialed_generator.vignette.denoiser_run import DenoiserRun
from dialed_generator.vignette.drawing import FORMATS, render
from dialed_generator.vignette.files import (
    Log,
    Throttle,
    load_checkpoint,
    planned_minutes,
    save_checkpoint,
)
from dialed_generator.vignette.settings import Recipe

FORMAT_SHARE = 0.12
"""Share of the batches that are not square."""
SHEET_PROMPTS = (
    "a red house by a lake at sunset, pine trees",
    "a purple castle in the snow at dawn, clear sky",
    "a blue hot air balloon over a meadow at noon, cloudy sky",
    "a white lighthouse by a lake at night, autumn trees",
    "a yellow windmill in a meadow at noon, clear sky",
    "three red sailboats on a lake at sunset, clear sky",
    "two blue houses in the snow at noon, pine trees",
    "a red windmill on the left in the desert at sunset, no trees",
    "a watercolour of a red house by a lake at noon, autumn trees",
    "a line drawing of a blue castle in a meadow at noon, clear sky",
    "a yellow sailboat on a lake at sunset, pixel art",
    "a watercolour of three yellow hot air balloons over the snow at dawn",
    "a white lighthouse on the right in the desert at dawn, line drawing",
    "pixel art of a red house on the left in a meadow at noon, pine trees",
    "two purple castles by a lake at night, clear sky",
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
    latents = encode_all(vae, pixels, batch)
    save_checkpoint(path, {"latents": latents})
    return latents


def encode_formats(work: Path, recipe: Recipe, vae: AutoencoderKL) -> list[Draw]:
    """Draw and encode scenes of the formats that are not square.

    Their seeds follow those of the square scenes, so no scene is there twice.

    Returns:
        For each format a source of latents and captions.
    """
    sources = []
    for number, (width, height) in enumerate(FORMATS[1:]):
        first = recipe.scenes + number * recipe.format_scenes
        scenes = scenes_of(recipe.format_scenes, first)
        path = work / f"latents-{width}x{height}-{recipe.format_scenes}.pt"
        stored = load_checkpoint(path)
        if stored is None:
            pixels = np.stack([render(scene, (width, height)) for scene in scenes])
            stored = {"latents": encode_all(vae, pixels)}
            save_checkpoint(path, stored)
        latents = torch.as_tensor(stored["latents"])
        sources.append(Draw(latents, scenes, recipe.seed + number + 1))
    return sources


class Formats:
    """Draws batches of square scenes, and now and then one of another format."""

    def __init__(self, square: Draw, others: list[Draw], seed: int) -> None:
        self._square, self._others = square, others
        self._lot = random.Random(f"vignette formats {seed}")

    def __call__(self, count: int) -> tuple[torch.Tensor, list[str]]:
        """Return the latents of `count` scenes of one format, and their captions."""
        if self._others and self._lot.random() < FORMAT_SHARE:
            return self._lot.choice(self._others)(count)
        return self._square(count)


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
    work: Path,
    recipe: Recipe,
    vae: AutoencoderKL,
    latents: torch.Tensor,
    others: list[Draw],
    known: Path | None = None,
) -> DenoiserRun:
    """Train for the recipe's minutes, resuming a killed run; return the finished run.

    `others` holds scenes of other formats than `latents`. With `known`, a published folder, training
    goes on from its weights.

    The log tells the loss in each quarter of the noise schedule; the last, noisiest quarter shows
    whether the text is understood.
    """
    run = DenoiserRun(work, recipe, latents.shape[-1])
    log, throttle, bars = Log(work, "unet"), Throttle(work), alphas_cumprod()
    run.start(log, known)
    square = Draw(latents, scenes_of(len(latents)), recipe.seed + run.step)
    draw, quarters = Formats(square, others, recipe.seed + run.step), Quarters()
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
