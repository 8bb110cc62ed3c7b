"""The stages of the flow model: train, publish, evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from diffusers import AutoencoderKL

from dialed_generator.vignette.assembly import sheet
from dialed_generator.vignette.base_run import load_world
from dialed_generator.vignette.files import replace_file, write_json
from dialed_generator.vignette.flow.evaluation import evaluate
from dialed_generator.vignette.flow.model_card import model_card
from dialed_generator.vignette.flow.pipeline import generate, load_flow, publish
from dialed_generator.vignette.flow.run import FlowRun
from dialed_generator.vignette.flow.settings import FlowRecipe
from dialed_generator.vignette.flow.training import train_flow
from dialed_generator.vignette.probe import load_probe
from dialed_generator.vignette.publishing import CONTACT_PROMPTS, write_contact_sheet
from dialed_generator.vignette.settings import Recipe
from dialed_generator.vignette.unet_training import SHEET_PROMPTS


def train(work: Path, recipe: FlowRecipe, base: Recipe) -> FlowRun:
    """Train on the encoded scenes of the base model's run in `work`, or go on.

    Raises:
        FileNotFoundError: The base model's run has no encoded scenes yet.
    """
    world, own = load_world(work, base), work / "flow"
    own.mkdir(parents=True, exist_ok=True)
    print(
        f"Vignette Flow: {recipe.minutes:g} minutes on the CPU, of which the last "
        f"{recipe.distilled_share:.0%} distil the guidance; files in {own}; stop it at any time",
        flush=True,
    )
    return train_flow(own, recipe, world.vae, world.latents, world.scenes, SHEET_PROMPTS)


def publish_run(work: Path, recipe: FlowRecipe, base: Path, folder: Path) -> None:
    """Publish the newest checkpoint with a copy of the published base model's autoencoder.

    Raises:
        FileNotFoundError: There is no checkpoint yet.
    """
    publish(_trained(work, recipe).average, AutoencoderKL.from_pretrained(base / "vae"), folder)


def _trained(work: Path, recipe: FlowRecipe) -> FlowRun:
    run = FlowRun(work / "flow", recipe)
    if not run.load():
        raise FileNotFoundError(
            f"{run.path} does not exist: the flow model is not trained; "
            "run `python -m dialed_generator.vignette flow train`"
        )
    return run


def evaluate_run(
    work: Path, recipe: FlowRecipe, base_recipe: Recipe, base: Path, folder: Path
) -> dict[str, Any]:
    """Measure the published folder; write its figures, model card and contact sheet."""
    pipe, run = load_flow(folder), _trained(work, recipe)
    count = recipe.evaluation_prompts
    report = evaluate(pipe, load_probe(base), base, count, min(40, count))
    parts = ("transformer", "text_encoder", "text_encoder_2", "vae")
    sizes = {
        name: sum(weight.numel() for weight in getattr(pipe, name).parameters()) for name in parts
    }
    report |= {
        "samples_seen": run.samples,
        "steps_trained": run.step,
        "minutes": round(run.spent / 60, 1),
        "distilled_share": recipe.distilled_share,
        "scenes": base_recipe.scenes,
        "image_tokens": 64,
        "parameters": sizes | {"total": sum(sizes.values())},
    }
    prompts = list(CONTACT_PROMPTS)
    images = generate(pipe, prompts, list(range(len(prompts))))
    write_contact_sheet(sheet(images, 4), folder)
    write_json(folder / "evaluation.json", report)
    replace_file(folder / "README.md", model_card(report, CONTACT_PROMPTS).encode("utf-8"))
    return report
