"""The autoencoder: 128 px pictures to 16x16 latents of 12 channels and back.

Why 12 channels at an eighth of the size: the denoiser then works on 256 positions (cheap on a
CPU) while a latent still holds as many numbers as a 32x32 colour picture. The channels are tied
to just that picture in training (`anchor_of`): three hold the mean colour of an 8x8 block, nine
its coarse detail. So the latents mean something simple, which the denoiser learns faster.
"""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL

LATENT_CHANNELS = 12
FACTOR = 8
"""Pixels of a picture for each position of a latent, on a side."""
DETAIL_SPREAD = 0.6
"""Standard deviation of the detail channels; that of the mean channels is 1.

Noise hides the smaller channels first, so the denoiser settles the layout before the detail.
"""
POSTERIOR_NOISE = 0.05
"""Standard deviation of the noise on a latent, as a share of its channel's spread."""

# Luma and two colour differences, orthonormal: detail is mostly luma, so colours are decorrelated.
_OPPONENT = torch.tensor(
    [
        [1 / math.sqrt(3)] * 3,
        [1 / math.sqrt(2), 0, -1 / math.sqrt(2)],
        [-1 / math.sqrt(6), 2 / math.sqrt(6), -1 / math.sqrt(6)],
    ]
)


def build_autoencoder(widths: tuple[int, ...] = (16, 32, 48, 64)) -> AutoencoderKL:
    """Build an untrained autoencoder; the number of widths fixes the factor (4 widths: 8).

    Two groups a normalisation: with many groups of few channels the network loses colour. No
    attention: training on crops would teach it a size that whole pictures do not have.
    """
    levels = len(widths)
    return AutoencoderKL(
        in_channels=3,
        out_channels=3,
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        block_out_channels=widths,
        layers_per_block=1,
        latent_channels=LATENT_CHANNELS,
        norm_num_groups=2,
        sample_size=128,
        scaling_factor=1.0,
        mid_block_add_attention=False,
        force_upcast=False,
    )


def haar(pictures: torch.Tensor) -> torch.Tensor:
    """Return the block means and coarse details of pictures (B, 3, H, W) as (B, 12, H/8, W/8).

    The picture is averaged over 4x4 pixels, turned to luma and two colour differences, and each
    2x2 block becomes its mean and its horizontal, vertical and diagonal difference. Channels
    0 to 2 are the means, 3 to 11 the details.
    """
    small = torch.einsum("oc,bchw->bohw", _OPPONENT, F.avg_pool2d(pictures.float(), 4))
    a, b = small[..., 0::2, 0::2], small[..., 0::2, 1::2]
    c, d = small[..., 1::2, 0::2], small[..., 1::2, 1::2]
    return torch.cat([a + b + c + d, a - b + c - d, a + b - c - d, a - b - c + d], dim=1) / 4


class Anchor:
    """Scales Haar channels so that they can serve as latents.

    Rare, faint channels (colour details) are not blown up to full spread: a tenth of the largest
    variance of their group is added before dividing.
    """

    def __init__(self, mean: torch.Tensor, scale: torch.Tensor) -> None:
        self.mean, self.scale = mean, scale

    @classmethod
    def fit(cls, pictures: torch.Tensor) -> Anchor:
        """Measure the channels on some pictures (B, 3, H, W) in -1..1."""
        channels = haar(pictures)
        mean, var = channels.mean((0, 2, 3)), channels.var((0, 2, 3))
        floor = torch.cat([var[:3].max().repeat(3), var[3:].max().repeat(9)]) * 0.1
        return cls(mean, (var + floor).rsqrt())

    def __call__(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return the latents that pictures should have: (B, 12, H/8, W/8)."""
        return (haar(pictures) - self.mean[:, None, None]) * self.scale[:, None, None]


def encode_mean(model: AutoencoderKL, pictures: torch.Tensor) -> torch.Tensor:
    """Return the mean latents of pictures, without posterior noise."""
    moments: torch.Tensor = model.quant_conv(model.encoder(pictures))
    return moments[:, :LATENT_CHANNELS]


def decode(model: AutoencoderKL, latents: torch.Tensor) -> torch.Tensor:
    """Return the pictures of latents, in -1..1 but for overshoot."""
    picture: torch.Tensor = model.decoder(model.post_quant_conv(latents))
    return picture


def _gradients(pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return pictures[..., 1:] - pictures[..., :-1], pictures[..., 1:, :] - pictures[..., :-1, :]


def picture_loss(result: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Return the loss of a decoded picture: colours, edges at two scales, and a blur pyramid."""
    loss = 0.7 * F.l1_loss(result, target) + 2.0 * F.mse_loss(result, target)
    for level in range(3):
        if level < 2:
            for mine, wanted in zip(_gradients(result), _gradients(target), strict=True):
                loss = loss + 0.5 * F.l1_loss(mine, wanted)
        result, target = F.avg_pool2d(result, 2), F.avg_pool2d(target, 2)
        loss = loss + 0.25 * F.l1_loss(result, target)
    return loss


def fold_whitening(model: AutoencoderKL, pictures: torch.Tensor) -> None:
    """Give every latent channel its spread by changing the two 1x1 convolutions around it.

    After this ``scaling_factor`` is 1.0: latents have mean 0, mean channels a standard deviation
    of 1 and detail channels of `DETAIL_SPREAD` times their weight in the anchor. The posterior
    becomes a constant of `POSTERIOR_NOISE`.
    """
    with torch.no_grad():
        latents = torch.cat([encode_mean(model, part) for part in pictures.split(32)])
        mean, std = latents.mean((0, 2, 3)), latents.std((0, 2, 3))
        wanted = std / torch.cat([std[:3], std[3:].max().repeat(9) / DETAIL_SPREAD])
        ratio = wanted / std
        quant: Any = model.quant_conv
        post: Any = model.post_quant_conv
        c = LATENT_CHANNELS
        quant.weight[:c] *= ratio[:, None, None, None]
        quant.bias[:c] = (quant.bias[:c] - mean) * ratio
        quant.weight[c:] = 0.0
        quant.bias[c:] = 2.0 * torch.log(POSTERIOR_NOISE * wanted)
        post.bias += (post.weight[:, :, 0, 0] * mean).sum(1)
        post.weight /= ratio[None, :, None, None]


def psnr(result: torch.Tensor, target: torch.Tensor) -> float:
    """Return the mean over pictures of the peak signal-to-noise ratio, in dB (range -1..1)."""
    error = (result.clamp(-1, 1) - target).square().mean((1, 2, 3))
    return float((10 * torch.log10(4.0 / error)).mean())
