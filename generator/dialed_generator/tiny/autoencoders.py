"""Image autoencoders at tiny size. They shrink as much as the real ones (8x or 32x), so sizes round alike."""

from __future__ import annotations

from typing import Any


def kl_autoencoder(
    latent_channels: int = 4,
    *,
    scaling_factor: float = 0.18215,
    shift_factor: float | None = None,
    stages: int = 4,
    quant_conv: bool = True,
    **more: Any,
) -> Any:
    """An ``AutoencoderKL``: ``stages`` 4 makes latents of an eighth of the side.

    Args:
        latent_channels: 4 for Stable Diffusion's, 16 for that of Stable Diffusion 3, FLUX.1 and many later models.
        scaling_factor: As in the model's configuration.
        shift_factor: As in the model's configuration.
        stages: Each after the first halves the side.
        quant_conv: Whether it has the convolutions around the latents (later models do not).
        more: Further arguments of the class.
    """
    from diffusers import AutoencoderKL

    made = AutoencoderKL(
        **_shape(latent_channels, stages, quant_conv),
        scaling_factor=scaling_factor,
        shift_factor=shift_factor,
        **more,
    )
    return made.eval()


def sixteen_channel_autoencoder() -> Any:
    """The ``AutoencoderKL`` of FLUX.1 (Z-Image, Lumina 2 and Chroma use it too)."""
    return kl_autoencoder(16, scaling_factor=0.3611, shift_factor=0.1159, quant_conv=False)


def flux2_autoencoder() -> Any:
    """The ``AutoencoderKLFlux2``, whose latents are normalised by running statistics."""
    from diffusers import AutoencoderKLFlux2

    return AutoencoderKLFlux2(**_shape(32, 4, quant_conv=True)).eval()


def qwen_autoencoder(*, shrinks: int = 8, blocks: int = 1, width: int = 4) -> Any:
    """The ``AutoencoderKLQwenImage`` (a video autoencoder used on one frame), 16 channels.

    Args:
        shrinks: How much smaller the side of the latents is: 8 in the real one.
        blocks: Residual blocks between two halvings on the way in.
        width: Channels inside.
    """
    from diffusers import AutoencoderKLQwenImage

    halvings = shrinks.bit_length() - 1
    return AutoencoderKLQwenImage(
        base_dim=width,
        z_dim=16,
        dim_mult=[1] * (halvings + 1),
        num_res_blocks=blocks,
        temperal_downsample=[False] + [True] * (halvings - 1),
    ).eval()


def deep_autoencoder(scaling_factor: float = 0.41407) -> Any:
    """The ``AutoencoderDC`` of Sana: 32 channels, a thirty-second of the side."""
    from diffusers import AutoencoderDC

    return AutoencoderDC(
        latent_channels=32,
        attention_head_dim=2,
        encoder_block_types=("ResBlock",) * 5 + ("EfficientViTBlock",),
        decoder_block_types=("ResBlock",) * 5 + ("EfficientViTBlock",),
        encoder_block_out_channels=(8,) * 5 + (32,),
        decoder_block_out_channels=(8,) * 5 + (32,),
        encoder_layers_per_block=(1,) * 6,
        decoder_layers_per_block=(1,) * 6,
        encoder_qkv_multiscales=((),) * 5 + ((5,),),
        decoder_qkv_multiscales=((),) * 5 + ((5,),),
        scaling_factor=scaling_factor,
    ).eval()


def hunyuan_autoencoder() -> Any:
    """The ``AutoencoderKLHunyuanImage``: 64 channels, a thirty-second of the side."""
    from diffusers import AutoencoderKLHunyuanImage

    return AutoencoderKLHunyuanImage(
        in_channels=3,
        out_channels=3,
        latent_channels=64,
        block_out_channels=(32, 32, 32, 32, 32, 128),
        layers_per_block=1,
        spatial_compression_ratio=32,
        sample_size=128,
        scaling_factor=0.75289,
    ).eval()


def wan_autoencoder() -> Any:
    """The ``AutoencoderKLWan`` of the second kind: 48 channels, a sixteenth of the side."""
    from diffusers import AutoencoderKLWan

    return AutoencoderKLWan(
        base_dim=4,
        decoder_base_dim=4,
        z_dim=48,
        dim_mult=[1, 1, 1, 1],
        num_res_blocks=1,
        temperal_downsample=[False, True, True],
        in_channels=12,
        out_channels=12,
        patch_size=2,
        is_residual=True,
        latents_mean=[0.0] * 48,
        latents_std=[1.0] * 48,
        scale_factor_spatial=16,
        scale_factor_temporal=4,
    ).eval()


def _shape(latent_channels: int, stages: int, quant_conv: bool) -> dict[str, Any]:
    return {
        "down_block_types": ("DownEncoderBlock2D",) * stages,
        "up_block_types": ("UpDecoderBlock2D",) * stages,
        "block_out_channels": (8,) * stages,
        "layers_per_block": 1,
        "latent_channels": latent_channels,
        "norm_num_groups": 4,
        "use_quant_conv": quant_conv,
        "use_post_quant_conv": quant_conv,
    }
