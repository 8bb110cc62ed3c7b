"""Lumina-Next and Lumina-Image 2.0: Gemma reads the prompt."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialed_generator.tiny.assembling import assemble, template_of, text_call
from dialed_generator.tiny.flag_sources import DIFFUSERS, TOOLKIT, flow_flags
from dialed_generator.tiny.tiny_model import Flag, TinyModel

_NEXT = DIFFUSERS + "scripts/convert_lumina_to_diffusers.py"
_SECOND = TOOLKIT + "toolkit/sampler.py"


def _second() -> dict[str, Any]:
    import diffusers

    from dialed_generator.tiny.autoencoders import sixteen_channel_autoencoder
    from dialed_generator.tiny.byte_tokenizers import gemma_tokenizer
    from dialed_generator.tiny.language_models import decoder_model

    tokenizer = gemma_tokenizer(words=template_of("Lumina2Pipeline", "system_prompt"))
    return {
        "transformer": diffusers.Lumina2Transformer2DModel(
            sample_size=128,
            patch_size=2,
            in_channels=16,
            hidden_size=32,
            num_layers=2,
            num_refiner_layers=1,
            num_attention_heads=2,
            num_kv_heads=1,
            multiple_of=16,
            axes_dim_rope=(8, 4, 4),
            axes_lens=(1024, 512, 512),
            cap_feat_dim=32,
        ),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(
            shift=6.0, use_dynamic_shifting=False
        ),
        "vae": sixteen_channel_autoencoder(),
        "tokenizer": tokenizer,
        "text_encoder": decoder_model("Gemma2Model", "Gemma2Config", tokenizer),
    }


def _next() -> dict[str, Any]:
    import diffusers

    from dialed_generator.tiny.autoencoders import kl_autoencoder
    from dialed_generator.tiny.byte_tokenizers import gemma_tokenizer
    from dialed_generator.tiny.language_models import decoder_model

    tokenizer = gemma_tokenizer()
    return {
        "transformer": diffusers.LuminaNextDiT2DModel(
            sample_size=128,
            patch_size=2,
            in_channels=4,
            hidden_size=32,
            num_layers=2,
            num_attention_heads=2,
            num_kv_heads=1,
            multiple_of=16,
            learn_sigma=True,
            qk_norm=True,
            cross_attention_dim=32,
            scaling_factor=1.0,
        ),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(),
        "vae": kl_autoencoder(4, scaling_factor=0.13025),
        "tokenizer": tokenizer,
        "text_encoder": decoder_model("GemmaModel", "GemmaConfig", tokenizer),
    }


MODELS: tuple[TinyModel, ...] = (
    TinyModel(
        id="lumina2",
        stands_for=("lumina-image-2",),
        task="text-to-image",
        pipeline="Lumina2Pipeline",
        build=partial(assemble, "Lumina2Pipeline", _second),
        call=text_call,
        flags=(
            *flow_flags(_SECOND, shift=6.0, use_dynamic_shifting=False),
            *flow_flags(_SECOND, base_shift=0.5, max_shift=1.15),
        ),
    ),
    TinyModel(
        id="lumina-next",
        stands_for=("lumina-next",),
        task="text-to-image",
        pipeline="LuminaPipeline",
        build=partial(assemble, "LuminaPipeline", _next),
        call=text_call,
        flags=(
            Flag("transformer.qk_norm", True, _NEXT),
            Flag("transformer.learn_sigma", True, _NEXT),
            *flow_flags(_NEXT, shift=1.0, use_dynamic_shifting=False),
        ),
    ),
)
