"""Text encoders of the transformer models at tiny size: the real transformers classes, a few thousand weights each."""

from __future__ import annotations

from typing import Any

from dialed_generator.tiny.byte_tokenizers import VISION
from dialed_generator.tiny.tiny_model import enliven

WIDTH = 32
"""Width of every language model here, hence of what the denoisers take as text."""

MANY_LAYERS = 20


def t5_encoder(tokenizer: Any, *, kind: str = "T5EncoderModel", width: int = WIDTH) -> Any:
    """A ``T5EncoderModel`` (or ``UMT5EncoderModel``) with the gated GELU of T5 v1.1."""
    import transformers

    config = getattr(transformers, kind.replace("EncoderModel", "Config"))(
        vocab_size=len(tokenizer),
        d_model=width,
        d_kv=8,
        d_ff=2 * width,
        num_layers=2,
        num_heads=4,
        feed_forward_proj="gated-gelu",
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        decoder_start_token_id=tokenizer.pad_token_id,
    )
    return _alive(getattr(transformers, kind)(config))


def bert_encoder(tokenizer: Any) -> Any:
    """A ``BertModel``."""
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        intermediate_size=2 * WIDTH,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=tokenizer.model_max_length,
        pad_token_id=tokenizer.pad_token_id,
    )
    return _alive(BertModel(config))


def decoder_model(
    kind: str, config: str, tokenizer: Any, *, layers: int = 2, width: int = WIDTH, **more: Any
) -> Any:
    """A causal language model by class names (``Qwen3Model``, ``Qwen3Config``).

    Args:
        kind: Class of the model.
        config: Class of its configuration.
        tokenizer: Whose vocabulary it reads.
        layers: Hidden layers; pipelines that take some of them by number need as many.
        width: Size of the hidden states.
        more: Further arguments of the configuration.
    """
    import transformers

    made = getattr(transformers, config)(
        **{**_decoder(tokenizer, layers, width), **more},
    )
    return _alive(getattr(transformers, kind)(made))


def mistral3(tokenizer: Any, layers: int, *, width: int = WIDTH // 2) -> Any:
    """A ``Mistral3ForConditionalGeneration`` with a vision tower of one layer."""
    from transformers import Mistral3Config, Mistral3ForConditionalGeneration

    config = Mistral3Config(
        text_config={"model_type": "mistral", **_decoder(tokenizer, layers, width)},
        vision_config={
            "model_type": "pixtral",
            "hidden_size": 16,
            "intermediate_size": 32,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "image_size": 28,
            "patch_size": 14,
        },
        image_token_index=tokenizer.convert_tokens_to_ids("[IMG]"),
    )
    return _alive(Mistral3ForConditionalGeneration(config))


def qwen25_vl(tokenizer: Any, *, layers: int = 2) -> Any:
    """A ``Qwen2_5_VLForConditionalGeneration`` that reads text and, through its vision tower, images."""
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    config = Qwen2_5_VLConfig(
        text_config={
            **_decoder(tokenizer, layers, WIDTH),
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 1000000.0,
                "mrope_section": [1, 1, 2],
            },
        },
        vision_config={
            "depth": 1,
            "hidden_size": 16,
            "intermediate_size": 32,
            "num_heads": 2,
            "out_hidden_size": WIDTH,
            "fullatt_block_indexes": [0],
        },
        **vision_numbers(tokenizer),
    )
    return _alive(Qwen2_5_VLForConditionalGeneration(config))


def qwen3_vl(tokenizer: Any, *, layers: int, width: int = WIDTH) -> Any:
    """A ``Qwen3VLModel``; its vision tower is never used here."""
    from transformers import Qwen3VLConfig, Qwen3VLModel

    config = Qwen3VLConfig(
        text_config={
            **_decoder(tokenizer, layers, width),
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 5000000.0,
                "mrope_section": [2, 1, 1],
                "mrope_interleaved": True,
            },
        },
        vision_config={
            "depth": 1,
            "hidden_size": 16,
            "intermediate_size": 32,
            "num_heads": 2,
            "out_hidden_size": width,
            "deepstack_visual_indexes": [0],
            "num_position_embeddings": 16,
        },
        **vision_numbers(tokenizer),
    )
    return _alive(Qwen3VLModel(config))


def vision_numbers(tokenizer: Any) -> dict[str, int]:
    """Ids of Qwen's vision marks under the names that its configurations use."""
    start, end, _, image, video = (tokenizer.convert_tokens_to_ids(mark) for mark in VISION)
    return {
        "vision_start_token_id": start,
        "vision_end_token_id": end,
        "image_token_id": image,
        "video_token_id": video,
    }


def _decoder(tokenizer: Any, layers: int, width: int) -> dict[str, Any]:
    # Many layers are there because a pipeline takes some by number; one head each keeps them quick.
    heads = 4 if layers < MANY_LAYERS else 1
    return {
        "vocab_size": len(tokenizer),
        "hidden_size": width,
        "intermediate_size": 2 * width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": max(heads // 2, 1),
        "head_dim": 8,
        "max_position_embeddings": 8192,
        "pad_token_id": tokenizer.pad_token_id,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
    }


def _alive(model: Any) -> Any:
    return enliven(model).eval()
