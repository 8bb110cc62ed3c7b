"""The state of a distillation, and one step of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel

from dialed_generator.vignette.files import load_checkpoint, save_checkpoint
from dialed_generator.vignette.turbo.consistency import Denoiser, Distillation, distance
from dialed_generator.vignette.turbo.lora import add_lora, largest_rank
from dialed_generator.vignette.turbo.settings import TurboRecipe

NAME = "turbo"
WARM_STEPS = 30
AVERAGE = 0.98
DECAY_SHARE = 0.3


def denoiser(unet: UNet2DConditionModel) -> Denoiser:
    """Return a UNet as a plain function of latents, timesteps and text."""

    def predict(states: torch.Tensor, steps: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = unet(states, steps, encoder_hidden_states=text).sample
        return found.float()

    return predict


class TurboRun:
    """One distillation: frozen teacher, student with a LoRA, its average, optimiser, progress.

    Args:
        work: Folder of the run.
        recipe: Sizes and lengths.
        base: The base model's pipeline in single precision.
        student: A second copy of the base's UNet, which gets the LoRA.
    """

    def __init__(
        self,
        work: Path,
        recipe: TurboRecipe,
        base: StableDiffusionPipeline,
        student: UNet2DConditionModel,
    ) -> None:
        self.work, self.recipe, self.base = work, recipe, base
        torch.manual_seed(recipe.seed)
        self.teacher = base.unet.eval().requires_grad_(False)
        self.rank = largest_rank(student, recipe.bytes_most)
        self.student = student
        self.weights = add_lora(student, self.rank, NAME)
        self.average = [weight.detach().clone() for weight in self.weights]
        self.optimiser = torch.optim.AdamW(
            self.weights, lr=recipe.rate, betas=(0.9, 0.99), weight_decay=0.0
        )
        self.rules = Distillation(recipe.grid, recipe.hop, recipe.stride, recipe.guidance)
        with torch.no_grad():
            self.nothing = self._text([""])
        self.spent, self.step, self.samples = 0.0, 0, 0

    @property
    def path(self) -> Path:
        """Where the checkpoint lies."""
        return self.work / "turbo.pt"

    def load(self) -> bool:
        """Continue from the checkpoint; return False where there is none."""
        state = load_checkpoint(self.path)
        if state is None:
            return False
        self._put(state["weights"])
        self.average = list(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.spent, self.step = float(state["spent"]), int(state["step"])
        self.samples = int(state["samples"])
        return True

    def save(self) -> None:
        """Write the checkpoint."""
        state: dict[str, Any] = {
            "weights": [weight.detach() for weight in self.weights],
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "spent": self.spent,
            "step": self.step,
            "samples": self.samples,
        }
        save_checkpoint(self.path, state)

    def _put(self, values: list[torch.Tensor]) -> None:
        with torch.no_grad():
            for weight, value in zip(self.weights, values, strict=True):
                weight.copy_(value)

    def averaged(self) -> UNet2DConditionModel:
        """Return the student with its averaged weights, for sampling and publishing.

        Call `resume` before the next step.
        """
        self._kept = [weight.detach().clone() for weight in self.weights]
        self._put(self.average)
        return self.student

    def resume(self) -> None:
        """Put the weights of the training back after `averaged`."""
        self._put(self._kept)

    def rate(self, total: float) -> float:
        """Return the learning rate: warm-up, constant, linear to nought."""
        left = max(0.02, 1 - self.spent / total) / DECAY_SHARE
        return self.recipe.rate * min(1.0, (self.step + 1) / WARM_STEPS) * min(1.0, left)

    def _text(self, texts: list[str]) -> torch.Tensor:
        ids = self.base.tokenizer(
            texts,
            padding="max_length",
            max_length=self.base.tokenizer.model_max_length,
            truncation=True,
            return_tensors="pt",
        ).input_ids
        hidden: torch.Tensor = self.base.text_encoder(ids).last_hidden_state
        return hidden

    def learn(self, latents: torch.Tensor, texts: list[str], rate: float) -> torch.Tensor:
        """Take one step on clean latents (B, C, H, W) and captions; return each sample's loss."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        rules, student, teacher = self.rules, denoiser(self.student), denoiser(self.teacher)
        steps = rules.draw(len(latents))
        states = rules.noisy(latents, steps)
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                text = self._text(texts)
                before, earlier = rules.earlier(teacher, states, steps, text, self.nothing)
                wanted = rules.picture(student, before, earlier, text)
            losses = distance(rules.picture(student, states, steps, text), wanted)
        self.optimiser.zero_grad()
        losses.mean().backward()
        torch.nn.utils.clip_grad_norm_(self.weights, 1.0)
        self.optimiser.step()
        self.step += 1
        self.samples += len(latents)
        keep = min(AVERAGE, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(
                self.average, [weight.detach() for weight in self.weights], 1 - keep
            )
        return losses.detach()
