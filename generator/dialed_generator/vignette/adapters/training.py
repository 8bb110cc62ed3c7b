"""Train a few weights on a frozen base model for some minutes; a killed run goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from diffusers import StableDiffusionPipeline

from dialed_generator.vignette.adapters.settings import AdapterRecipe
from dialed_generator.vignette.files import (
    Log,
    Throttle,
    load_checkpoint,
    planned_minutes,
    save_checkpoint,
)

WARM_STEPS = 20
DECAY_SHARE = 0.4
FRESH_RATE = 5.0

Step = Callable[[], torch.Tensor]
"""Draws a batch and returns each sample's loss, (B,)."""


class AdapterRun:
    """The state of one adapter's training.

    Args:
        work: Folder of the run; the checkpoint is ``<name>.pt`` there.
        name: Name of the adapter.
        recipe: Sizes and lengths.
        weights: What is trained.
        fresh: What is trained too, `FRESH_RATE` times as fast, because it starts from nothing.
    """

    def __init__(
        self,
        work: Path,
        name: str,
        recipe: AdapterRecipe,
        weights: list[torch.nn.Parameter],
        fresh: Sequence[torch.nn.Parameter] = (),
    ) -> None:
        self.work, self.name, self.recipe = work, name, recipe
        self.weights = [*weights, *fresh]
        groups = [{"params": weights, "times": 1.0}]
        if fresh:
            groups.append({"params": list(fresh), "times": FRESH_RATE})
        self.optimiser = torch.optim.AdamW(
            groups, lr=recipe.rate, betas=(0.9, 0.99), weight_decay=0.0
        )
        self.spent, self.step, self.samples = 0.0, 0, 0

    @property
    def path(self) -> Path:
        """Where the checkpoint lies."""
        return self.work / f"{self.name}.pt"

    def load(self) -> bool:
        """Continue from the checkpoint; return False where there is none."""
        state = load_checkpoint(self.path)
        if state is None:
            return False
        with torch.no_grad():
            for weight, value in zip(self.weights, state["weights"], strict=True):
                weight.copy_(value)
        self.optimiser.load_state_dict(state["optimiser"])
        self.spent, self.step = float(state["spent"]), int(state["step"])
        self.samples = int(state["samples"])
        return True

    def save(self) -> None:
        """Write the checkpoint."""
        state: dict[str, Any] = {
            "weights": [weight.detach() for weight in self.weights],
            "optimiser": self.optimiser.state_dict(),
            "spent": self.spent,
            "step": self.step,
            "samples": self.samples,
        }
        save_checkpoint(self.path, state)

    def rate(self, total: float) -> float:
        """Return the learning rate: warm-up, constant, linear to nought."""
        left = max(0.02, 1 - self.spent / total) / DECAY_SHARE
        return self.recipe.rate * min(1.0, (self.step + 1) / WARM_STEPS) * min(1.0, left)

    def fit(self, step: Step) -> None:
        """Train for the recipe's minutes, from the checkpoint on if there is one."""
        self.load()
        log, throttle = Log(self.work, self.name), Throttle(self.work)
        torch.manual_seed(self.recipe.seed + self.step)
        total = 60 * planned_minutes(self.work, self.name, self.recipe.minutes)
        saved = told = self.spent
        mean = 0.0
        while self.spent < total:
            begun = time.monotonic()
            for group in self.optimiser.param_groups:
                group["lr"] = self.rate(total) * group["times"]
            losses = step()
            self.optimiser.zero_grad()
            losses.mean().backward()
            torch.nn.utils.clip_grad_norm_(self.weights, 1.0)
            self.optimiser.step()
            self.step += 1
            self.samples += len(losses)
            loss = float(losses.detach().mean())
            mean = loss if mean == 0.0 else mean + 0.05 * (loss - mean)
            self.spent += min(10.0, time.monotonic() - begun)
            throttle.step()
            total = 60 * planned_minutes(self.work, self.name, self.recipe.minutes)
            if self.spent - told > 30:
                told = self.spent
                log(step=self.step, spent=round(told), samples=self.samples, loss=round(mean, 4))
            if self.spent - saved > self.recipe.checkpoint_seconds:
                saved = self.spent
                self.save()
        self.save()


def hidden_states(pipe: StableDiffusionPipeline, texts: list[str]) -> torch.Tensor:
    """Return the hidden states (B, L, D) of prompts, as the pipeline makes them."""
    ids = pipe.tokenizer(
        texts,
        padding="max_length",
        max_length=pipe.tokenizer.model_max_length,
        truncation=True,
        return_tensors="pt",
    ).input_ids
    with torch.no_grad():
        hidden: torch.Tensor = pipe.text_encoder(ids).last_hidden_state
    return hidden
