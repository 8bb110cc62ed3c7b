"""Train the flow model on encoded scenes; a killed run goes on where it stopped."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import torch
from diffusers import AutoencoderKL

from dialed_generator.vignette.assembly import sheet
from dialed_generator.vignette.captioned import Draw
from dialed_generator.vignette.files import Log, Throttle, planned_minutes
from dialed_generator.vignette.flow.pipeline import assemble, generate
from dialed_generator.vignette.flow.run import FlowRun
from dialed_generator.vignette.flow.settings import FlowRecipe
from dialed_generator.vignette.scenes import Scene


class Quarters:
    """Mean loss in each quarter of the time of the flow since it was last told."""

    def __init__(self) -> None:
        self.sums, self.counts = torch.zeros(4), torch.zeros(4)

    def add(self, times: torch.Tensor, losses: torch.Tensor) -> None:
        """Add the samples of one step."""
        quarter = (times * 4).long().clamp(0, 3)
        self.sums.index_add_(0, quarter, losses)
        self.counts.index_add_(0, quarter, torch.ones_like(losses))

    def tell(self) -> list[float]:
        """Return the four means and start anew."""
        means = [round(float(v), 4) for v in self.sums / self.counts.clamp(min=1)]
        self.sums.zero_()
        self.counts.zero_()
        return means


def train_flow(
    work: Path,
    recipe: FlowRecipe,
    vae: AutoencoderKL,
    latents: torch.Tensor,
    scenes: Sequence[Scene],
    prompts: Sequence[str],
) -> FlowRun:
    """Train for the recipe's minutes, resuming a killed run; return the finished run.

    The first phase learns the flow of pictures with captions; in the last share of the time the
    model learns to give its own guided velocity when told a guidance scale.

    Args:
        work: Folder of the run: checkpoint ``flow.pt``, log ``flow.jsonl``, sample sheets.
        recipe: Sizes and lengths.
        vae: Decodes the sample sheets.
        latents: Encoded square scenes (N, 12, 16, 16).
        scenes: The scenes, in the same order.
        prompts: What the sample sheets show.
    """
    run = FlowRun(work, recipe)
    log, throttle, quarters = Log(work, "flow"), Throttle(work), Quarters()
    run.start(log)
    draw = Draw(latents, scenes, recipe.seed + run.step)
    torch.manual_seed(recipe.seed + run.step)
    saved = drawn = told = run.spent
    told_samples = run.samples
    total = 60 * planned_minutes(work, "flow", recipe.minutes)
    while run.spent < total or run.teacher is None:  # at least one step of either phase
        begun = time.monotonic()
        if run.teacher is None and run.spent >= total * (1 - recipe.distilled_share):
            run.save()
            run.start_distillation()
            log(distilling=str(run.step))
        length, count = run.length()
        try:
            quarters.add(*run.learn(*draw(count), length, run.rate(total)))
        except KeyboardInterrupt:
            run.save()
            raise
        run.spent += min(10.0, time.monotonic() - begun)
        throttle.step()
        if run.step % 25 == 0:
            total = 60 * planned_minutes(work, "flow", recipe.minutes)
        if run.spent - told > 30:
            log(
                step=run.step,
                spent=round(run.spent),
                samples=run.samples,
                per_second=round((run.samples - told_samples) / (run.spent - told), 1),
                rate=round(run.rate(total), 6),
                quarters=quarters.tell(),
            )
            told, told_samples = run.spent, run.samples
        if run.spent - saved > recipe.checkpoint_seconds:
            saved = run.spent
            run.save()
        if run.spent - drawn > recipe.sheet_seconds:
            drawn = run.spent
            write_sheet(run, vae, prompts)
    run.save()
    return run


def write_sheet(run: FlowRun, vae: AutoencoderKL, prompts: Sequence[str]) -> None:
    """Write ``flow-<samples>.png``: one picture of each prompt, guided as the phase allows."""
    pipe = assemble(run.average, vae)
    embedded = run.teacher is not None
    images = generate(
        pipe,
        list(prompts),
        list(range(len(prompts))),
        steps=15,
        guidance=3.5 if embedded else 1.0,
        true_cfg=1.0 if embedded else 3.5,
    )
    sheet(images, 4).save(run.work / f"flow-{run.samples:07d}.png")
