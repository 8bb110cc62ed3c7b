"""HiDream-I1: two CLIPs, T5 and Llama read the prompt; a mixture of experts denoises."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialed_generator.tiny.assembling import assemble, text_call
from dialed_generator.tiny.flag_sources import TOOLKIT, flow_flags
from dialed_generator.tiny.tiny_model import Flag, TinyModel

_URL = TOOLKIT + "extensions_built_in/diffusion_models/hidream/hidream_model.py"
_DEMO = (
    "https://github.com/HiDream-ai/HiDream-I1/blob/9b42dd606fecf8f78b974adb7e4d10331c91371a/"
    "gradio_demo.py"
)


def _parts(shift: float) -> dict[str, Any]:
    import diffusers

    from dialed_generator.tiny.autoencoders import sixteen_channel_autoencoder
    from dialed_generator.tiny.byte_tokenizers import plain_tokenizer, t5_tokenizer
    from dialed_generator.tiny.clip_tokenizer import clip_text_model, clip_tokenizer
    from dialed_generator.tiny.language_models import decoder_model, t5_encoder

    # The CLIPs are of the long kind: 248 positions, of which the class uses 218.
    first, second, third = clip_tokenizer(248), clip_tokenizer(248), t5_tokenizer()
    fourth = plain_tokenizer(131072, bos="<|begin_of_text|>", eos="<|end_of_text|>")
    return {
        "transformer": diffusers.HiDreamImageTransformer2DModel(
            patch_size=2,
            in_channels=16,
            out_channels=16,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            caption_channels=[32, 32],
            text_emb_dim=64,
            num_routed_experts=4,
            num_activated_experts=2,
            axes_dims_rope=(8, 4, 4),
            max_resolution=(128, 128),
            llama_layers=[0, 1],
        ),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(
            shift=shift, use_dynamic_shifting=False
        ),
        "vae": sixteen_channel_autoencoder(),
        "tokenizer": first,
        "text_encoder": clip_text_model(first, project=True),
        "tokenizer_2": second,
        "text_encoder_2": clip_text_model(second, act="gelu", project=True),
        "tokenizer_3": third,
        "text_encoder_3": t5_encoder(third),
        "tokenizer_4": fourth,
        "text_encoder_4": decoder_model("LlamaForCausalLM", "LlamaConfig", fourth),
    }


def _build(shift: float) -> Any:
    """The class takes width and height as a shape only and works at a megapixel; here at 64 x 64."""
    pipeline = assemble("HiDreamImagePipeline", partial(_parts, shift))
    pipeline.default_sample_size = 8
    return pipeline


def _model(name: str, shift: float, url: str) -> TinyModel:
    return TinyModel(
        id=name,
        stands_for=(name,),
        task="text-to-image",
        pipeline="HiDreamImagePipeline",
        build=partial(_build, shift),
        call=text_call,
        flags=(
            *flow_flags(url, shift=shift),
            *flow_flags(_DEMO, use_dynamic_shifting=False),
            Flag("transformer.num_routed_experts", 4, _URL),
        ),
    )


MODELS: tuple[TinyModel, ...] = (
    _model("hidream-i1-full", 3.0, _URL),
    _model("hidream-i1-dev", 6.0, _DEMO),
    _model("hidream-i1-fast", 3.0, _DEMO),
)
