"""LongCat-Image: Qwen2.5-VL reads the prompt, quoted text letter by letter; true CFG with its own rescaling."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialed_generator.tiny.assembling import assemble, template_of, text_call
from dialed_generator.tiny.flag_sources import DIFFUSERS
from dialed_generator.tiny.tiny_model import Flag, TinyModel

_NETWORK = DIFFUSERS + "src/diffusers/models/transformers/transformer_longcat_image.py"
_OWN = (
    "https://github.com/meituan-longcat/LongCat-Image/blob/af39f67e24262fc4720b93e5963ba5c3a9b92436/"
    "train_examples/lora/train_config.yaml"
)


def _parts() -> dict[str, Any]:
    import diffusers

    from dialed_generator.tiny.autoencoders import sixteen_channel_autoencoder
    from dialed_generator.tiny.byte_tokenizers import qwen_tokenizer
    from dialed_generator.tiny.language_models import qwen25_vl

    tokenizer = qwen_tokenizer(
        words=template_of("LongCatImagePipeline", "prompt_template_encode_prefix")
    )
    return {
        "transformer": diffusers.LongCatImageTransformer2DModel(
            patch_size=1,
            in_channels=64,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=32,
            pooled_projection_dim=32,
            axes_dims_rope=[4, 4, 8],
        ),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        "vae": sixteen_channel_autoencoder(),
        "tokenizer": tokenizer,
        # The real one is a processor of text and images. It serves the rewriting of prompts, which is off here: it
        # writes hundreds of tokens with the text encoder.
        "text_processor": tokenizer,
        "text_encoder": qwen25_vl(tokenizer),
    }


def _call() -> dict[str, Any]:
    return text_call(enable_prompt_rewrite=False)


MODELS: tuple[TinyModel, ...] = (
    TinyModel(
        id="longcat-image",
        stands_for=("longcat-image",),
        task="text-to-image",
        pipeline="LongCatImagePipeline",
        build=partial(assemble, "LongCatImagePipeline", _parts),
        call=_call,
        flags=(
            Flag("scheduler.use_dynamic_shifting", True, _OWN),
            Flag("transformer.in_channels", 64, _NETWORK),
            Flag("transformer.patch_size", 1, _NETWORK),
        ),
    ),
)
