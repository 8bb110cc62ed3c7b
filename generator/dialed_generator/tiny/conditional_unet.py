"""Parts that the UNet families share: small UNets, autoencoders and where their configurations were read."""

from __future__ import annotations

from typing import Any

FORGE = (
    "https://github.com/lllyasviel/stable-diffusion-webui-forge/blob/"
    "dfdcbab685e57677014f05a3309b48cc87383167/backend/huggingface"
)
"""Copies of the published configurations, at a fixed commit."""

DIFFUSERS = "https://github.com/huggingface/diffusers/blob/58eb52c0803ea9af3abec60841c2a093bdf1f951"

SIZE = 64
"""Width and height in pixels: eight by eight latents, which three levels of a UNet still divide."""

STEPS = 10
"""Enough that multistep samplers reach their full order and shares of a run can differ."""

CHANNELS = (8, 16, 16)


def small_unet(*, cross: int, **flags: Any) -> Any:
    """A ``UNet2DConditionModel`` of three levels, the last without attention, as Stable Diffusion ends. Call it inside `seeded`."""
    from diffusers import UNet2DConditionModel

    kinds = {
        "down_block_types": ("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        "attention_head_dim": 2,
        "in_channels": 4,
        "out_channels": 4,
    }
    return UNet2DConditionModel(
        block_out_channels=CHANNELS,
        layers_per_block=1,
        norm_num_groups=4,
        sample_size=SIZE // 8,
        cross_attention_dim=cross,
        **(kinds | flags),
    )


def small_vae(levels: int = 4, **flags: Any) -> Any:
    """An ``AutoencoderKL`` that divides the size by ``2 ** (levels - 1)``. Call it inside `seeded`."""
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        block_out_channels=(4,) * levels,
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        layers_per_block=1,
        norm_num_groups=2,
        latent_channels=4,
        **flags,
    )


STABLE_DIFFUSION_BETAS: dict[str, Any] = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "num_train_timesteps": 1000,
    "set_alpha_to_one": False,
    "steps_offset": 1,
}
"""The noise schedule that Stable Diffusion 1, 2 and XL share."""
