"""The flow transformer, how latents become its tokens, and what it learns: a velocity."""

from __future__ import annotations

import functools

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, FluxTransformer2DModel

from dialed_generator.vignette.autoencoder import LATENT_CHANNELS
from dialed_generator.vignette.flow.settings import FlowRecipe

HEAD_WIDTH = 32
ROPE_AXES = (4, 14, 14)
"""Numbers of a head that carry text, row and column position."""
TIME_SHIFT = 1.8
"""Training times lean to the noisy side, where the prompt decides: s u / (1 + (s - 1) u)."""
BASE_TOKENS, MAX_TOKENS = 16, 64
"""Image tokens of 64 x 64 and of 128 x 128 pixels, between which the shift is interpolated."""


def build_transformer(recipe: FlowRecipe) -> FluxTransformer2DModel:
    """Build an untrained transformer whose blocks start as the identity.

    The guidance embedding starts at nought and stays there until the guidance is distilled, so
    that guidance means nothing before it has been taught.
    """
    model = FluxTransformer2DModel(
        patch_size=1,
        in_channels=4 * LATENT_CHANNELS,
        num_layers=recipe.double_blocks,
        num_single_layers=recipe.single_blocks,
        attention_head_dim=HEAD_WIDTH,
        num_attention_heads=recipe.heads,
        joint_attention_dim=recipe.t5_width,
        pooled_projection_dim=recipe.clip_width,
        guidance_embeds=True,
        axes_dims_rope=ROPE_AXES,
    )
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() == 2:
                torch.nn.init.xavier_uniform_(weight)
            if "norm" in name and ".linear." in name:
                weight.zero_()  # shift, scale and gate of every block
        model.proj_out.weight.zero_()
        guidance = model.time_text_embed.guidance_embedder.linear_2
        guidance.weight.zero_()
        guidance.bias.zero_()
    return model


def build_scheduler() -> FlowMatchEulerDiscreteScheduler:
    """Build the published scheduler: Euler steps on noise levels shifted by the picture's size."""
    return FlowMatchEulerDiscreteScheduler(
        num_train_timesteps=1000,
        shift=1.0,
        use_dynamic_shifting=True,
        base_shift=0.2,
        max_shift=0.6,
        base_image_seq_len=BASE_TOKENS,
        max_image_seq_len=MAX_TOKENS,
    )


def pack(latents: torch.Tensor) -> torch.Tensor:
    """Turn latents (B, C, H, W) into tokens (B, H/2 * W/2, 4C), as the pipeline packs them."""
    b, c, h, w = latents.shape
    parts = latents.view(b, c, h // 2, 2, w // 2, 2).permute(0, 2, 4, 1, 3, 5)
    return parts.reshape(b, h // 2 * (w // 2), 4 * c)


@functools.cache
def positions(rows: int, columns: int) -> torch.Tensor:
    """Return the position ids (rows * columns, 3) of image tokens."""
    ids = torch.zeros(rows, columns, 3)
    ids[..., 1] = torch.arange(rows)[:, None]
    ids[..., 2] = torch.arange(columns)[None, :]
    return ids.reshape(rows * columns, 3)


def draw_times(count: int) -> torch.Tensor:
    """Draw times of the flow in 0 (picture) to 1 (noise): stratified, leaning to the noise."""
    even = (torch.arange(count) + torch.rand(count)) / count
    times = TIME_SHIFT * even / (1 + (TIME_SHIFT - 1) * even)
    return times[torch.randperm(count)]


def velocity(
    model: FluxTransformer2DModel,
    tokens: torch.Tensor,
    times: torch.Tensor,
    pooled: torch.Tensor,
    text: torch.Tensor,
    guidance: torch.Tensor,
) -> torch.Tensor:
    """Return the model's velocity, noise minus picture.

    Args:
        model: The transformer.
        tokens: Noisy tokens (B, N, 48); N must be a square number.
        times: Times (B,).
        pooled: Pooled text vectors (B, P).
        text: Token vectors of the text (B, L, D).
        guidance: Embedded guidance scale of each sample (B,).

    Returns:
        Velocities (B, N, 48), single precision.
    """
    side = round(tokens.shape[1] ** 0.5)
    found = model(
        hidden_states=tokens,
        timestep=times,
        guidance=guidance,
        pooled_projections=pooled,
        encoder_hidden_states=text,
        img_ids=positions(side, side),
        txt_ids=torch.zeros(text.shape[1], 3),
        return_dict=False,
    )[0]
    result: torch.Tensor = found.float()
    return result
