"""Latent consistency distillation: every state of a guided run shall lead to the same picture.

Method and boundary condition: Luo et al., "Latent Consistency Models" (2310.04378) and "LCM-LoRA"
(2311.05556); the numbers of the boundary condition are those of diffusers' ``LCMScheduler``.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from diffusers import LCMScheduler

from dialed_generator.vignette.denoiser import TRAIN_STEPS, alphas_cumprod

Denoiser = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
"""Noisy latents (B, C, H, W), timesteps (B,), text (B, L, D) -> v-prediction (B, C, H, W)."""

_SIGMA_DATA, _TIME_SCALE = 0.5, 10.0
_SOFTNESS = 1e-3


def build_scheduler(config: dict[str, object], grid: int) -> LCMScheduler:
    """Build the scheduler of the distilled model on the base model's noise schedule.

    Args:
        config: Scheduler configuration of the base model.
        grid: Number of timesteps on which the distillation worked.
    """
    names = ("num_train_timesteps", "beta_start", "beta_end", "beta_schedule", "prediction_type")
    return LCMScheduler(
        **{name: config[name] for name in names},
        original_inference_steps=grid,
        timestep_scaling=_TIME_SCALE,
        steps_offset=1,  # without effect here; pipelines warn about any other value
    )


class Distillation:
    """The targets and the loss of the distillation.

    Args:
        grid: Number of timesteps on which the student is asked.
        hop: Timesteps between the two states that shall agree. The larger it is, the fewer hops
            news from the clean end needs to travel to the noisy end.
        stride: Steps in which the teacher walks one hop.
        guidance: Guidance scale of the teacher.
    """

    def __init__(self, grid: int, hop: int, stride: int, guidance: float) -> None:
        self.spacing, self.jump = TRAIN_STEPS // grid, hop // stride
        self.grid, self.stride, self.guidance = grid, stride, guidance
        self.bars = torch.cat([torch.ones(1), alphas_cumprod()])
        """Alpha-bar by timestep + 1, so that the picture itself (timestep -1) has a place too."""

    def draw(self, count: int) -> torch.Tensor:
        """Draw timesteps of the grid, stratified, (B,)."""
        places = (torch.arange(count) + torch.rand(count)) / count * self.grid
        steps = (places.long().clamp(max=self.grid - 1) + 1) * self.spacing - 1
        return steps[torch.randperm(count)]

    def bar(self, steps: torch.Tensor) -> torch.Tensor:
        """Return alpha-bar of timesteps, (B, 1, 1, 1)."""
        return self.bars[steps + 1][:, None, None, None]

    def noisy(self, latents: torch.Tensor, steps: torch.Tensor) -> torch.Tensor:
        """Return latents with the noise of their timesteps."""
        bar = self.bar(steps)
        return bar.sqrt() * latents + (1 - bar).sqrt() * torch.randn_like(latents)

    def picture(
        self, model: Denoiser, states: torch.Tensor, steps: torch.Tensor, text: torch.Tensor
    ) -> torch.Tensor:
        """Return where a consistency model says that states lead: clean latents.

        At timestep 0 and below the state itself is the answer, whatever the model says.
        """
        bar = self.bar(steps)
        clean = bar.sqrt() * states - (1 - bar).sqrt() * model(states, steps.clamp(min=0), text)
        scaled = steps.clamp(min=0).float()[:, None, None, None] * _TIME_SCALE
        total = scaled.square() + _SIGMA_DATA**2
        return _SIGMA_DATA**2 / total * states + scaled / total.sqrt() * clean

    def earlier(
        self,
        teacher: Denoiser,
        states: torch.Tensor,
        steps: torch.Tensor,
        text: torch.Tensor,
        nothing: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Let the teacher walk one hop in guided DDIM steps; return the new states and timesteps.

        Args:
            teacher: The base model.
            states: Noisy latents (B, C, H, W).
            steps: Their timesteps (B,).
            text: Hidden states of the prompts (B, L, D).
            nothing: Hidden states of the empty prompt (1, L, D).
        """
        both = torch.cat([text, nothing.expand_as(text)])
        for _ in range(self.stride):
            found = teacher(
                torch.cat([states, states]), torch.cat([steps, steps]).clamp(min=0), both
            )
            asked, free = found.chunk(2)
            v = free + self.guidance * (asked - free)
            bar, after = self.bar(steps), (steps - self.jump).clamp(min=-1)
            clean = bar.sqrt() * states - (1 - bar).sqrt() * v
            noise = (1 - bar).sqrt() * states + bar.sqrt() * v
            done = (steps < 0)[:, None, None, None]
            bar = self.bar(after)
            states = torch.where(done, states, bar.sqrt() * clean + (1 - bar).sqrt() * noise)
            steps = after
        return states, steps


def distance(found: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Return the pseudo-Huber distance of each sample, (B,)."""
    error = (found.float() - wanted.float()).square()
    return ((error + _SOFTNESS**2).sqrt() - _SOFTNESS).mean((1, 2, 3))
