"""ERNIE-Image: Ministral reads the prompt; the latents of FLUX.2."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialed_generator.tiny.assembling import assemble, text_call
from dialed_generator.tiny.flag_sources import DIFFUSERS, TOOLKIT, flow_flags
from dialed_generator.tiny.tiny_model import Flag, TinyModel

_URL = TOOLKIT + "extensions_built_in/diffusion_models/ernie_image/ernie_image.py"
_NETWORK = DIFFUSERS + "src/diffusers/models/transformers/transformer_ernie_image.py"
_SCHEDULE: dict[str, Any] = {
    "base_shift": 0.5,
    "max_shift": 1.15,
    "max_image_seq_len": 4096,
    "shift": 3.0,
    "time_shift_type": "exponential",
    "use_dynamic_shifting": False,
}


def _parts() -> dict[str, Any]:
    import diffusers

    from dialed_generator.tiny.autoencoders import flux2_autoencoder
    from dialed_generator.tiny.byte_tokenizers import plain_tokenizer
    from dialed_generator.tiny.language_models import mistral3

    tokenizer = plain_tokenizer(131072, bos="<s>", eos="</s>", specials=("[IMG]",))
    return {
        "transformer": diffusers.ErnieImageTransformer2DModel(
            hidden_size=32,
            num_attention_heads=2,
            num_layers=2,
            ffn_hidden_size=64,
            in_channels=128,
            out_channels=128,
            patch_size=1,
            text_in_dim=32,
            rope_theta=256,
            rope_axes_dim=(8, 4, 4),
            qk_layernorm=True,
        ),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(**_SCHEDULE),
        "vae": flux2_autoencoder(),
        "tokenizer": tokenizer,
        "text_encoder": mistral3(tokenizer, 2, width=32).model,
    }


def _call() -> dict[str, Any]:
    return text_call(use_pe=False)  # the rewriting of prompts needs a second language model


def _model(name: str) -> TinyModel:
    return TinyModel(
        id=name,
        stands_for=(name,),
        task="text-to-image",
        pipeline="ErnieImagePipeline",
        build=partial(assemble, "ErnieImagePipeline", _parts),
        call=_call,
        flags=(
            *flow_flags(_URL, **_SCHEDULE),
            Flag("transformer.in_channels", 128, _NETWORK),
            Flag("transformer.qk_layernorm", True, _NETWORK),
        ),
    )


MODELS: tuple[TinyModel, ...] = (_model("ernie-image"), _model("ernie-image-turbo"))
