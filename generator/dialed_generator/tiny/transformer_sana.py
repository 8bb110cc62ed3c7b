"""Sana and Sana Sprint: Gemma 2 reads a long instruction with the prompt; latents are a thirty-second of the side."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialed_generator.tiny.assembling import assemble, image_call, text_call
from dialed_generator.tiny.flag_sources import DIFFUSERS
from dialed_generator.tiny.tiny_model import Flag, Task, TinyModel

_URL = DIFFUSERS + "scripts/convert_sana_to_diffusers.py"
_SIDE = 128


def _parts(qk_norm: str | None, guidance: bool) -> dict[str, Any]:
    import inspect

    import diffusers

    from dialed_generator.tiny.autoencoders import deep_autoencoder
    from dialed_generator.tiny.byte_tokenizers import gemma_tokenizer
    from dialed_generator.tiny.language_models import decoder_model

    run = inspect.signature(diffusers.SanaPipeline.__call__).parameters
    tokenizer = gemma_tokenizer(words="\n".join(run["complex_human_instruction"].default))
    return {
        "transformer": diffusers.SanaTransformer2DModel(
            in_channels=32,
            out_channels=32,
            num_layers=1,
            num_attention_heads=2,
            attention_head_dim=8,
            num_cross_attention_heads=2,
            cross_attention_head_dim=8,
            cross_attention_dim=16,
            caption_channels=32,
            sample_size=32,
            patch_size=1,
            qk_norm=qk_norm,
            guidance_embeds=guidance,
        ),
        "scheduler": (
            diffusers.SCMScheduler(prediction_type="trigflow", sigma_data=0.5)
            if guidance
            else diffusers.DPMSolverMultistepScheduler(
                flow_shift=3.0, use_flow_sigmas=True, prediction_type="flow_prediction"
            )
        ),
        "vae": deep_autoencoder(),
        "tokenizer": tokenizer,
        "text_encoder": decoder_model("Gemma2Model", "Gemma2Config", tokenizer),
    }


def _text() -> dict[str, Any]:
    return text_call(_SIDE, use_resolution_binning=False)


def _sprint() -> dict[str, Any]:
    # The class refuses its own time between the steps unless there are exactly two.
    return {**_text(), "intermediate_timesteps": None}


def _sprint_image() -> dict[str, Any]:
    return image_call(_SIDE, use_resolution_binning=False, intermediate_timesteps=None)


_PLAIN = (
    Flag("transformer.in_channels", 32, _URL),
    Flag("transformer.patch_size", 1, _URL),
    Flag("transformer.sample_size", 32, _URL),
)
_SANA = (
    *_PLAIN,
    Flag("transformer.qk_norm", None, _URL),
    Flag("transformer.guidance_embeds", False, _URL),
    Flag("scheduler.flow_shift", 3.0, _URL),
    Flag("scheduler.use_flow_sigmas", True, _URL),
    Flag("scheduler.prediction_type", "flow_prediction", _URL),
)
_SPRINT = (
    *_PLAIN,
    Flag("transformer.qk_norm", "rms_norm_across_heads", _URL),
    Flag("transformer.guidance_embeds", True, _URL),
    Flag("scheduler.prediction_type", "trigflow", _URL),
    Flag("scheduler.sigma_data", 0.5, _URL),
)


def _sana(name: str, kind: str) -> TinyModel:
    return TinyModel(
        id=name,
        stands_for=("sana-1.6b",),
        task="text-to-image",
        pipeline=kind,
        build=partial(assemble, kind, partial(_parts, None, False)),
        call=_text,
        flags=_SANA,
    )


def _sana_sprint(name: str, task: Task, kind: str, call: Any) -> TinyModel:
    return TinyModel(
        id=name,
        stands_for=("sana-sprint-1.6b",),
        task=task,
        pipeline=kind,
        build=partial(assemble, kind, partial(_parts, "rms_norm_across_heads", True)),
        call=call,
        flags=_SPRINT,
    )


MODELS: tuple[TinyModel, ...] = (
    _sana("sana", "SanaPipeline"),
    _sana("sana-pag", "SanaPAGPipeline"),
    _sana_sprint("sana-sprint", "text-to-image", "SanaSprintPipeline", _sprint),
    _sana_sprint(
        "sana-sprint-img2img", "image-to-image", "SanaSprintImg2ImgPipeline", _sprint_image
    ),
)
