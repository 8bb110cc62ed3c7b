"""All figures of the evaluation, in one go."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from diffusers import AutoencoderKL, StableDiffusionPipeline

from dialed_generator.vignette.assembly import generate
from dialed_generator.vignette.curves import measure_curves
from dialed_generator.vignette.dataset import HELD_OUT, scenes_of, to_tensor
from dialed_generator.vignette.distances import diversity_report, frechet_report, nearest_report
from dialed_generator.vignette.drawing import render
from dialed_generator.vignette.evaluation import draw_questions, evaluate
from dialed_generator.vignette.probe import Probe
from dialed_generator.vignette.probe_training import accuracy
from dialed_generator.vignette.scenes import FAMILIES
from dialed_generator.vignette.settings import Recipe
from dialed_generator.vignette.vae_training import measure

DIVERSITY_SEEDS = 8


def vae_figures(vae: AutoencoderKL, count: int) -> dict[str, Any]:
    """Return the autoencoder's PSNR in dB on held-out scenes, and the same by style.

    Args:
        vae: The published autoencoder.
        count: Scenes measured; each is also drawn in every style.
    """
    scenes = scenes_of(count, HELD_OUT)
    drawn = np.stack([render(scene) for scene in scenes])
    by_style = {
        style: round(
            measure(vae, to_tensor(np.stack([render(scene, style=style) for scene in scenes]))), 2
        )
        for style in FAMILIES["style"]
    }
    return {
        "vae_psnr_db": round(measure(vae, to_tensor(drawn)), 2),
        "vae_psnr_by_style": by_style,
    }


def probe_figures(probe: Probe, count: int) -> dict[str, Any]:
    """Return how often the probe reads held-out scenes right: the mean, and by family."""
    scenes = scenes_of(count, HELD_OUT)
    pictures = to_tensor(np.stack([render(scene) for scene in scenes]))
    found = accuracy(probe, pictures, scenes)
    return {
        "probe_accuracy": round(sum(found.values()) / len(found), 4),
        "probe_accuracy_by_family": {family: round(value, 4) for family, value in found.items()},
    }


def sizes(pipe: StableDiffusionPipeline) -> dict[str, int]:
    """Return the number of parameters of each part and of all, and the size of the vocabulary."""
    parts = {"unet": pipe.unet, "vae": pipe.vae, "text_encoder": pipe.text_encoder}
    counts = {
        name: sum(weight.numel() for weight in part.parameters()) for name, part in parts.items()
    }
    return counts | {"total": sum(counts.values()), "vocabulary": len(pipe.tokenizer)}


def measure_everything(
    pipe: StableDiffusionPipeline, probe: Probe, recipe: Recipe, training: npt.NDArray[np.uint8]
) -> dict[str, Any]:
    """Measure a published model.

    Args:
        pipe: The published pipeline.
        probe: The published probe.
        recipe: How many prompts are drawn.
        training: The training scenes' pictures, searched for copies.

    Returns:
        The content of ``evaluation.json``, but for what only the training knows.
    """
    report, images = evaluate(pipe, probe, recipe.evaluation_prompts)
    questions = draw_questions(recipe.evaluation_prompts)
    few = questions[: recipe.diversity_prompts]
    several = [
        generate(pipe, [question.prompt] * DIVERSITY_SEEDS, list(range(DIVERSITY_SEEDS)))
        for question in few
    ]
    tiny = recipe.scenes <= 1000
    report |= vae_figures(pipe.vae, 2 if tiny else 48)
    report |= probe_figures(probe, 8 if tiny else 1000)
    report["parameters"] = sizes(pipe)
    report["frechet"] = frechet_report(probe, questions, images)
    report["diversity"] = diversity_report(probe, few, several)
    report["nearest_training_scene"] = nearest_report(questions, images, training)
    if recipe.curve_prompts:
        report["curves"] = measure_curves(pipe, probe, questions[: recipe.curve_prompts])
    return report
