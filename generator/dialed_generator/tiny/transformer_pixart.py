"""PixArt-alpha and PixArt-Sigma: one T5, cross attention, noise prediction with a learned variance."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialed_generator.tiny.assembling import assemble, text_call
from dialed_generator.tiny.flag_sources import DIFFUSERS
from dialed_generator.tiny.tiny_model import Flag, TinyModel

_ALPHA = DIFFUSERS + "scripts/convert_pixart_alpha_to_diffusers.py"
_NETWORK = DIFFUSERS + "src/diffusers/models/transformers/pixart_transformer_2d.py"
_SIGMA = DIFFUSERS + "scripts/convert_pixart_sigma_to_diffusers.py"


def _parts(extra_conditions: bool, scale: float) -> dict[str, Any]:
    import diffusers

    from dialed_generator.tiny.autoencoders import kl_autoencoder
    from dialed_generator.tiny.byte_tokenizers import t5_tokenizer
    from dialed_generator.tiny.language_models import t5_encoder

    tokenizer = t5_tokenizer()
    return {
        "transformer": diffusers.PixArtTransformer2DModel(
            sample_size=128,
            num_layers=2,
            patch_size=2,
            attention_head_dim=8,
            num_attention_heads=3,  # the size conditions split the width in three
            cross_attention_dim=24,
            caption_channels=32,
            in_channels=4,
            out_channels=8,
            attention_bias=True,
            activation_fn="gelu-approximate",
            num_embeds_ada_norm=1000,
            norm_type="ada_norm_single",
            norm_elementwise_affine=False,
            norm_eps=1e-6,
            use_additional_conditions=extra_conditions,
        ),
        "scheduler": diffusers.DPMSolverMultistepScheduler(),
        "vae": kl_autoencoder(4, scaling_factor=scale),
        "tokenizer": tokenizer,
        "text_encoder": t5_encoder(tokenizer),
    }


def _call() -> dict[str, Any]:
    return text_call(use_resolution_binning=False)  # else every small size becomes a megapixel


def _flags(url: str, extra_conditions: bool) -> tuple[Flag, ...]:
    return (
        Flag("transformer.in_channels", 4, url),
        Flag("transformer.out_channels", 8, url),
        Flag("transformer.sample_size", 128, url),
        Flag("transformer.norm_type", "ada_norm_single", url),
        # Unstated it is true for a sample size of 128; Sigma's script states it.
        Flag("transformer.use_additional_conditions", extra_conditions, _NETWORK),
        Flag("scheduler.algorithm_type", "dpmsolver++", url),
        Flag("scheduler.beta_schedule", "linear", url),
    )


MODELS: tuple[TinyModel, ...] = (
    TinyModel(
        id="pixart-alpha",
        stands_for=("pixart-alpha",),
        task="text-to-image",
        pipeline="PixArtAlphaPipeline",
        build=partial(assemble, "PixArtAlphaPipeline", partial(_parts, True, 0.18215)),
        call=_call,
        flags=_flags(_ALPHA, True),
    ),
    TinyModel(
        id="pixart-sigma",
        stands_for=("pixart-sigma",),
        task="text-to-image",
        pipeline="PixArtSigmaPipeline",
        build=partial(assemble, "PixArtSigmaPipeline", partial(_parts, False, 0.13025)),
        call=_call,
        flags=_flags(_SIGMA, False),
    ),
    TinyModel(
        id="pixart-sigma-pag",
        stands_for=("pixart-sigma",),
        task="text-to-image",
        pipeline="PixArtSigmaPAGPipeline",
        build=partial(assemble, "PixArtSigmaPAGPipeline", partial(_parts, False, 0.13025)),
        call=_call,
        flags=_flags(_SIGMA, False),
    ),
)
