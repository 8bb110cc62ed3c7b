"""AuraFlow: UMT5 reads the prompt, rectified flow with shift 1.73."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialed_generator.tiny.assembling import assemble, text_call
from dialed_generator.tiny.flag_sources import COMFY, DIFFUSERS
from dialed_generator.tiny.tiny_model import Flag, TinyModel

_NETWORK = DIFFUSERS + "src/diffusers/models/transformers/auraflow_transformer_2d.py"


def _parts() -> dict[str, Any]:
    import diffusers

    from dialed_generator.tiny.autoencoders import kl_autoencoder
    from dialed_generator.tiny.byte_tokenizers import llama_tokenizer
    from dialed_generator.tiny.language_models import t5_encoder

    tokenizer = llama_tokenizer(256)
    return {
        "transformer": diffusers.AuraFlowTransformer2DModel(
            sample_size=64,
            patch_size=2,
            in_channels=4,
            out_channels=4,
            num_mmdit_layers=1,
            num_single_dit_layers=1,
            attention_head_dim=8,
            num_attention_heads=4,
            joint_attention_dim=32,
            caption_projection_dim=32,
            pos_embed_max_size=1024,
        ),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(shift=1.73),
        "vae": kl_autoencoder(4, scaling_factor=0.13025),
        "tokenizer": tokenizer,
        "text_encoder": t5_encoder(tokenizer, kind="UMT5EncoderModel"),
    }


MODELS: tuple[TinyModel, ...] = (
    TinyModel(
        id="auraflow",
        stands_for=("auraflow",),
        task="text-to-image",
        pipeline="AuraFlowPipeline",
        build=partial(assemble, "AuraFlowPipeline", _parts),
        call=text_call,
        flags=(
            Flag("scheduler.shift", 1.73, COMFY + "comfy/supported_models.py"),
            Flag("transformer.in_channels", 4, _NETWORK),
            Flag("transformer.patch_size", 2, _NETWORK),
        ),
    ),
)
