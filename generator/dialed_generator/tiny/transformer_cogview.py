"""CogView3-Plus (diffusion, T5) and CogView4 (flow matching, GLM)."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialed_generator.tiny.assembling import assemble, text_call
from dialed_generator.tiny.flag_sources import DIFFUSERS, flow_flags
from dialed_generator.tiny.tiny_model import Flag, TinyModel, picture

_THIRD = DIFFUSERS + "scripts/convert_cogview3_to_diffusers.py"
_FOURTH = DIFFUSERS + "scripts/convert_cogview4_to_diffusers.py"

_NETWORK: dict[str, Any] = {
    "patch_size": 2,
    "in_channels": 16,
    "out_channels": 16,
    "num_layers": 2,
    "attention_head_dim": 16,
    "num_attention_heads": 2,
    "text_embed_dim": 32,
    "time_embed_dim": 32,
    "condition_dim": 8,
    "pos_embed_max_size": 128,
}


def _third() -> dict[str, Any]:
    import diffusers

    from dialed_generator.tiny.autoencoders import kl_autoencoder
    from dialed_generator.tiny.byte_tokenizers import t5_tokenizer
    from dialed_generator.tiny.language_models import t5_encoder

    tokenizer = t5_tokenizer(224)
    return {
        "transformer": diffusers.CogView3PlusTransformer2DModel(**_NETWORK),
        "scheduler": diffusers.CogVideoXDDIMScheduler(
            snr_shift_scale=4.0,
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            clip_sample=False,
            prediction_type="v_prediction",
            rescale_betas_zero_snr=True,
            set_alpha_to_one=True,
            timestep_spacing="trailing",
        ),
        "vae": kl_autoencoder(16, scaling_factor=1.0, quant_conv=False),
        "tokenizer": tokenizer,
        "text_encoder": t5_encoder(tokenizer),
    }


def _fourth(in_channels: int = 16) -> dict[str, Any]:
    import diffusers

    from dialed_generator.tiny.autoencoders import kl_autoencoder
    from dialed_generator.tiny.byte_tokenizers import plain_tokenizer
    from dialed_generator.tiny.language_models import decoder_model

    tokenizer = plain_tokenizer(
        128000,
        eos="<|endoftext|>",
        pad="<|endoftext|>",
        prefix=("[gMASK]", "<sop>"),
        padding_side="left",
    )
    return {
        "transformer": diffusers.CogView4Transformer2DModel(
            **{**_NETWORK, "in_channels": in_channels}, rope_axes_dim=(8, 8)
        ),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(
            base_shift=0.25,
            max_shift=0.75,
            base_image_seq_len=256,
            use_dynamic_shifting=True,
            time_shift_type="linear",
        ),
        "vae": kl_autoencoder(16, scaling_factor=1.0, shift_factor=0.0, quant_conv=False),
        "tokenizer": tokenizer,
        "text_encoder": decoder_model("GlmModel", "GlmConfig", tokenizer),
    }


def _control() -> dict[str, Any]:
    return {**text_call(), "control_image": picture(64, 64, seed=4)}


_FOURTH_FLAGS = flow_flags(
    _FOURTH, base_shift=0.25, max_shift=0.75, use_dynamic_shifting=True, time_shift_type="linear"
)

MODELS: tuple[TinyModel, ...] = (
    TinyModel(
        id="cogview3-plus",
        stands_for=("cogview3-plus",),
        task="text-to-image",
        pipeline="CogView3PlusPipeline",
        build=partial(assemble, "CogView3PlusPipeline", _third),
        call=text_call,
        flags=(
            Flag("scheduler.snr_shift_scale", 4.0, _THIRD),
            Flag("scheduler.prediction_type", "v_prediction", _THIRD),
            Flag("scheduler.rescale_betas_zero_snr", True, _THIRD),
            Flag("scheduler.timestep_spacing", "trailing", _THIRD),
        ),
    ),
    TinyModel(
        id="cogview4",
        stands_for=("cogview4",),
        task="text-to-image",
        pipeline="CogView4Pipeline",
        build=partial(assemble, "CogView4Pipeline", _fourth),
        call=text_call,
        flags=_FOURTH_FLAGS,
    ),
    TinyModel(
        id="cogview4-control",
        stands_for=("cogview4",),
        task="control",
        pipeline="CogView4ControlPipeline",
        build=partial(assemble, "CogView4ControlPipeline", partial(_fourth, 32)),
        call=_control,
        flags=_FOURTH_FLAGS,
    ),
)
