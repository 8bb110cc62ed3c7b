"""The denoiser: a small UNet on 16x16x12 latents, its noise schedule and its loss."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from diffusers import DPMSolverMultistepScheduler, UNet2DConditionModel

from dialed_generator.vignette.autoencoder import LATENT_CHANNELS

TRAIN_STEPS = 1000
BETA_START, BETA_END = 0.00085, 0.03
"""Scaled-linear betas. The usual end of 0.012 leaves alpha-bar 0.0047 at the last step: the mean
colour of the picture still shows through, and time of day would follow the noise, not the prompt."""
NOISY_SHARE = 0.25
"""Share of the timesteps drawn from the noisy end only, on top of the even draw."""
NOISY_FROM = 650


def build_denoiser(
    widths: tuple[int, ...], text_width: int, size: int = 16
) -> UNet2DConditionModel:
    """Build an untrained denoiser.

    The prompt enters twice: through cross-attention on every level but the finest, and pooled
    into the time embedding (``addition_embed_type="text"``), which is what makes large
    attributes such as time of day follow the prompt early in training.
    """
    levels = len(widths)
    return UNet2DConditionModel(
        sample_size=size,
        in_channels=LATENT_CHANNELS,
        out_channels=LATENT_CHANNELS,
        down_block_types=("DownBlock2D",) + ("CrossAttnDownBlock2D",) * (levels - 1),
        up_block_types=("CrossAttnUpBlock2D",) * (levels - 1) + ("UpBlock2D",),
        mid_block_type="UNetMidBlock2DCrossAttn",
        block_out_channels=widths,
        layers_per_block=1,
        norm_num_groups=8,
        cross_attention_dim=text_width,
        attention_head_dim=4,
        addition_embed_type="text",
        addition_embed_type_num_heads=4,
        resnet_time_scale_shift="scale_shift",
    )


def build_scheduler() -> DPMSolverMultistepScheduler:
    """Build the published default scheduler: DPM-Solver++ 2M on this model's noise schedule."""
    return DPMSolverMultistepScheduler(
        num_train_timesteps=TRAIN_STEPS,
        beta_start=BETA_START,
        beta_end=BETA_END,
        beta_schedule="scaled_linear",
        prediction_type="v_prediction",
        timestep_spacing="trailing",
        steps_offset=1,  # without effect on trailing steps; pipelines warn about any other value
        algorithm_type="dpmsolver++",
        solver_order=2,
        solver_type="midpoint",
        final_sigmas_type="zero",
    )


def alphas_cumprod() -> torch.Tensor:
    """Return alpha-bar for each of the `TRAIN_STEPS` timesteps."""
    betas = torch.linspace(BETA_START**0.5, BETA_END**0.5, TRAIN_STEPS).square()
    return torch.cumprod(1 - betas, 0)


def draw_timesteps(count: int) -> torch.Tensor:
    """Draw timesteps: most evenly over the schedule (stratified), the rest from its noisy end."""
    noisy = round(count * NOISY_SHARE)
    even = (torch.arange(count - noisy) + torch.rand(count - noisy)) / (count - noisy)
    late = NOISY_FROM + (torch.arange(noisy) + torch.rand(noisy)) / max(1, noisy) * (
        TRAIN_STEPS - NOISY_FROM
    )
    steps = torch.cat([even * TRAIN_STEPS, late]).long().clamp(0, TRAIN_STEPS - 1)
    return steps[torch.randperm(count)]


def denoising_loss(
    model: UNet2DConditionModel,
    latents: torch.Tensor,
    text: torch.Tensor,
    steps: torch.Tensor,
    bars: torch.Tensor,
) -> torch.Tensor:
    """Return the v-prediction error of each sample.

    Args:
        model: The denoiser.
        latents: Clean latents (B, 12, H, W).
        text: Hidden states of the prompt (B, L, D).
        steps: Timesteps (B,).
        bars: `alphas_cumprod`.

    Returns:
        Mean squared errors, (B,).
    """
    bar = bars[steps][:, None, None, None]
    noise = torch.randn_like(latents)
    noisy = bar.sqrt() * latents + (1 - bar).sqrt() * noise
    wanted = bar.sqrt() * noise - (1 - bar).sqrt() * latents
    found = model(noisy, steps, encoder_hidden_states=text).sample.float()
    return F.mse_loss(found, wanted, reduction="none").mean((1, 2, 3))
