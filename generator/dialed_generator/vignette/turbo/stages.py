"""The stages of the distilled model: distil, publish, evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from diffusers import LCMScheduler, StableDiffusionPipeline
from PIL import Image

from dialed_generator.vignette.assembly import generate, sheet
from dialed_generator.vignette.base_run import World
from dialed_generator.vignette.files import replace_file, write_json
from dialed_generator.vignette.probe import load_probe
from dialed_generator.vignette.publishing import load_pipeline, write_contact_sheet
from dialed_generator.vignette.turbo.consistency import build_scheduler
from dialed_generator.vignette.turbo.evaluation import evaluate
from dialed_generator.vignette.turbo.lora import LORA_FILE, save_lora
from dialed_generator.vignette.turbo.model_card import model_card
from dialed_generator.vignette.turbo.run import NAME, TurboRun
from dialed_generator.vignette.turbo.settings import TurboRecipe
from dialed_generator.vignette.turbo.training import begin, distil
from dialed_generator.vignette.unet_training import SHEET_PROMPTS

SHOWN_STEPS = (1, 2, 4, 8)
PROMPTS = [
    "a red house by a lake at sunset, pine trees",
    "a purple castle in the snow at dawn, clear sky",
    "a yellow sailboat on a lake at noon, cherry trees",
    "a blue hot air balloon over a meadow at noon, cloudy sky",
    "a white lighthouse by a lake at night, autumn trees",
    "a yellow house in the desert at night, clear sky",
]


def train(work: Path, recipe: TurboRecipe, base: Path, world: World) -> TurboRun:
    """Distil the published base model, or go on."""
    own = work / "turbo"
    own.mkdir(parents=True, exist_ok=True)
    print(
        f"Vignette Turbo: {recipe.minutes:g} minutes on the CPU; files in {own}; stop it at any time",
        flush=True,
    )
    return distil(own, recipe, load_pipeline(base), world.latents, world.scenes, SHEET_PROMPTS)


def trained(work: Path, recipe: TurboRecipe, base: Path) -> TurboRun:
    """Load the newest checkpoint.

    Raises:
        FileNotFoundError: There is none yet.
    """
    run = begin(work / "turbo", recipe, load_pipeline(base))
    if run.step == 0:
        raise FileNotFoundError(
            f"{run.path} does not exist: the model is not distilled; "
            "run `python -m dialed_generator.vignette turbo train`"
        )
    return run


def publish_run(run: TurboRun, base: Path, folder: Path) -> None:
    """Write LoRA, scheduler and ``member.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    save_lora(run.averaged(), NAME, folder)
    run.resume()
    scheduler = build_scheduler(dict(run.base.scheduler.config), run.recipe.grid)
    scheduler.save_pretrained(folder / "scheduler")
    member = {
        "base": base.name,
        "loras": [{"file": LORA_FILE, "weight": 1.0}],
        "scheduler": "scheduler",
    }
    write_json(folder / "member.json", member)


def load_turbo(base: Path, folder: Path) -> StableDiffusionPipeline:
    """Load the published base model with the published LoRA and its scheduler."""
    pipe = load_pipeline(base)
    pipe.load_lora_weights(folder, weight_name=LORA_FILE, adapter_name=NAME)
    pipe.scheduler = LCMScheduler.from_pretrained(folder, subfolder="scheduler")
    return pipe


def evaluate_run(run: TurboRun, base: Path, folder: Path, scenes: int) -> dict[str, Any]:
    """Measure the published folder; write its figures, model card and contact sheet."""
    pipe, count = load_turbo(base, folder), run.recipe.evaluation_prompts
    report = evaluate(pipe, load_probe(base), base, count, min(60, count))
    report |= {
        "samples_seen": run.samples,
        "steps_trained": run.step,
        "minutes": round(run.spent / 60, 1),
        "scenes": scenes,
        "rank": run.rank,
        "bytes": (folder / LORA_FILE).stat().st_size,
        "teacher_guidance": run.recipe.guidance,
        "grid": run.recipe.grid,
        "hop": run.recipe.hop,
        "stride": run.recipe.stride,
    }
    rows: list[Image.Image] = []
    for steps in SHOWN_STEPS:
        rows += generate(pipe, PROMPTS, list(range(len(PROMPTS))), steps=steps, guidance=1.0)
    write_contact_sheet(sheet(rows, len(PROMPTS)), folder)
    write_json(folder / "evaluation.json", report)
    replace_file(folder / "README.md", model_card(report, PROMPTS).encode("utf-8"))
    return report
