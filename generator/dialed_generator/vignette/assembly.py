"""Put the trained parts together as a Stable Diffusion pipeline."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from diffusers import AutoencoderKL, StableDiffusionPipeline, UNet2DConditionModel
from PIL import Image
from transformers import CLIPTextModel, CLIPTokenizer

from dialed_generator.vignette.denoiser import build_scheduler

STEPS = 25
"""Recommended number of steps, used for sample sheets and the evaluation."""
GUIDANCE = 4.0
"""Recommended guidance scale."""


@dataclass
class Parts:
    """The four parts of the model."""

    tokenizer: CLIPTokenizer
    text_encoder: CLIPTextModel
    vae: AutoencoderKL
    unet: UNet2DConditionModel


def assemble(parts: Parts) -> StableDiffusionPipeline:
    """Return the pipeline of the parts, with the published default scheduler."""
    pipe = StableDiffusionPipeline(
        vae=parts.vae,
        text_encoder=parts.text_encoder,
        tokenizer=parts.tokenizer,
        unet=parts.unet,
        scheduler=build_scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe


def generate(
    pipe: StableDiffusionPipeline,
    prompts: list[str],
    seeds: list[int],
    *,
    steps: int = STEPS,
    guidance: float = GUIDANCE,
    batch: int = 10,
) -> list[Image.Image]:
    """Generate one picture for each prompt and seed, `batch` at a time."""
    images: list[Image.Image] = []
    for start in range(0, len(prompts), batch):
        part = slice(start, start + batch)
        generators = [torch.Generator("cpu").manual_seed(seed) for seed in seeds[part]]
        images += pipe(
            prompts[part],
            num_inference_steps=steps,
            guidance_scale=guidance,
            generator=generators,
        ).images
    return images


def sheet(images: list[Image.Image], columns: int) -> Image.Image:
    """Return a contact sheet of equally large pictures, row by row."""
    width, height = images[0].size
    rows = -(-len(images) // columns)
    page = Image.new("RGB", (width * columns, height * rows))
    for index, image in enumerate(images):
        page.paste(image, (width * (index % columns), height * (index // columns)))
    return page
