"""Kandinsky 3 at tiny size: a UNet of its own that reads the prompt through T5 (Flan-UL2), without a prior."""

from __future__ import annotations

from typing import Any

from dialed_generator.tiny.conditional_unet import DIFFUSERS
from dialed_generator.tiny.tiny_model import Flag, TinyModel, redraw_zeros, seeded
from dialed_generator.tiny.unet_kandinsky import small_movq
from dialed_generator.tiny.unet_sd1 import picture_call, text_call

_TESTS = f"{DIFFUSERS}/tests/pipelines/kandinsky3/test_kandinsky3.py"
_SCHEDULER = "https://huggingface.co/kandinsky-community/kandinsky-3/blob/main/scheduler/scheduler_config.json"
_WIDTH = 32


def _pipeline(name: str) -> Any:
    import diffusers

    from dialed_generator.tiny.byte_tokenizers import t5_tokenizer
    from dialed_generator.tiny.language_models import t5_encoder

    with seeded():
        tokenizer = t5_tokenizer()
        unet = diffusers.Kandinsky3UNet(
            in_channels=4,
            time_embedding_dim=4,
            groups=2,
            attention_head_dim=4,
            layers_per_block=3,
            block_out_channels=(8, 16),
            cross_attention_dim=4,
            encoder_hid_dim=_WIDTH,
        )
        movq = small_movq()
        redraw_zeros(unet, movq)
        return getattr(diffusers, name)(
            tokenizer=tokenizer,
            text_encoder=t5_encoder(tokenizer, width=_WIDTH),
            unet=unet,
            scheduler=diffusers.DDPMScheduler(
                beta_start=0.00085,
                beta_end=0.012,
                steps_offset=1,
                beta_schedule="squaredcos_cap_v2",
                clip_sample=True,
                clip_sample_range=_RANGE,
            ),
            movq=movq,
        )


_RANGE = 100.0
"""Random weights leave the range of real latents, and numbers that are all clipped would hide every difference."""

_FLAGS = (
    Flag("scheduler.clip_sample", True, _SCHEDULER),
    Flag("scheduler.beta_schedule", "squaredcos_cap_v2", _TESTS),
    Flag("unet.in_channels", 4, _TESTS),
    Flag("movq.norm_type", "spatial", _TESTS),
)

MODELS = (
    TinyModel(
        id="kandinsky-3",
        stands_for=("kandinsky-3",),
        task="text-to-image",
        pipeline="Kandinsky3Pipeline",
        build=lambda: _pipeline("Kandinsky3Pipeline"),
        call=text_call,
        flags=_FLAGS,
    ),
    TinyModel(
        id="kandinsky-3-img2img",
        stands_for=("kandinsky-3",),
        task="image-to-image",
        pipeline="Kandinsky3Img2ImgPipeline",
        build=lambda: _pipeline("Kandinsky3Img2ImgPipeline"),
        call=picture_call,
        flags=_FLAGS,
    ),
)
