"""HunyuanImage 2.1: guidance is an object of the pipeline; the distilled model takes it as an input."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialed_generator.tiny.assembling import assemble, template_of, text_call
from dialed_generator.tiny.flag_sources import DIFFUSERS
from dialed_generator.tiny.tiny_model import Flag, TinyModel

_CONVERT = DIFFUSERS + "scripts/convert_hunyuan_image_to_diffusers.py"
_DOCS = DIFFUSERS + "docs/source/en/api/pipelines/hunyuanimage21.md"
_OWN = (
    "https://github.com/Tencent-Hunyuan/HunyuanImage-2.1/blob/307df8801d176740dafb67b2872c831cb9362cf9/"
    "hyimage/diffusion/pipelines/hunyuanimage_pipeline.py"
)


def _parts(distilled: bool) -> dict[str, Any]:
    import diffusers

    from dialed_generator.tiny.autoencoders import hunyuan_autoencoder
    from dialed_generator.tiny.byte_tokenizers import byt5_tokenizer, qwen_tokenizer
    from dialed_generator.tiny.language_models import qwen25_vl, t5_encoder

    first = qwen_tokenizer(words=template_of("HunyuanImagePipeline", "prompt_template_encode"))
    second = byt5_tokenizer()
    guider, for_text = (
        (None, None)
        if distilled
        else (
            diffusers.AdaptiveProjectedMixGuidance(adaptive_projected_guidance_start_step=5),
            diffusers.AdaptiveProjectedMixGuidance(adaptive_projected_guidance_start_step=38),
        )
    )
    return {
        "transformer": diffusers.HunyuanImageTransformer2DModel(
            in_channels=64,
            out_channels=64,
            num_attention_heads=1,
            attention_head_dim=16,
            num_layers=1,
            num_single_layers=1,
            num_refiner_layers=1,
            patch_size=(1, 1),
            qk_norm="rms_norm",
            guidance_embeds=distilled,
            use_meanflow=distilled,
            text_embed_dim=32,
            text_embed_2_dim=32,
            rope_axes_dim=(8, 8),
        ),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(shift=4.0 if distilled else 5.0),
        "vae": hunyuan_autoencoder(),
        "tokenizer": first,
        "text_encoder": qwen25_vl(first, layers=3),
        "tokenizer_2": second,
        "text_encoder_2": t5_encoder(second),
        "guider": guider,
        "ocr_guider": for_text,
    }


def _build(distilled: bool) -> Any:
    """The class fills every prompt up to 1,000 and 128 tokens; here to 128 and 16, ten times as fast."""
    pipeline = assemble("HunyuanImagePipeline", partial(_parts, distilled))
    pipeline.tokenizer_max_length = 128
    pipeline.tokenizer_2_max_length = 16
    return pipeline


def _model(name: str, distilled: bool) -> TinyModel:
    return TinyModel(
        id=name,
        stands_for=(name,),
        task="text-to-image",
        pipeline="HunyuanImagePipeline",
        build=partial(_build, distilled),
        call=partial(text_call, 128),
        flags=(
            Flag("transformer.guidance_embeds", distilled, _CONVERT),
            Flag("transformer.use_meanflow", distilled, _CONVERT),
            Flag("scheduler.shift", 4.0 if distilled else 5.0, _OWN),
            Flag(
                "model_index.guider", None if distilled else "AdaptiveProjectedMixGuidance", _DOCS
            ),
        ),
    )


MODELS: tuple[TinyModel, ...] = (
    _model("hunyuan-image-2.1", False),
    _model("hunyuan-image-2.1-distilled", True),
)
