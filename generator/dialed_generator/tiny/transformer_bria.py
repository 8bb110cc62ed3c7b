"""Bria 3.2 (T5) and FIBO (SmolLM3, which reads descriptions in JSON)."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialed_generator.tiny.assembling import assemble, text_call
from dialed_generator.tiny.flag_sources import DIFFUSERS, flow_flags
from dialed_generator.tiny.tiny_model import Flag, TinyModel

_BRIA = DIFFUSERS + "src/diffusers/models/transformers/transformer_bria.py"
_FIBO = DIFFUSERS + "src/diffusers/models/transformers/transformer_bria_fibo.py"
_OWN_FIBO = (
    "https://github.com/Bria-AI/FIBO/blob/c406e126f7558a36ddc51fcdb2ad54ec9138b1dc/"
    "src/fibo_inference/fibo_pipeline.py"
)
_START_OF_FIBO = 128000
_SHIFT_URL = (
    "https://github.com/Bria-AI/BRIA-3.2/blob/6980bd3d9838f24a72ea9a87d650fd305450099d/"
    "scheduler/scheduler_config.json"
)
_SHIFT: dict[str, Any] = {
    "base_image_seq_len": 256,
    "base_shift": 0.5,
    "max_image_seq_len": 4096,
    "max_shift": 1.15,
    "shift": 3.0,
    "time_shift_type": "exponential",
    "use_dynamic_shifting": True,
}


def _network(in_channels: int, joint: int) -> dict[str, Any]:
    return {
        "patch_size": 1,
        "in_channels": in_channels,
        "num_layers": 1,
        "num_single_layers": 1,
        "attention_head_dim": 16,
        "num_attention_heads": 2,
        "joint_attention_dim": joint,
        "pooled_projection_dim": None,
        "guidance_embeds": False,
        "axes_dims_rope": [4, 4, 8],
    }


def _bria() -> dict[str, Any]:
    import diffusers

    from dialed_generator.tiny.autoencoders import kl_autoencoder
    from dialed_generator.tiny.byte_tokenizers import t5_tokenizer
    from dialed_generator.tiny.language_models import t5_encoder

    tokenizer = t5_tokenizer()
    return {
        "transformer": diffusers.BriaTransformer2DModel(**_network(16, 32)),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(**_SHIFT),
        "vae": kl_autoencoder(4, scaling_factor=0.13025, shift_factor=0.0),
        "tokenizer": tokenizer,
        "text_encoder": t5_encoder(tokenizer),
    }


def _fibo() -> dict[str, Any]:
    import diffusers

    from dialed_generator.tiny.autoencoders import wan_autoencoder
    from dialed_generator.tiny.byte_tokenizers import plain_tokenizer
    from dialed_generator.tiny.language_models import decoder_model

    tokenizer = plain_tokenizer(131072, eos="<|end_of_text|>", pad="<|end_of_text|>")
    encoder = decoder_model(
        "SmolLM3ForCausalLM",
        "SmolLM3Config",
        tokenizer,
        # The class writes the number 128000 for an empty negative prompt, so the table must reach it.
        vocab_size=_START_OF_FIBO + 1,
        tie_word_embeddings=True,
    )
    return {
        "transformer": diffusers.BriaFiboTransformer2DModel(
            **_network(48, 64), text_encoder_dim=32
        ),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        "vae": wan_autoencoder(),
        "tokenizer": tokenizer,
        "text_encoder": encoder,
    }


MODELS: tuple[TinyModel, ...] = (
    TinyModel(
        id="bria",
        stands_for=("bria-3.2",),
        task="text-to-image",
        pipeline="BriaPipeline",
        build=partial(assemble, "BriaPipeline", _bria),
        call=text_call,
        flags=(
            Flag("transformer.guidance_embeds", False, _BRIA),
            *flow_flags(_SHIFT_URL, **_SHIFT),
        ),
    ),
    TinyModel(
        id="fibo",
        stands_for=("fibo",),
        task="text-to-image",
        pipeline="BriaFiboPipeline",
        build=partial(assemble, "BriaFiboPipeline", _fibo),
        call=text_call,
        flags=(
            Flag("transformer.guidance_embeds", False, _FIBO),
            Flag("scheduler.use_dynamic_shifting", True, _OWN_FIBO),
        ),
    ),
)
