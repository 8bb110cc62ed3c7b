"""Chroma: made from FLUX.1 [schnell], without the CLIP text encoder and without guidance as an input; true CFG."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialed_generator.tiny.assembling import assemble, image_call, text_call
from dialed_generator.tiny.flag_sources import FLUX_SHIFT, FORGE, SDNEXT, flow_flags
from dialed_generator.tiny.tiny_model import Flag, Task, TinyModel

# Forge carries an older folder, with shift 1 and no dynamic shifting.
_SCHEDULER = SDNEXT + "configs/chroma/scheduler/scheduler_config.json"
_NETWORK = SDNEXT + "configs/chroma/transformer/config.json"


def _parts() -> dict[str, Any]:
    import diffusers

    from dialed_generator.tiny.autoencoders import sixteen_channel_autoencoder
    from dialed_generator.tiny.byte_tokenizers import t5_tokenizer
    from dialed_generator.tiny.language_models import t5_encoder

    tokenizer = t5_tokenizer()
    return {
        "transformer": diffusers.ChromaTransformer2DModel(
            patch_size=1,
            in_channels=64,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=32,
            axes_dims_rope=(4, 4, 8),
            approximator_num_channels=16,
            approximator_hidden_dim=32,
            approximator_layers=1,
        ),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(**FLUX_SHIFT),
        "vae": sixteen_channel_autoencoder(),
        "tokenizer": tokenizer,
        "text_encoder": t5_encoder(tokenizer),
    }


def _model(name: str, task: Task, kind: str, call: Any) -> TinyModel:
    return TinyModel(
        id=name,
        stands_for=("chroma1-hd", "chroma1-base"),
        task=task,
        pipeline=kind,
        build=partial(assemble, kind, _parts),
        call=call,
        flags=(
            *flow_flags(_SCHEDULER, **FLUX_SHIFT),
            Flag("transformer.in_channels", 64, _NETWORK),
            Flag("model_index.text_encoder", "T5EncoderModel", FORGE + "Chroma/model_index.json"),
        ),
    )


# ChromaInpaintPipeline of diffusers 0.42.1 cannot be here: it asks the network's configuration for guidance_embeds, which
# ChromaTransformer2DModel does not have, and stops with an AttributeError.
MODELS: tuple[TinyModel, ...] = (
    _model("chroma1-hd", "text-to-image", "ChromaPipeline", text_call),
    _model("chroma1-hd-img2img", "image-to-image", "ChromaImg2ImgPipeline", image_call),
)
