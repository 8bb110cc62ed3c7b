"""Krea 2: twelve hidden layers of Qwen3-VL; guidance adds to the prediction (g diffusers = g + 1 elsewhere)."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialed_generator.tiny.assembling import assemble, template_of, text_call
from dialed_generator.tiny.flag_sources import DIFFUSERS, TOOLKIT, flow_flags
from dialed_generator.tiny.tiny_model import Flag, TinyModel

_URL = TOOLKIT + "extensions_built_in/diffusion_models/krea2/krea2.py"
_PIPELINE = DIFFUSERS + "src/diffusers/pipelines/krea2/pipeline_krea2.py"
_SCHEDULE: dict[str, Any] = {
    "base_image_seq_len": 256,
    "max_image_seq_len": 6400,
    "base_shift": 0.5,
    "max_shift": 1.15,
    "shift": 1.0,
    "use_dynamic_shifting": True,
    "time_shift_type": "exponential",
}


def _parts(distilled: bool) -> dict[str, Any]:
    import diffusers

    from dialed_generator.tiny.autoencoders import qwen_autoencoder
    from dialed_generator.tiny.byte_tokenizers import qwen_tokenizer
    from dialed_generator.tiny.language_models import qwen3_vl

    tokenizer = qwen_tokenizer(
        words=template_of("Krea2Pipeline", "prompt_template_encode_prefix") + "assistant"
    )
    return {
        "transformer": diffusers.Krea2Transformer2DModel(
            in_channels=64,
            num_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            num_key_value_heads=1,
            intermediate_size=64,
            timestep_embed_dim=32,
            text_hidden_dim=16,
            num_text_layers=12,
            text_num_attention_heads=2,
            text_num_key_value_heads=2,
            text_intermediate_size=32,
            num_layerwise_text_blocks=1,
            num_refiner_text_blocks=1,
            axes_dims_rope=(8, 4, 4),
        ),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(**_SCHEDULE),
        "vae": qwen_autoencoder(),
        "tokenizer": tokenizer,
        "text_encoder": qwen3_vl(tokenizer, layers=36, width=16),
        "is_distilled": distilled,
    }


def _model(name: str, distilled: bool) -> TinyModel:
    return TinyModel(
        id=name,
        stands_for=(name,),
        task="text-to-image",
        pipeline="Krea2Pipeline",
        build=partial(assemble, "Krea2Pipeline", partial(_parts, distilled)),
        call=text_call,
        flags=(
            *flow_flags(_URL, **_SCHEDULE),
            Flag("model_index.is_distilled", distilled, _PIPELINE),
            Flag("transformer.num_text_layers", 12, _PIPELINE),
        ),
    )


MODELS: tuple[TinyModel, ...] = (_model("krea-2-raw", False), _model("krea-2-turbo", True))
