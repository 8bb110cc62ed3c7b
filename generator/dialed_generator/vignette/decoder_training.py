"""Sharpen the decoder after the encoder is fixed: the latents, and so the denoiser, stay valid."""

from __future__ import annotations

import math
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from diffusers import AutoencoderKL

from dialed_generator.vignette.autoencoder import decode, encode_mean, picture_loss
from dialed_generator.vignette.dataset import held_out_pictures, to_tensor
from dialed_generator.vignette.files import (
    Log,
    Throttle,
    load_checkpoint,
    planned_minutes,
    save_checkpoint,
)
from dialed_generator.vignette.settings import Recipe
from dialed_generator.vignette.vae_training import EXTRA_SHARE, measure

RATE = 1.5e-3
FAULT = 0.25
"""Largest noise on a latent, as a share of its channel's spread.

A denoiser's latents are never quite right. A decoder that has only seen right ones turns small faults
into smears; most draws are far below this, so right latents are still decoded well.
"""
CROP = 8
"""Side of a latent crop: 64 px of picture."""
WHOLE_FROM = 0.6
"""Share of the training after which whole pictures replace crops: only they teach the rim."""


class Crops:
    """Draws crops of pictures and of their latents, now and then of an extra style."""

    def __init__(
        self,
        pixels: npt.NDArray[np.uint8],
        latents: torch.Tensor,
        extras: npt.NDArray[np.uint8],
        extra_latents: torch.Tensor,
    ) -> None:
        self._usual, self._extra = (pixels, latents), (extras, extra_latents)

    def __call__(
        self, count: int, crop: int, lot: np.random.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return `count` picture crops of `8 * crop` pixels a side, and their latents."""
        pictures, codes = [], []
        for extra in lot.random(count) < EXTRA_SHARE:
            pixels, latents = self._extra if extra else self._usual
            k = int(lot.integers(0, len(pixels)))
            y, x = lot.integers(0, latents.shape[-1] - crop + 1, 2)
            pictures.append(pixels[k, 8 * y : 8 * (y + crop), 8 * x : 8 * (x + crop)])
            codes.append(latents[k, :, y : y + crop, x : x + crop])
        return to_tensor(np.stack(pictures)), torch.stack(codes)


def encode_all(vae: AutoencoderKL, pixels: npt.NDArray[np.uint8], batch: int = 50) -> torch.Tensor:
    """Return the latents of pictures (N, S, S, 3) as (N, 12, S/8, S/8)."""
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        parts = [
            encode_mean(vae, to_tensor(pixels[start : start + batch])).float()
            for start in range(0, len(pixels), batch)
        ]
    return torch.cat(parts)


def polish_decoder(
    work: Path,
    recipe: Recipe,
    vae: AutoencoderKL,
    pixels: npt.NDArray[np.uint8],
    latents: torch.Tensor,
    extras: npt.NDArray[np.uint8],
) -> float:
    """Train only the decoder, in place, for the recipe's minutes; resume a killed run.

    A decoder step costs less than half of a step of the whole autoencoder, and it can run beside
    or after the denoiser's training because the latents do not change.

    Args:
        work: Folder of the training run.
        recipe: Sizes and lengths.
        vae: Autoencoder with whitening folded in; its decoder is changed.
        pixels: Training pictures (N, S, S, 3).
        latents: Their latents (N, 12, S/8, S/8).
        extras: Pictures in styles that only adapters draw (M, S, S, 3).

    Returns:
        The PSNR in dB on held-out scenes.
    """
    finished = load_checkpoint(work / "decoder.pt")
    if finished is not None:
        vae.load_state_dict(finished["model"])
        return float(finished["psnr"])
    torch.manual_seed(recipe.seed + 3)
    weights = [*vae.decoder.parameters(), *vae.post_quant_conv.parameters()]
    average = [weight.detach().clone() for weight in weights]
    optimiser = torch.optim.AdamW(weights, lr=RATE, betas=(0.9, 0.99), weight_decay=1e-4)
    spent, step = 0.0, 0
    resumed = load_checkpoint(work / "decoder-part.pt")
    if resumed is not None:
        vae.load_state_dict(resumed["model"])
        average = list(resumed["average"])
        optimiser.load_state_dict(resumed["optimiser"])
        spent, step = float(resumed["spent"]), int(resumed["step"])
    lot = np.random.default_rng(recipe.seed + step)
    log, throttle = Log(work, "decoder"), Throttle(work)
    spread = latents[:1000].std((0, 2, 3))[:, None, None]
    total = 60 * planned_minutes(work, "decoder", recipe.decoder_minutes)
    saved = told = spent
    side = latents.shape[-1]
    drawn = Crops(pixels, latents, extras, encode_all(vae, extras))
    while spent < total:
        begun = time.monotonic()
        share = spent / total
        rate = RATE * min(1.0, (step + 1) / 50) * (0.01 + 0.495 * (1 + math.cos(math.pi * share)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        whole = share >= WHOLE_FROM
        count = max(1, recipe.vae_batch // 4) if whole else recipe.vae_batch
        crop = side if whole else CROP
        target, given = drawn(count, crop, lot)
        level = FAULT * torch.rand(count, 1, 1, 1).square()
        given = given + level * spread * torch.randn_like(given)
        with torch.autocast("cpu", torch.bfloat16):
            result = decode(vae, given)
        inner = slice(None) if whole else slice(8, -8)  # a crop's rim lacks its surroundings
        loss = picture_loss(result.float()[..., inner, inner], target[..., inner, inner])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        step += 1
        keep = min(0.998, (1 + step) / (10 + step))
        with torch.no_grad():
            torch._foreach_lerp_(average, weights, 1 - keep)
        throttle.step()
        spent += min(5.0, time.monotonic() - begun)
        if spent - told > 30:
            told = spent
            log(step=step, spent=round(spent), loss=round(float(loss.detach()), 4))
        if spent - saved > recipe.checkpoint_seconds:
            saved = spent
            save_checkpoint(
                work / "decoder-part.pt",
                {
                    "model": vae.state_dict(),
                    "average": average,
                    "optimiser": optimiser.state_dict(),
                    "spent": spent,
                    "step": step,
                },
            )
    with torch.no_grad():
        for weight, mean in zip(weights, average, strict=True):
            weight.copy_(mean)
    value = measure(vae, to_tensor(held_out_pictures(48 if recipe.scenes > 1000 else 4)))
    save_checkpoint(work / "decoder.pt", {"model": vae.state_dict(), "psnr": value})
    log(step=step, psnr=round(value, 2))
    return value
