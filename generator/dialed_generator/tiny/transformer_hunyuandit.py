"""HunyuanDiT: BERT and T5 read the prompt; up to 1.1 the size of the picture is an input, from 1.2 on it is not."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialed_generator.tiny.assembling import assemble, text_call
from dialed_generator.tiny.flag_sources import DIFFUSERS, FORGE
from dialed_generator.tiny.tiny_model import Flag, TinyModel, picture

_FIRST = FORGE + "Tencent-Hunyuan/HunyuanDiT-Diffusers/"
_CONVERT = DIFFUSERS + "scripts/convert_hunyuandit_to_diffusers.py"

_OWN = (
    "https://github.com/Tencent/HunyuanDiT/blob/368280ec35119ed2741a30cc5b40aafde34f8a8a/"
    "hydit/constants.py"
)


def _network(sizes: bool) -> dict[str, Any]:
    return {
        "num_layers": 4,
        "num_attention_heads": 2,
        "attention_head_dim": 16,
        "hidden_size": 32,
        "in_channels": 4,
        "patch_size": 2,
        "sample_size": 128,
        "mlp_ratio": 2.0,
        "cross_attention_dim": 32,
        "cross_attention_dim_t5": 32,
        "pooled_projection_dim": 32,
        "text_len": 77,
        "text_len_t5": 256,
        "use_style_cond_and_image_meta_size": sizes,
    }


def _parts(sizes: bool, control: bool = False) -> dict[str, Any]:
    import diffusers

    from dialed_generator.tiny.autoencoders import kl_autoencoder
    from dialed_generator.tiny.byte_tokenizers import bert_tokenizer, t5_tokenizer
    from dialed_generator.tiny.language_models import bert_encoder, t5_encoder

    first, second = bert_tokenizer(77), t5_tokenizer(256)
    made: dict[str, Any] = {
        "transformer": diffusers.HunyuanDiT2DModel(**_network(sizes), learn_sigma=True),
        "scheduler": diffusers.DDPMScheduler(
            beta_start=0.00085,
            beta_end=0.03 if sizes else 0.02,
            beta_schedule="scaled_linear",
            prediction_type="v_prediction",
            clip_sample=False,
            steps_offset=1,
            timestep_spacing="leading",
        ),
        "vae": kl_autoencoder(4, scaling_factor=0.13025),
        "tokenizer": first,
        "text_encoder": bert_encoder(first),
        "tokenizer_2": second,
        "text_encoder_2": t5_encoder(second),
        "safety_checker": None,
        "feature_extractor": None,
        "requires_safety_checker": False,
    }
    if control:
        shape = {name: value for name, value in _network(sizes).items() if name != "num_layers"}
        made["controlnet"] = diffusers.HunyuanDiT2DControlNetModel(
            **shape, transformer_num_layers=4
        )
    return made


def _text() -> dict[str, Any]:
    return text_call(
        use_resolution_binning=False
    )  # else every size becomes one of the trained ones


def _control() -> dict[str, Any]:
    return {**_text(), "control_image": picture(64, 64, seed=4)}


_SCHEDULER = (
    Flag("scheduler.beta_start", 0.00085, _FIRST + "scheduler/scheduler_config.json"),
    Flag("scheduler.prediction_type", "v_prediction", _FIRST + "scheduler/scheduler_config.json"),
    Flag("scheduler.timestep_spacing", "leading", _FIRST + "scheduler/scheduler_config.json"),
    Flag("transformer.text_len", 77, _FIRST + "transformer/config.json"),
    Flag("transformer.text_len_t5", 256, _FIRST + "transformer/config.json"),
    Flag("transformer.learn_sigma", True, _FIRST + "transformer/config.json"),
)


def _flags(sizes: bool) -> tuple[Flag, ...]:
    return (
        *_SCHEDULER,
        Flag("scheduler.beta_end", 0.03, _FIRST + "scheduler/scheduler_config.json")
        if sizes
        else Flag("scheduler.beta_end", 0.02, _OWN),
        Flag("transformer.use_style_cond_and_image_meta_size", sizes, _CONVERT),
    )


def _model(name: str, kind: str, record: str, sizes: bool) -> TinyModel:
    return TinyModel(
        id=name,
        stands_for=(record,),
        task="text-to-image",
        pipeline=kind,
        build=partial(assemble, kind, partial(_parts, sizes)),
        call=_text,
        flags=_flags(sizes),
    )


MODELS: tuple[TinyModel, ...] = (
    _model("hunyuandit-11", "HunyuanDiTPipeline", "hunyuandit-v11", True),
    _model("hunyuandit", "HunyuanDiTPipeline", "hunyuandit-v12", False),
    _model("hunyuandit-pag", "HunyuanDiTPAGPipeline", "hunyuandit-v12", False),
    TinyModel(
        id="hunyuandit-controlnet",
        stands_for=("hunyuandit-v12",),
        task="control",
        pipeline="HunyuanDiTControlNetPipeline",
        build=partial(assemble, "HunyuanDiTControlNetPipeline", partial(_parts, False, True)),
        call=_control,
        flags=_flags(False),
    ),
)
