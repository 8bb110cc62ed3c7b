"""Kandinsky 5 Image: Qwen2.5-VL and CLIP read the prompt."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialed_generator.tiny.assembling import assemble, template_of, text_call
from dialed_generator.tiny.flag_sources import DIFFUSERS
from dialed_generator.tiny.tiny_model import Flag, TinyModel

_PIPELINE = DIFFUSERS + "src/diffusers/pipelines/kandinsky5/pipeline_kandinsky_t2i.py"
_OWN = (
    "https://github.com/kandinskylab/kandinsky-5/blob/6e2a80517cdfc66c71723de245263d3a529b49dc/"
    "kandinsky/t2i_pipeline.py"
)
_SMALLER = 8
_KIND = "Kandinsky5T2IPipeline"


def _parts() -> dict[str, Any]:
    import diffusers

    from dialed_generator.tiny.autoencoders import sixteen_channel_autoencoder
    from dialed_generator.tiny.byte_tokenizers import qwen_tokenizer
    from dialed_generator.tiny.clip_tokenizer import clip_text_model, clip_tokenizer
    from dialed_generator.tiny.language_models import qwen25_vl

    # The real one has a processor of text and images here; the class gives it text only.
    first = qwen_tokenizer(words=template_of(_KIND, "prompt_template"))
    second = clip_tokenizer()
    return {
        "transformer": diffusers.Kandinsky5Transformer3DModel(
            in_visual_dim=16,
            out_visual_dim=16,
            in_text_dim=32,
            in_text_dim2=32,
            time_dim=32,
            patch_size=(1, 2, 2),
            model_dim=32,
            ff_dim=64,
            num_text_blocks=1,
            num_visual_blocks=1,
            axes_dims=(4, 6, 6),
            visual_cond=False,
            attention_type="regular",
        ),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0),
        "vae": sixteen_channel_autoencoder(),
        "tokenizer": first,
        "text_encoder": qwen25_vl(first),
        "tokenizer_2": second,
        "text_encoder_2": clip_text_model(second),
    }


def _build() -> Any:
    """The class knows seven sizes about a megapixel and takes the nearest; here they are an eighth as large."""
    pipeline = assemble(_KIND, _parts)
    pipeline.resolutions = [(w // _SMALLER, h // _SMALLER) for w, h in pipeline.resolutions]
    return pipeline


MODELS: tuple[TinyModel, ...] = (
    TinyModel(
        id="kandinsky5-image",
        stands_for=("kandinsky5-t2i-lite",),
        task="text-to-image",
        pipeline=_KIND,
        build=_build,
        call=partial(text_call, 128),
        flags=(
            Flag("scheduler.shift", 3.0, _OWN),
            Flag("model_index.text_encoder_2", "CLIPTextModel", _PIPELINE),
        ),
    ),
)
