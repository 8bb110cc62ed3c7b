"""The autoencoder's anchor and the folding of its whitening."""

from __future__ import annotations

import pytest
import torch

from dialed_generator.vignette.autoencoder import (
    DETAIL_SPREAD,
    Anchor,
    build_autoencoder,
    decode,
    encode_mean,
    fold_whitening,
    haar,
    picture_loss,
    psnr,
)
from dialed_generator.vignette.dataset import held_out_pictures, to_pixels, to_tensor


@pytest.fixture(scope="module")
def pictures() -> torch.Tensor:
    return to_tensor(held_out_pictures(8))


def test_bytes_survive_the_way_to_tensors_and_back() -> None:
    pixels = held_out_pictures(2)
    assert (to_pixels(to_tensor(pixels)) == pixels).all()


def test_haar_of_a_flat_picture_is_its_colour_without_detail() -> None:
    flat = torch.full((1, 3, 64, 64), 0.5)
    channels = haar(flat)
    assert channels.shape == (1, 12, 8, 8)
    assert torch.allclose(channels[:, 0], torch.tensor(0.5 * 3**0.5))
    assert channels[:, 1:].abs().max() < 1e-6


def test_the_anchor_gives_mean_channels_about_unit_spread(pictures: torch.Tensor) -> None:
    spread = Anchor.fit(pictures)(pictures).std((0, 2, 3))
    assert 0.9 < float(spread[0]) < 1.0
    assert float(spread.max()) < 1.01


def test_folding_changes_the_latents_but_not_the_pictures(pictures: torch.Tensor) -> None:
    torch.manual_seed(0)
    model = build_autoencoder((8, 8, 8, 8)).eval()
    with torch.no_grad():
        before = decode(model, encode_mean(model, pictures))
        fold_whitening(model, pictures)
        latents = encode_mean(model, pictures)
        after = decode(model, latents)
    assert torch.allclose(before, after, atol=1e-3)
    assert torch.allclose(latents.mean((0, 2, 3)), torch.zeros(12), atol=1e-3)
    spread = latents.std((0, 2, 3))
    assert torch.allclose(spread[:3], torch.ones(3), atol=1e-2)
    assert float(spread[3:].max()) == pytest.approx(DETAIL_SPREAD, abs=1e-2)


def test_loss_and_psnr_prefer_the_right_picture(pictures: torch.Tensor) -> None:
    near = pictures + 0.02 * torch.randn_like(pictures)
    assert float(picture_loss(pictures, pictures)) == 0.0
    assert picture_loss(near, pictures) < picture_loss(pictures.flip(0), pictures)
    assert psnr(near, pictures) > psnr(pictures.flip(0), pictures) + 10
