"""Distil the base model into the LoRA; a killed run goes on where it stopped."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline
from PIL import Image

from dialed_generator.vignette.assembly import sheet
from dialed_generator.vignette.captioned import Draw
from dialed_generator.vignette.files import Log, Throttle, planned_minutes
from dialed_generator.vignette.scenes import Scene
from dialed_generator.vignette.turbo.consistency import build_scheduler
from dialed_generator.vignette.turbo.run import TurboRun
from dialed_generator.vignette.turbo.settings import TurboRecipe


def begin(work: Path, recipe: TurboRecipe, base: StableDiffusionPipeline) -> TurboRun:
    """Return a run on a base model, continued from its checkpoint if there is one."""
    run = TurboRun(work, recipe, base, copy.deepcopy(base.unet))
    run.load()
    return run


def distil(
    work: Path,
    recipe: TurboRecipe,
    base: StableDiffusionPipeline,
    latents: torch.Tensor,
    scenes: Sequence[Scene],
    prompts: Sequence[str],
) -> TurboRun:
    """Distil for the recipe's minutes, resuming a killed run; return the finished run.

    Args:
        work: Folder of the run: checkpoint ``turbo.pt``, log ``turbo.jsonl``, sample sheets.
        recipe: Sizes and lengths.
        base: The base model in single precision.
        latents: Encoded scenes (N, C, H, W).
        scenes: The scenes, in the same order.
        prompts: What the sample sheets show.
    """
    run = begin(work, recipe, base)
    log, throttle = Log(work, "turbo"), Throttle(work)
    # Every caption says something: the student is never asked for a picture of nothing in particular.
    draw = Draw(latents, scenes, recipe.seed + run.step, unnamed=0.02)
    torch.manual_seed(recipe.seed + run.step)
    saved = drawn = told = run.spent
    told_samples, mean = run.samples, 0.0
    total = 60 * planned_minutes(work, "turbo", recipe.minutes)
    while run.spent < total:
        begun = time.monotonic()
        loss = float(run.learn(*draw(recipe.batch), run.rate(total)).mean())
        mean = loss if mean == 0.0 else mean + 0.05 * (loss - mean)
        run.spent += min(10.0, time.monotonic() - begun)
        throttle.step()
        if run.step % 10 == 0:
            total = 60 * planned_minutes(work, "turbo", recipe.minutes)
        if run.spent - told > 30:
            log(
                step=run.step,
                spent=round(run.spent),
                samples=run.samples,
                per_second=round((run.samples - told_samples) / (run.spent - told), 1),
                loss=round(mean, 4),
            )
            told, told_samples = run.spent, run.samples
        if run.spent - saved > recipe.checkpoint_seconds:
            saved = run.spent
            run.save()
        if run.spent - drawn > recipe.sheet_seconds:
            drawn = run.spent
            page = sheet(
                [
                    image
                    for steps in (1, 2, 4, 8)
                    for image in sample(run, list(prompts)[:8], steps)
                ],
                8,
            )
            page.save(work / f"turbo-{run.samples:07d}.png")
    run.save()
    return run


@contextmanager
def distilled(run: TurboRun) -> Iterator[StableDiffusionPipeline]:
    """Give a pipeline of the base model with the run's averaged student in it."""
    base = run.base
    pipe = StableDiffusionPipeline(
        vae=base.vae,
        text_encoder=base.text_encoder,
        tokenizer=base.tokenizer,
        unet=run.averaged().eval(),
        scheduler=build_scheduler(dict(base.scheduler.config), run.recipe.grid),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipe.set_progress_bar_config(disable=True)
    try:
        yield pipe
    finally:
        run.resume()


def sample(run: TurboRun, prompts: list[str], steps: int) -> list[Image.Image]:
    """Generate one picture of each prompt with the run's averaged student, without guidance."""
    with distilled(run) as pipe:
        generators = [torch.Generator("cpu").manual_seed(k) for k in range(len(prompts))]
        images: list[Image.Image] = pipe(
            prompts, num_inference_steps=steps, guidance_scale=1.0, generator=generators
        ).images
    return images
