"""The stages of the adapters: train, publish, evaluate."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
from diffusers import ControlNetModel, StableDiffusionControlNetPipeline
from PIL import Image

from dialed_generator.vignette.adapters.control import train_control
from dialed_generator.vignette.adapters.evaluation import (
    controlled,
    evaluate_control,
    evaluate_style,
)
from dialed_generator.vignette.adapters.model_card import control_card, style_card
from dialed_generator.vignette.adapters.settings import AdapterRecipe
from dialed_generator.vignette.adapters.style import STYLES, train_style
from dialed_generator.vignette.adapters.training import AdapterRun
from dialed_generator.vignette.assembly import generate, sheet
from dialed_generator.vignette.base_run import World
from dialed_generator.vignette.drawing import edge_map
from dialed_generator.vignette.files import replace_file, write_json
from dialed_generator.vignette.probe import load_probe
from dialed_generator.vignette.publishing import load_pipeline, write_contact_sheet
from dialed_generator.vignette.scenes import Scene
from dialed_generator.vignette.turbo.lora import LORA_FILE, save_lora

SHOWN = (
    Scene("sunset", "lake", "house", "red", "pine", "clear", 8_100_001),
    Scene("noon", "meadow", "castle", "blue", "autumn", "clear", 8_100_002),
    Scene("dawn", "snow", "windmill", "white", "pine", "clear", 8_100_003),
    Scene("noon", "lake", "sailboat", "yellow", "cherry", "clear", 8_100_004),
    Scene("night", "desert", "lighthouse", "purple", "none", "clear", 8_100_005),
    Scene("noon", "snow", "house", "yellow", "pine", "clear", 8_100_006, count="two"),
)
"""Scenes whose prompts and outlines the contact sheets show."""
PROMPTS = [
    "a red house by a lake at sunset, pine trees",
    "a blue castle in a meadow at noon, autumn trees",
    "a white windmill in the snow at dawn, pine trees",
    "a yellow sailboat on a lake at noon, cherry trees",
    "a purple lighthouse in the desert at night",
    "two yellow houses in the snow at noon, pine trees",
]


def _training(run: AdapterRun, recipe: AdapterRecipe) -> dict[str, Any]:
    return {
        "samples_seen": run.samples,
        "steps_trained": run.step,
        "minutes": round(run.spent / 60, 1),
        "scenes": recipe.scenes,
    }


def publish_control(
    work: Path, recipe: AdapterRecipe, base: Path, folder: Path, world: World
) -> dict[str, Any]:
    """Train the ControlNet (or go on), publish and measure it; return its figures."""
    pipe = load_pipeline(base)
    network, run = train_control(work, recipe, pipe, world.latents, world.scenes)
    draft = folder / ".controlnet.part"
    network.half().save_pretrained(draft, safe_serialization=True)
    shutil.rmtree(folder / "controlnet", ignore_errors=True)
    shutil.move(draft, folder / "controlnet")
    write_json(folder / "member.json", {"base": base.name, "controlnet": "controlnet"})

    loaded = ControlNetModel.from_pretrained(folder, subfolder="controlnet")
    steered = StableDiffusionControlNetPipeline.from_pipe(load_pipeline(base), controlnet=loaded)
    steered.set_progress_bar_config(disable=True)
    report = evaluate_control(steered, load_probe(base), base, recipe.evaluation_prompts)
    report |= _training(run, recipe)
    report["parameters"] = sum(weight.numel() for weight in loaded.parameters())
    maps = np.stack([edge_map(scene)[..., 0] for scene in SHOWN])
    rows = [Image.fromarray(one).convert("RGB") for one in maps]
    for scale in (0.0, 0.5, 1.0):
        rows += controlled(steered, PROMPTS, maps, list(range(len(PROMPTS))), scale)
    _write(folder, report, control_card(report, PROMPTS), rows)
    return report


def publish_style(
    work: Path, style: str, recipe: AdapterRecipe, base: Path, folder: Path
) -> dict[str, Any]:
    """Train the LoRA of a style (or go on), publish and measure it; return its figures."""
    pipe = load_pipeline(base)
    unet, run = train_style(work, style, recipe, pipe)
    file = save_lora(unet, style, folder)
    member = {"base": base.name, "loras": [{"file": LORA_FILE, "weight": 1.0}]}
    write_json(folder / "member.json", member)

    pipe = load_pipeline(base)
    pipe.load_lora_weights(folder, weight_name=LORA_FILE, adapter_name=style)
    report = evaluate_style(pipe, style, style, load_probe(base), base, recipe.evaluation_prompts)
    report |= _training(run, recipe)
    rank = unet.peft_config[style].r
    report |= {"bytes": file.stat().st_size, "rank": rank}
    rows: list[Image.Image] = []
    for weight in (0.0, 0.5, 1.0):
        pipe.set_adapters([style], [weight])
        rows += generate(pipe, PROMPTS, list(range(len(PROMPTS))))
    _write(folder, report, style_card(style, report, PROMPTS), rows)
    return report


def _write(folder: Path, report: dict[str, Any], card: str, rows: list[Image.Image]) -> None:
    write_contact_sheet(sheet(rows, len(PROMPTS)), folder)
    write_json(folder / "evaluation.json", report)
    replace_file(folder / "README.md", card.encode("utf-8"))


def publish_all(
    work: Path,
    control: AdapterRecipe,
    style: AdapterRecipe,
    base: Path,
    weights: Path,
    world: World,
    only: str | None = None,
) -> dict[str, dict[str, Any]]:
    """Train, publish and measure the adapters; return the figures by folder name.

    Args:
        work: Folder of the runs.
        control: Recipe of the ControlNet.
        style: Recipe of each style LoRA.
        base: Published folder of the base model.
        weights: Folder that holds the published folders.
        world: Encoded scenes of the base model's run.
        only: One of `STYLES`, or "control", for that adapter alone.
    """
    work.mkdir(parents=True, exist_ok=True)
    reports = {}
    for name in STYLES:
        if only not in (None, name):
            continue
        place = f"vignette-style-{name}"
        reports[place] = publish_style(work, name, style, base, weights / place)
    if only in (None, "control"):
        place = "vignette-controlnet"
        reports[place] = publish_control(work, control, base, weights / place, world)
    return reports
