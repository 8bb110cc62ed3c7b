"""Ovis-Image: Qwen3 reads the prompt after a fixed sentence of 28 tokens; true CFG."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialed_generator.tiny.assembling import assemble, template_of, text_call
from dialed_generator.tiny.flag_sources import DIFFUSERS, flow_flags
from dialed_generator.tiny.tiny_model import Flag, TinyModel

_NETWORK = DIFFUSERS + "src/diffusers/models/transformers/transformer_ovis_image.py"

_OWN = (
    "https://github.com/AIDC-AI/Ovis-Image/blob/ab01d3c95e15575e4ebd8e0df765c52fc02d825a/"
    "ovis_image/sampling.py"
)
_SCHEDULE: dict[str, Any] = {"base_shift": 0.5, "max_shift": 1.15, "use_dynamic_shifting": True}


def _parts() -> dict[str, Any]:
    import diffusers

    from dialed_generator.tiny.autoencoders import sixteen_channel_autoencoder
    from dialed_generator.tiny.byte_tokenizers import qwen_tokenizer
    from dialed_generator.tiny.language_models import decoder_model

    tokenizer = qwen_tokenizer(words="user " + template_of("OvisImagePipeline", "system_prompt"))
    return {
        "transformer": diffusers.OvisImageTransformer2DModel(
            patch_size=1,
            in_channels=64,
            out_channels=64,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=32,
            axes_dims_rope=(4, 4, 8),
        ),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(**_SCHEDULE),
        "vae": sixteen_channel_autoencoder(),
        "tokenizer": tokenizer,
        "text_encoder": decoder_model("Qwen3Model", "Qwen3Config", tokenizer),
    }


MODELS: tuple[TinyModel, ...] = (
    TinyModel(
        id="ovis-image",
        stands_for=("ovis-image",),
        task="text-to-image",
        pipeline="OvisImagePipeline",
        build=partial(assemble, "OvisImagePipeline", _parts),
        call=text_call,
        flags=(
            *flow_flags(_OWN, **_SCHEDULE),
            Flag("transformer.in_channels", 64, _NETWORK),
            Flag("transformer.out_channels", 64, _NETWORK),
            Flag("transformer.patch_size", 1, _NETWORK),
        ),
    ),
)
