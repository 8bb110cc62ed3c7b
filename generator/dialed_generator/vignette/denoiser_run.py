"""The state of a denoiser's training, and one step of it."""

from __future__ import annotations

import copy
from pathlib import Path

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextModel, CLIPTokenizer

from dialed_generator.vignette.assembly import Parts
from dialed_generator.vignette.denoiser import build_denoiser, denoising_loss, draw_timesteps
from dialed_generator.vignette.files import Log, load_checkpoint, save_checkpoint
from dialed_generator.vignette.settings import Recipe
from dialed_generator.vignette.text import (
    build_text_encoder,
    build_tokenizer,
    take_over,
    teach_attributes,
    tokens_of,
)

RATE = 1.4e-3
CONTINUED_RATE = 1.0e-3
"""Highest learning rate when training goes on from published weights."""
WARM_STEPS = 150
AVERAGE = 0.998


class DenoiserRun:
    """The state of one training run of the denoiser: models, averages, optimiser, progress."""

    def __init__(self, work: Path, recipe: Recipe, latent_size: int) -> None:
        self.work, self.recipe = work, recipe
        torch.manual_seed(recipe.seed + 1)
        self.tokenizer = build_tokenizer()
        self.unet = build_denoiser(recipe.unet_widths, recipe.text_width, latent_size)
        self.encoder = build_text_encoder(self.tokenizer, recipe.text_width, recipe.text_layers)
        self.both = torch.nn.ModuleDict({"unet": self.unet, "text": self.encoder})
        self.mean_unet, self.mean_encoder = copy.deepcopy(self.unet), copy.deepcopy(self.encoder)
        self.average = torch.nn.ModuleDict({"unet": self.mean_unet, "text": self.mean_encoder})
        self.weights: list[torch.Tensor] = list(self.both.parameters())
        self.means: list[torch.Tensor] = list(self.average.parameters())
        self.optimiser = torch.optim.AdamW(
            self.weights, lr=RATE, betas=(0.9, 0.99), weight_decay=0.01
        )
        self.spent, self.step, self.samples = 0.0, 0, 0
        self.peak = RATE

    @property
    def path(self) -> Path:
        """Where the checkpoint lies."""
        return self.work / "unet.pt"

    def load(self) -> bool:
        """Continue from the checkpoint; return False where there is none."""
        state = load_checkpoint(self.path)
        if state is None:
            return False
        self.both.load_state_dict(state["both"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.spent, self.step = float(state["spent"]), int(state["step"])
        self.samples = int(state["samples"])
        return True

    def save(self) -> None:
        """Write the checkpoint."""
        state = {
            "both": self.both.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "spent": self.spent,
            "step": self.step,
            "samples": self.samples,
        }
        save_checkpoint(self.path, state)

    def start(self, log: Log, known: Path | None = None) -> None:
        """Teach the text encoder to name attributes, unless a checkpoint is there.

        Args:
            log: Told the lesson's last loss.
            known: Published folder to go on from. Then only new words are taught: what they
                give must be told apart by the encoder that is already there.
        """
        self.peak = RATE if known is None else CONTINUED_RATE
        if self.load():
            return
        only = None if known is None else self._take_over(known)
        loss = teach_attributes(
            self.tokenizer,
            self.encoder,
            self.unet.add_embedding,
            self.unet.time_embedding.linear_2.out_features,
            self.recipe.text_steps if only is None else self.recipe.text_steps // 3,
            self.recipe.seed,
            only,
        )
        log(text_loss=round(loss, 4))
        self.average.load_state_dict(self.both.state_dict())

    def _take_over(self, folder: Path) -> list[int]:
        published = UNet2DConditionModel.from_pretrained(folder / "unet").float()
        self.unet.load_state_dict(published.state_dict())
        return take_over(
            self.tokenizer,
            self.encoder,
            CLIPTokenizer.from_pretrained(folder / "tokenizer"),
            CLIPTextModel.from_pretrained(folder / "text_encoder"),
        )

    def parts(self, vae: AutoencoderKL) -> Parts:
        """Return the averaged model, for sampling and publishing."""
        return Parts(self.tokenizer, self.mean_encoder.eval(), vae, self.mean_unet.eval())

    def rate(self, total: float) -> float:
        """Return the learning rate: a short warm-up, constant, then linear to nought."""
        left = max(0.0, 1 - self.spent / total) / self.recipe.decay_share
        return self.peak * min(1.0, (self.step + 1) / WARM_STEPS) * min(1.0, max(0.005, left))

    def learn(
        self, latents: torch.Tensor, texts: list[str], bars: torch.Tensor, rate: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Take one step.

        Args:
            latents: Clean latents (B, 12, H, W).
            texts: Their captions.
            bars: Alpha-bar of every timestep.
            rate: Learning rate.

        Returns:
            The timesteps and the loss of each sample.
        """
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        steps = draw_timesteps(len(latents))
        with torch.autocast("cpu", torch.bfloat16):
            hidden = self.encoder(tokens_of(self.tokenizer, texts)).last_hidden_state
            losses = denoising_loss(self.unet, latents, hidden, steps, bars)
        self.optimiser.zero_grad()
        losses.mean().backward()
        torch.nn.utils.clip_grad_norm_(self.weights, 1.0)
        self.optimiser.step()
        self.step += 1
        self.samples += len(latents)
        keep = min(AVERAGE, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(self.means, self.weights, 1 - keep)
        return steps, losses.detach()
