"""FLUX.2: [dev] takes guidance as an input; Klein does not, and its distilled members use no CFG."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialed_generator.tiny.assembling import assemble, image_call, text_call
from dialed_generator.tiny.flag_sources import DIFFUSERS, TOOLKIT, flow_flags
from dialed_generator.tiny.tiny_model import Flag, TinyModel

_CONVERT = DIFFUSERS + "scripts/convert_flux2_to_diffusers.py"
_SCHEDULER = TOOLKIT + "extensions_built_in/diffusion_models/flux2/flux2_model.py"
_SCHEDULE: dict[str, Any] = {
    "base_image_seq_len": 256,
    "base_shift": 0.5,
    "max_image_seq_len": 4096,
    "max_shift": 1.15,
    "shift": 3.0,
    "use_dynamic_shifting": True,
}


def _shared(guidance: bool) -> dict[str, Any]:
    import diffusers

    from dialed_generator.tiny.autoencoders import flux2_autoencoder

    return {
        "transformer": diffusers.Flux2Transformer2DModel(
            patch_size=1,
            in_channels=128,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=48,  # three hidden layers of the text encoder side by side
            timestep_guidance_channels=256,
            axes_dims_rope=(4, 4, 4, 4),
            guidance_embeds=guidance,
        ),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(**_SCHEDULE),
        "vae": flux2_autoencoder(),
    }


def _dev() -> dict[str, Any]:
    from diffusers.pipelines.flux2.system_messages import SYSTEM_MESSAGE

    from dialed_generator.tiny.byte_tokenizers import plain_tokenizer
    from dialed_generator.tiny.language_models import mistral3

    tokenizer = plain_tokenizer(
        131072,
        bos="<s>",
        eos="</s>",
        specials=("[IMG]",),
        words=SYSTEM_MESSAGE,
        padding_side="left",
    )
    return {**_shared(True), "tokenizer": tokenizer, "text_encoder": mistral3(tokenizer, 31)}


def _klein(distilled: bool) -> dict[str, Any]:
    from dialed_generator.tiny.byte_tokenizers import qwen_tokenizer
    from dialed_generator.tiny.language_models import decoder_model

    tokenizer = qwen_tokenizer(words="user assistant")
    encoder = decoder_model("Qwen3ForCausalLM", "Qwen3Config", tokenizer, layers=28, width=16)
    return {
        **_shared(False),
        "tokenizer": tokenizer,
        "text_encoder": encoder,
        "is_distilled": distilled,
    }


_FLAGS = (Flag("transformer.in_channels", 128, _CONVERT), *flow_flags(_SCHEDULER, **_SCHEDULE))


def _klein_model(name: str, records: tuple[str, ...], distilled: bool) -> TinyModel:
    return TinyModel(
        id=name,
        stands_for=records,
        task="text-to-image",
        pipeline="Flux2KleinPipeline",
        build=partial(assemble, "Flux2KleinPipeline", partial(_klein, distilled)),
        call=text_call,
        flags=(
            *_FLAGS,
            Flag("transformer.guidance_embeds", False, _CONVERT),
            Flag("model_index.is_distilled", distilled, _CONVERT),
        ),
    )


def _klein_kv() -> TinyModel:
    """The member that keeps keys and values of its reference pictures; it has no CFG at all."""
    return TinyModel(
        id="flux2-klein-kv",
        stands_for=("flux2-klein-9b-kv",),
        task="edit",
        pipeline="Flux2KleinKVPipeline",
        build=partial(assemble, "Flux2KleinKVPipeline", partial(_klein, True)),
        call=image_call,
        flags=(*_FLAGS, Flag("transformer.guidance_embeds", False, _CONVERT)),
    )


MODELS: tuple[TinyModel, ...] = (
    TinyModel(
        id="flux2-dev",
        stands_for=("flux2-dev",),
        task="text-to-image",
        pipeline="Flux2Pipeline",
        build=partial(assemble, "Flux2Pipeline", _dev),
        call=text_call,
        flags=(*_FLAGS, Flag("transformer.guidance_embeds", True, _CONVERT)),
    ),
    _klein_model("flux2-klein", ("flux2-klein-4b", "flux2-klein-9b"), True),
    _klein_kv(),
    _klein_model("flux2-klein-base", ("flux2-klein-base-4b", "flux2-klein-base-9b"), False),
)
