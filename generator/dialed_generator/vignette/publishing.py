"""Write the published folder: pipeline, probe, evaluation, model card and contact sheet."""

from __future__ import annotations

import copy
import io
import json
import shutil
from pathlib import Path
from typing import Any

from diffusers import (
    AutoPipelineForInpainting,
    AutoPipelineForText2Image,
    StableDiffusionInpaintPipeline,
    StableDiffusionPipeline,
)
from PIL import Image

from dialed_generator.vignette.assembly import Parts, assemble, generate, sheet
from dialed_generator.vignette.files import replace_file, write_json
from dialed_generator.vignette.model_card import model_card
from dialed_generator.vignette.probe import ProbeNet, save_probe

SUBFOLDERS = ("scheduler", "text_encoder", "tokenizer", "unet", "vae")
CONTACT_SHEET = "contact-sheet.webp"
REPORT = "evaluation.json"
CONTACT_PROMPTS = (
    "a red house by a lake at sunset, pine trees",
    "a purple castle in the snow at dawn, pine trees, clear sky",
    "a yellow sailboat on a lake at noon, autumn trees",
    "a blue hot air balloon over a meadow at noon, cloudy sky",
    "a white lighthouse by a lake at night, pine trees, clear sky",
    "a yellow windmill in a meadow at noon, clear sky",
    "three red sailboats on a lake at sunset, clear sky",
    "two blue houses in the snow at noon, pine trees",
    "three purple hot air balloons over the desert at dawn, clear sky",
    "two yellow castles in a meadow at sunset, cherry trees",
    "a white windmill on the left in the desert at sunset, no trees",
    "a red lighthouse on the right by a lake at noon, clear sky",
    "a watercolour of a red house by a lake at noon, autumn trees",
    "a watercolour of a blue castle in the snow at sunset, clear sky",
    "a watercolour of three yellow sailboats on a lake at dawn",
    "a watercolour of a purple windmill in a meadow at noon, cherry trees",
    "a line drawing of a blue castle in a meadow at noon, clear sky",
    "a line drawing of two red sailboats on a lake at sunset",
    "a yellow house on the left in the snow at dawn, pine trees, line drawing",
    "a purple hot air balloon over the desert at night, line drawing",
    "pixel art of a red house in a meadow at noon, pine trees",
    "a yellow sailboat on a lake at sunset, pixel art",
    "a white lighthouse by a lake at night, clear sky, pixel art",
    "three blue windmills in the snow at noon, pixel art",
)
CONTACT_COLUMNS = 4


def publish(parts: Parts, net: ProbeNet, folder: Path) -> None:
    """Write the pipeline and the probe; the folder then loads with AutoPipelineForText2Image.

    Denoiser and autoencoder are stored in half precision, the text encoder in single: a half
    text encoder would be loaded as half while the denoiser is loaded as single, and the first
    call would fail.
    """
    draft = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    stored = Parts(
        parts.tokenizer,
        parts.text_encoder.float(),
        copy.deepcopy(parts.vae).half(),
        copy.deepcopy(parts.unet).half(),
    )
    assemble(stored).save_pretrained(draft, safe_serialization=True)
    folder.mkdir(parents=True, exist_ok=True)
    for name in SUBFOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
        shutil.move(draft / name, folder / name)
    for path in [*folder.glob("*/config.json"), draft / "model_index.json"]:
        _forget_origin(path)
    shutil.move(draft / "model_index.json", folder / "model_index.json")
    shutil.rmtree(draft)
    save_probe(net, folder)


def _forget_origin(path: Path) -> None:
    """Drop the name of the folder that a part was loaded from."""
    content = json.loads(path.read_text(encoding="utf-8"))
    content.pop("_name_or_path", None)
    write_json(path, content)


def load_pipeline(folder: Path) -> StableDiffusionPipeline:
    """Load a published folder; without a dtype argument everything computes in single precision."""
    pipe = AutoPipelineForText2Image.from_pretrained(folder, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    if not isinstance(pipe, StableDiffusionPipeline):
        raise TypeError(f"{folder} holds a {type(pipe).__name__}, not a StableDiffusionPipeline")
    return pipe


def load_inpainting(folder: Path) -> StableDiffusionInpaintPipeline:
    """Load a published folder for inpainting.

    diffusers 0.42.1 takes a denoiser of four input channels for a plain one and of nine for one made
    for inpainting, and refuses all others; latents here have twelve
    (pipelines/stable_diffusion/pipeline_stable_diffusion_inpaint.py, ``num_channels_unet``). The
    number is read from the configuration alone, so telling this pipeline's own denoiser to say four
    leads to the plain way, and no weight changes. Do not make another pipeline from this one.
    """
    pipe = AutoPipelineForInpainting.from_pretrained(folder, local_files_only=True)
    pipe.unet.register_to_config(in_channels=4)
    pipe.set_progress_bar_config(disable=True)
    if not isinstance(pipe, StableDiffusionInpaintPipeline):
        raise TypeError(
            f"{folder} gives a {type(pipe).__name__}, no StableDiffusionInpaintPipeline"
        )
    return pipe


def contact_sheet(pipe: StableDiffusionPipeline, columns: int = CONTACT_COLUMNS) -> Image.Image:
    """Generate the contact sheet's pictures."""
    prompts = list(CONTACT_PROMPTS)
    return sheet(generate(pipe, prompts, list(range(len(prompts)))), columns)


def write_contact_sheet(page: Image.Image, folder: Path) -> None:
    """Write the contact sheet as WebP."""
    buffer = io.BytesIO()
    page.save(buffer, "WEBP", quality=88, method=6)
    replace_file(folder / CONTACT_SHEET, buffer.getvalue())


def write_report(folder: Path, report: dict[str, Any]) -> None:
    """Write ``evaluation.json`` and the model card that quotes it."""
    write_json(folder / REPORT, report)
    card = model_card(report, CONTACT_PROMPTS)
    replace_file(folder / "README.md", card.encode("utf-8"))
