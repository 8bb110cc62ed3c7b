"""Qwen-Image: Qwen2.5-VL reads the prompt inside a fixed sentence; true CFG; guidance is no input."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from dialed_generator.tiny.assembling import (
    assemble,
    image_call,
    inpaint_call,
    template_of,
    text_call,
)
from dialed_generator.tiny.flag_sources import DIFFUSERS, TOOLKIT, flow_flags
from dialed_generator.tiny.tiny_model import Flag, Task, TinyModel, picture

_URL = TOOLKIT + "extensions_built_in/diffusion_models/qwen_image/qwen_image.py"
_NETWORK = DIFFUSERS + "src/diffusers/models/transformers/transformer_qwenimage.py"
_SCHEDULE: dict[str, Any] = {
    "base_image_seq_len": 256,
    "base_shift": 0.5,
    "max_image_seq_len": 8192,
    "max_shift": 0.9,
    "shift": 1.0,
    "shift_terminal": 0.02,
    "time_shift_type": "exponential",
    "use_dynamic_shifting": True,
}
_LIGHTNING_URL = DIFFUSERS + "docs/source/en/api/pipelines/qwenimage.md"
_LIGHTNING: dict[str, Any] = {
    **_SCHEDULE,
    "base_shift": math.log(3),
    "max_shift": math.log(3),
    "shift_terminal": None,
}


def _network() -> dict[str, Any]:
    return {
        "patch_size": 2,
        "in_channels": 64,
        "out_channels": 16,
        "num_layers": 1,
        "attention_head_dim": 16,
        "num_attention_heads": 2,
        "joint_attention_dim": 32,
        "axes_dims_rope": (4, 4, 8),
    }


def _parts(
    kind: str, schedule: dict[str, Any], control: bool = False, edit: bool = False
) -> dict[str, Any]:
    import diffusers

    from dialed_generator.tiny.autoencoders import qwen_autoencoder
    from dialed_generator.tiny.byte_tokenizers import qwen_tokenizer
    from dialed_generator.tiny.language_models import qwen25_vl
    from dialed_generator.tiny.qwen_processor import qwen_processor

    tokenizer = qwen_tokenizer(words=template_of(kind, "prompt_template_encode"))
    made: dict[str, Any] = {
        "transformer": diffusers.QwenImageTransformer2DModel(**_network(), guidance_embeds=False),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(**schedule),
        # Edits work on a picture of a megapixel: an autoencoder that shrinks it more leaves few tokens of it.
        "vae": qwen_autoencoder(shrinks=32, blocks=0, width=2) if edit else qwen_autoencoder(),
        "tokenizer": tokenizer,
        "text_encoder": qwen25_vl(tokenizer),
    }
    if control:
        made["controlnet"] = diffusers.QwenImageControlNetModel(**_network())
    if edit:
        made["processor"] = qwen_processor(tokenizer)
    return made


def _control() -> dict[str, Any]:
    return {**text_call(), "control_image": picture(64, 64, seed=4)}


def _model(
    name: str,
    task: Task,
    kind: str,
    call: Any,
    *,
    records: tuple[str, ...] = ("qwen-image", "qwen-image-2512"),
    schedule: dict[str, Any] = _SCHEDULE,
    scheduler_url: str = _URL,
    control: bool = False,
    edit: bool = False,
) -> TinyModel:
    return TinyModel(
        id=name,
        stands_for=records,
        task=task,
        pipeline=kind,
        build=partial(assemble, kind, partial(_parts, kind, schedule, control, edit)),
        call=call,
        flags=(
            *flow_flags(scheduler_url, **schedule),
            Flag("transformer.in_channels", 64, _NETWORK),
            Flag("transformer.guidance_embeds", False, _NETWORK),
        ),
    )


def _edit(name: str, kind: str, record: str) -> TinyModel:
    return _model(name, "edit", kind, partial(image_call, 128), records=(record,), edit=True)


MODELS: tuple[TinyModel, ...] = (
    _model(
        "qwen-image-lightning",
        "text-to-image",
        "QwenImagePipeline",
        text_call,
        records=("qwen-image-lightning",),
        schedule=_LIGHTNING,
        scheduler_url=_LIGHTNING_URL,
    ),
    _model("qwen-image", "text-to-image", "QwenImagePipeline", text_call),
    _model("qwen-image-img2img", "image-to-image", "QwenImageImg2ImgPipeline", image_call),
    _model("qwen-image-inpaint", "inpaint", "QwenImageInpaintPipeline", inpaint_call),
    _model(
        "qwen-image-controlnet", "control", "QwenImageControlNetPipeline", _control, control=True
    ),
    _edit("qwen-image-edit", "QwenImageEditPipeline", "qwen-image-edit"),
    _edit("qwen-image-edit-2509", "QwenImageEditPlusPipeline", "qwen-image-edit-2509"),
)
