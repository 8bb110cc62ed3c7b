"""The state of the flow model's training, and one step of each of its two phases."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import torch
from diffusers import FluxTransformer2DModel
from torch.nn.attention import SDPBackend, sdpa_kernel

from dialed_generator.vignette.files import Log, load_checkpoint, save_checkpoint
from dialed_generator.vignette.flow.settings import FlowRecipe
from dialed_generator.vignette.flow.text import LENGTHS, Texts, teach_attributes
from dialed_generator.vignette.flow.transformer import (
    build_transformer,
    draw_times,
    pack,
    velocity,
)

WARM_STEPS = 100
AVERAGE = 0.998
DISTILLED_RATE = 0.25
"""Learning rate at the start of the guidance distillation, as a share of the first phase's."""
DECAY_SHARE = 0.25
"""Last share of each phase in which the learning rate falls."""
LONGEST_COMPILED = 32
GUIDANCE_RANGE = (1.0, 8.0)
PLAIN_SHARE = 0.2
"""Share of the distillation's samples that keep guidance 1 and learn from pictures."""


class FlowRun:
    """One training run: transformer, text encoders, averages, optimisers, progress."""

    def __init__(self, work: Path, recipe: FlowRecipe) -> None:
        self.work, self.recipe = work, recipe
        torch.manual_seed(recipe.seed)
        self.both = torch.nn.ModuleDict(
            {"transformer": build_transformer(recipe), "texts": Texts(recipe)}
        )
        self.average = copy.deepcopy(self.both)
        if recipe.compiled:
            self.transformer.compile_repeated_blocks(dynamic=False)
        self.teacher: torch.nn.ModuleDict | None = None
        self.spent, self.step, self.samples = 0.0, 0, 0
        self.lot = random.Random(recipe.seed)
        self._begin(distilling=False)

    @property
    def path(self) -> Path:
        """Where the checkpoint lies."""
        return self.work / "flow.pt"

    @property
    def transformer(self) -> FluxTransformer2DModel:
        """The transformer in training."""
        return self.both["transformer"]

    @property
    def texts(self) -> Texts:
        """The text encoders in training."""
        texts = self.both["texts"]
        assert isinstance(texts, Texts)
        return texts

    def _begin(self, *, distilling: bool) -> None:
        guidance = self.transformer.time_text_embed.guidance_embedder
        guidance.requires_grad_(distilling)
        self.texts.requires_grad_(not distilling)
        matrices: list[torch.nn.Parameter] = []
        others: list[torch.nn.Parameter] = []
        for name, weight in self.both.named_parameters():
            inner = "transformer_blocks" in name and weight.dim() == 2 and "norm" not in name
            if weight.requires_grad:
                (matrices if inner else others).append(weight)
        self.weights: list[torch.Tensor] = [*matrices, *others]
        # Orthogonalised momentum for the matrices inside the blocks: fewer samples for the same
        # loss. Its rate is scaled so that updates are as large as AdamW's.
        self.optimisers: list[torch.optim.Optimizer] = [
            torch.optim.Muon(
                matrices,
                lr=self.recipe.rate,
                weight_decay=0.01,
                adjust_lr_fn="match_rms_adamw",
            ),
            torch.optim.AdamW(others, lr=self.recipe.rate, betas=(0.9, 0.99), weight_decay=0.0),
        ]

    def load(self) -> bool:
        """Continue from the checkpoint; return False where there is none."""
        state = load_checkpoint(self.path)
        if state is None:
            return False
        self.both.load_state_dict(state["both"])
        self.average.load_state_dict(state["average"])
        if state["teacher"] is not None:
            self.start_distillation()
            assert self.teacher is not None
            self.teacher.load_state_dict(state["teacher"])
            self.both.load_state_dict(state["both"])
        for optimiser, stored in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(stored)
        self.spent, self.step = float(state["spent"]), int(state["step"])
        self.samples = int(state["samples"])
        self.lot = random.Random(self.recipe.seed + self.step)
        return True

    def save(self) -> None:
        """Write the checkpoint."""
        state: dict[str, Any] = {
            "both": self.both.state_dict(),
            "average": self.average.state_dict(),
            "teacher": None if self.teacher is None else self.teacher.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "spent": self.spent,
            "step": self.step,
            "samples": self.samples,
        }
        save_checkpoint(self.path, state)

    def start(self, log: Log) -> None:
        """Teach the text encoders to name attributes, unless a checkpoint is there."""
        if self.load():
            return
        loss = teach_attributes(
            self.texts,
            self.transformer.time_text_embed.text_embedder,
            self.transformer.context_embedder,
            self.transformer.inner_dim,
            self.recipe.text_steps,
            self.recipe.seed,
        )
        log(text_loss=round(loss, 4))
        self.average.load_state_dict(self.both.state_dict())
        self.save()

    def start_distillation(self) -> None:
        """Make the average the teacher and the student; from here on the text encoders rest."""
        self.teacher = copy.deepcopy(self.average).eval().requires_grad_(False)
        self.both.load_state_dict(self.average.state_dict())
        self._begin(distilling=True)

    def rate(self, total: float) -> float:
        """Return the learning rate: warm-up, constant, linear to nought, for each phase."""
        change = total * (1 - self.recipe.distilled_share)
        if self.teacher is None:
            left, top = 1 - self.spent / change, self.recipe.rate
            top *= min(1.0, (self.step + 1) / WARM_STEPS)
        else:
            left = 1 - (self.spent - change) / (total - change)
            top = self.recipe.rate * DISTILLED_RATE
        return top * min(1.0, max(0.02, left / DECAY_SHARE))

    def length(self) -> tuple[int, int]:
        """Draw the length of the text and the batch that goes with it."""
        lengths, shares = zip(*LENGTHS, strict=True)
        length = self.lot.choices(lengths, shares)[0]
        return length, max(2, self.recipe.batch * 64 // max(64, length))

    def learn(
        self, latents: torch.Tensor, texts: list[str], length: int, rate: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Take one step.

        Args:
            latents: Clean latents (B, 12, H, W).
            texts: Their captions.
            length: Tokens to which the captions are padded or cut.
            rate: Learning rate.

        Returns:
            The times and the loss of each sample.
        """
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
            optimiser.zero_grad()
        clean = pack(latents)
        noise, times = torch.randn_like(clean), draw_times(len(clean))
        at = times[:, None, None]
        # For so few tokens the plain attention is faster than the fused one, above all backwards.
        # Rare lengths are not worth a compilation.
        stance = "force_eager" if length > LONGEST_COMPILED else "default"
        with (
            torch.autocast("cpu", torch.bfloat16),
            sdpa_kernel(SDPBackend.MATH),
            torch.compiler.set_stance(stance),
        ):
            pooled, tokens = self.texts(texts, length)
            if self.teacher is None:
                guidance, wanted = torch.ones(len(clean)), noise - clean
            else:
                guidance, wanted = self._guided(clean, noise, times, pooled, tokens, length)
            mixed = (1 - at) * clean + at * noise
            found = velocity(self.transformer, mixed, times, pooled, tokens, guidance)
            losses = (found - wanted).square().mean((1, 2)) / guidance
        losses.mean().backward()
        torch.nn.utils.clip_grad_norm_(self.weights, 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
        self.step += 1
        self.samples += len(latents)
        keep = min(AVERAGE, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(
                list(self.average.parameters()), list(self.both.parameters()), 1 - keep
            )
        return times, losses.detach()

    def _guided(
        self,
        clean: torch.Tensor,
        noise: torch.Tensor,
        times: torch.Tensor,
        pooled: torch.Tensor,
        tokens: torch.Tensor,
        length: int,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Draw guidance scales; return them and the teacher's guided velocities.

        As in Meng et al., "On Distillation of Guided Diffusion Models" (2210.03142), stage one.
        """
        assert self.teacher is not None
        low, high = GUIDANCE_RANGE
        guidance = low + (high - low) * torch.rand(len(clean))
        plain = torch.rand(len(clean)) < PLAIN_SHARE
        guidance[plain] = 1.0
        at = times[:, None, None]
        mixed = (1 - at) * clean + at * noise
        with torch.no_grad():
            nothing, no_tokens = self.texts([""], length)
            found = velocity(
                self.teacher["transformer"],
                torch.cat([mixed, mixed]),
                torch.cat([times, times]),
                torch.cat([pooled, nothing.expand_as(pooled)]),
                torch.cat([tokens, no_tokens.expand_as(tokens)]),
                torch.ones(2 * len(clean)),
            )
            asked, free = found.chunk(2)
            wanted = free + guidance[:, None, None] * (asked - free)
        wanted[plain] = (noise - clean)[plain]
        return guidance, wanted
