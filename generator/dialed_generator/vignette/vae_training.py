"""Train the autoencoder on the rendered scenes."""

from __future__ import annotations

import math
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from diffusers import AutoencoderKL

from dialed_generator.vignette.autoencoder import (
    Anchor,
    build_autoencoder,
    decode,
    encode_mean,
    fold_whitening,
    picture_loss,
    psnr,
)
from dialed_generator.vignette.dataset import held_out_pictures, to_tensor
from dialed_generator.vignette.files import Log, Throttle, load_checkpoint, save_checkpoint
from dialed_generator.vignette.settings import Recipe

CROP = 64
EXTRA_SHARE = 0.14
WHOLE_FROM = 0.8
"""Share of the training after which whole pictures replace crops."""


def _batch(pixels: npt.NDArray[np.uint8], count: int, lot: np.random.Generator) -> torch.Tensor:
    size = pixels.shape[1]
    parts = []
    for index in lot.integers(0, len(pixels), count):
        y, x = lot.integers(0, (size - CROP) // 8 + 1, 2) * 8
        parts.append(pixels[index, y : y + CROP, x : x + CROP])
    return to_tensor(np.stack(parts))


def _whole(pixels: npt.NDArray[np.uint8], count: int, lot: np.random.Generator) -> torch.Tensor:
    return to_tensor(pixels[np.sort(lot.integers(0, len(pixels), count))])


def measure(model: AutoencoderKL, pictures: torch.Tensor) -> float:
    """Return the PSNR in dB of pictures after encoding and decoding, without posterior noise."""
    with torch.no_grad():
        parts = [decode(model, encode_mean(model, part)) for part in pictures.split(16)]
    return psnr(torch.cat(parts), pictures)


def _mixed(
    pixels: npt.NDArray[np.uint8],
    extras: npt.NDArray[np.uint8],
    count: int,
    lot: np.random.Generator,
    whole: bool,
) -> torch.Tensor:
    draw, extra = _whole if whole else _batch, int(lot.binomial(count, EXTRA_SHARE))
    parts = [draw(source, n, lot) for source, n in ((pixels, count - extra), (extras, extra)) if n]
    return torch.cat(parts)


class ToAnchor:
    """Ties latents to the block means and coarse details of the picture, ever more loosely."""

    rate = 3e-3
    """Highest learning rate."""
    spread: torch.Tensor | float = 1.0
    """Spread of each latent channel; the noise on latents is a share of it."""

    def __init__(self, sample: torch.Tensor) -> None:
        self._anchor = Anchor.fit(sample)

    def __call__(
        self, latents: torch.Tensor, target: torch.Tensor, share: float
    ) -> tuple[float, torch.Tensor]:
        """Return the weight of the tie at this share of the training, and the squared distance."""
        weight = 0.03 + 0.27 * max(0.0, 1 - share / 0.5)
        return weight, (latents - self._anchor(target)).square().mean()


class ToStart:
    """Ties latents to those of the published encoder, so that its denoiser stays valid."""

    rate = 1.5e-3

    def __init__(self, start: AutoencoderKL, sample: torch.Tensor) -> None:
        self._start = start
        with torch.no_grad():
            spread = encode_mean(start, sample[:64]).std((0, 2, 3))
        self.spread: torch.Tensor | float = spread[:, None, None]

    def __call__(
        self, latents: torch.Tensor, target: torch.Tensor, share: float
    ) -> tuple[float, torch.Tensor]:
        """Return the weight of the tie and the squared distance, on a quarter of the batch."""
        del share
        few = max(1, len(target) // 4)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            known = encode_mean(self._start, target[:few]).float()
        return 0.05, (latents[:few] - known).square().mean()


def train_autoencoder(
    work: Path,
    recipe: Recipe,
    pixels: npt.NDArray[np.uint8],
    extras: npt.NDArray[np.uint8],
    start: AutoencoderKL | None = None,
) -> tuple[AutoencoderKL, float]:
    """Train the autoencoder for the recipe's minutes, resuming a killed run.

    Args:
        work: Folder of the training run.
        recipe: Sizes and lengths.
        pixels: Training pictures, (N, S, S, 3).
        extras: Pictures in styles that only adapters draw, (M, S, S, 3).
        start: Published autoencoder to go on from, instead of from nothing: its latents keep
            their scale and roughly their meaning, so that a denoiser trained on them stays valid.

    Returns:
        The averaged model with whitening folded in, and its PSNR in dB on held-out scenes.
    """
    torch.manual_seed(recipe.seed)
    model = build_autoencoder(recipe.vae_widths)
    average = build_autoencoder(recipe.vae_widths)
    if start is not None:
        model.load_state_dict(start.state_dict())
    average.load_state_dict(model.state_dict())
    finished = load_checkpoint(work / "vae.pt")
    if finished is not None:
        average.load_state_dict(finished["model"])
        return average, float(finished["psnr"])
    weights = list(model.parameters())
    optimiser = torch.optim.AdamW(weights, lr=ToAnchor.rate, betas=(0.9, 0.99), weight_decay=1e-4)
    spent, step = 0.0, 0
    resumed = load_checkpoint(work / "vae-part.pt")
    if resumed is not None:
        model.load_state_dict(resumed["model"])
        average.load_state_dict(resumed["average"])
        optimiser.load_state_dict(resumed["optimiser"])
        spent, step = float(resumed["spent"]), int(resumed["step"])
    lot = np.random.default_rng(recipe.seed + step)
    sample = _whole(pixels, min(256, len(pixels)), np.random.default_rng(0))
    tie: ToAnchor | ToStart = ToAnchor(sample) if start is None else ToStart(start, sample)
    log, throttle = Log(work, "vae"), Throttle(work)
    checked = to_tensor(held_out_pictures(48 if recipe.scenes > 1000 else 4))
    total = recipe.vae_minutes * 60
    saved = told = spent
    while spent < total:
        begun = time.monotonic()
        share = spent / total
        warm = min(1.0, (step + 1) / 60)
        rate = tie.rate * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * share)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        whole = share >= WHOLE_FROM
        count = max(1, recipe.vae_batch // 4) if whole else recipe.vae_batch
        target = _mixed(pixels, extras, count, lot, whole)
        with torch.autocast("cpu", torch.bfloat16):
            latents = encode_mean(model, target)
            noisy = latents + 0.05 * tie.spread * torch.randn_like(latents)
            result = decode(model, noisy)
        weight, drift = tie(latents.float(), target, share)
        loss = picture_loss(result.float(), target) + weight * drift
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        step += 1
        keep = min(0.997, (1 + step) / (10 + step))
        with torch.no_grad():
            for mine, new in zip(average.parameters(), weights, strict=True):
                mine.lerp_(new, 1 - keep)
        throttle.step()
        spent += time.monotonic() - begun
        if spent - told > 45:
            told = spent
            log(
                step=step,
                spent=round(spent),
                loss=round(float(loss.detach()), 4),
                drift=round(float(drift.detach()), 4),
                psnr=round(measure(average, checked), 2),
            )
        if spent - saved > recipe.checkpoint_seconds:
            saved = spent
            save_checkpoint(
                work / "vae-part.pt",
                {
                    "model": model.state_dict(),
                    "average": average.state_dict(),
                    "optimiser": optimiser.state_dict(),
                    "spent": spent,
                    "step": step,
                },
            )
    if start is None:
        many = _whole(pixels, min(1024, len(pixels)), np.random.default_rng(1))
        fold_whitening(average, many)
    value = measure(average, checked)
    save_checkpoint(work / "vae.pt", {"model": average.state_dict(), "psnr": value})
    log(step=step, psnr=round(value, 2))
    return average, value
