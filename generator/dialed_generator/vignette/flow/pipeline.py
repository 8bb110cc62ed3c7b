"""Put the flow model's parts together as a Flux pipeline, and publish its folder."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, FluxPipeline
from PIL import Image

from dialed_generator.vignette.files import write_json
from dialed_generator.vignette.flow.text import T5_LENGTH
from dialed_generator.vignette.flow.transformer import build_scheduler

STEPS = 20
"""Recommended number of steps."""
GUIDANCE = 3.5
"""Recommended embedded guidance."""
SIZE = 128
SUBFOLDERS = (
    "scheduler",
    "text_encoder",
    "text_encoder_2",
    "tokenizer",
    "tokenizer_2",
    "transformer",
    "vae",
)


def assemble(parts: torch.nn.ModuleDict, vae: AutoencoderKL) -> FluxPipeline:
    """Return the pipeline of a run's parts (``transformer``, ``texts``) and an autoencoder."""
    texts: Any = parts["texts"]
    pipe = FluxPipeline(
        scheduler=build_scheduler(),
        vae=_with_shift(vae),
        text_encoder=texts.clip.eval(),
        tokenizer=texts.clip_tokenizer,
        text_encoder_2=texts.t5.eval(),
        tokenizer_2=texts.t5_tokenizer,
        transformer=parts["transformer"].eval(),
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe


def _with_shift(vae: AutoencoderKL) -> AutoencoderKL:
    """Give the autoencoder the ``shift_factor`` that the Flux pipeline adds to latents: nought."""
    if vae.config.shift_factor is None:
        vae.register_to_config(shift_factor=0.0)
    return vae


def generate(
    pipe: FluxPipeline,
    prompts: list[str],
    seeds: list[int],
    *,
    steps: int = STEPS,
    guidance: float = GUIDANCE,
    true_cfg: float = 1.0,
    negative: str = "",
    length: int = T5_LENGTH,
    size: int = SIZE,
    batch: int = 10,
) -> list[Image.Image]:
    """Generate one picture for each prompt and seed, `batch` at a time.

    Args:
        pipe: The pipeline.
        prompts: Prompts.
        seeds: Seed of each picture's own noise.
        steps: Steps.
        guidance: Embedded guidance.
        true_cfg: Classifier-free guidance against `negative`; 1 is off.
        negative: Negative prompt of classifier-free guidance.
        length: ``max_sequence_length``.
        size: Width and height in pixels.
        batch: Pictures made together.
    """
    images: list[Image.Image] = []
    for start in range(0, len(prompts), batch):
        part = slice(start, start + batch)
        generators = [torch.Generator("cpu").manual_seed(seed) for seed in seeds[part]]
        with torch.inference_mode():
            images += pipe(
                prompts[part],
                negative_prompt=[negative] * len(generators) if true_cfg > 1 else None,
                num_inference_steps=steps,
                guidance_scale=guidance,
                true_cfg_scale=true_cfg,
                max_sequence_length=length,
                height=size,
                width=size,
                generator=generators,
            ).images
    return images


def publish(parts: torch.nn.ModuleDict, vae: AutoencoderKL, folder: Path) -> None:
    """Write the pipeline folder; it then loads with ``FluxPipeline.from_pretrained``.

    Transformer and autoencoder are stored in half precision, the text encoders in single: a half
    text encoder would be loaded as half while the transformer is loaded as single, and the first
    call would fail.
    """
    draft = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    pipe = assemble(copy.deepcopy(parts).float(), copy.deepcopy(vae))
    pipe.transformer.half()
    pipe.vae.half()
    pipe.save_pretrained(draft, safe_serialization=True)
    folder.mkdir(parents=True, exist_ok=True)
    for name in SUBFOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
        shutil.move(draft / name, folder / name)
    for path in [*folder.glob("*/config.json"), draft / "model_index.json"]:
        content = json.loads(path.read_text(encoding="utf-8"))
        content.pop("_name_or_path", None)
        write_json(path, content)
    shutil.move(draft / "model_index.json", folder / "model_index.json")
    shutil.rmtree(draft)


def load_flow(folder: Path) -> FluxPipeline:
    """Load a published folder; without a dtype argument everything computes in single precision."""
    pipe = FluxPipeline.from_pretrained(folder, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    return pipe
