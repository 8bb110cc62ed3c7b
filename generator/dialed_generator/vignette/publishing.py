"""Write the published folder: pipeline, probe, evaluation, model card and contact sheet."""

from __future__ import annotations

import copy
import io
import json
import shutil
from pathlib import Path
from typing import Any

from diffusers import AutoPipelineForText2Image, StableDiffusionPipeline
from PIL import Image

from dialed_generator.vignette.assembly import Parts, assemble, generate, sheet
from dialed_generator.vignette.files import replace_file, write_json
from dialed_generator.vignette.model_card import model_card
from dialed_generator.vignette.probe import ProbeNet, save_probe

SUBFOLDERS = ("scheduler", "text_encoder", "tokenizer", "unet", "vae")
CONTACT_SHEET = "contact-sheet.webp"
CONTACT_PROMPTS = (
    "a red house by a lake at sunset, pine trees",
    "a purple castle in the snow at dawn, pine trees, clear sky",
    "a yellow sailboat on a lake at noon, autumn trees",
    "a blue hot air balloon over a meadow at noon, cloudy sky",
    "a white lighthouse by a lake at night, pine trees, clear sky",
    "a yellow house in the desert at night, clear sky",
    "a red castle in a meadow at noon, autumn trees, cloudy sky",
    "a blue house in the snow at noon, pine trees, clear sky",
    "a white sailboat on a lake at dawn, cherry trees, clear sky",
    "a red lighthouse in the desert at noon, clear sky",
    "a purple hot air balloon over the desert at sunset, no trees",
    "a red hot air balloon over a snowy field at dawn, pine trees, fog",
    "a yellow castle by a lake at noon, cherry trees",
    "a purple sailboat on a lake at sunset, cloudy sky",
    "a red house in a meadow at noon, cherry trees, clear sky",
    "a blue castle in the snow at night, pine trees",
)


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


def contact_sheet(pipe: StableDiffusionPipeline, columns: int = 4) -> Image.Image:
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
    write_json(folder / "evaluation.json", report)
    card = model_card(report, CONTACT_PROMPTS)
    replace_file(folder / "README.md", card.encode("utf-8"))
