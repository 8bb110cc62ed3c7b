"""The whole training, stage by stage; every stage resumes where a killed run stopped."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from diffusers import AutoencoderKL

from dialed_generator.vignette.assembly import Parts
from dialed_generator.vignette.autoencoder import build_autoencoder
from dialed_generator.vignette.dataset import ensure_scenes
from dialed_generator.vignette.decoder_training import polish_decoder
from dialed_generator.vignette.denoiser_run import DenoiserRun
from dialed_generator.vignette.evaluation import evaluate
from dialed_generator.vignette.files import load_checkpoint
from dialed_generator.vignette.probe import load_probe
from dialed_generator.vignette.probe_training import train_probe
from dialed_generator.vignette.publishing import (
    contact_sheet,
    load_pipeline,
    publish,
    write_contact_sheet,
    write_report,
)
from dialed_generator.vignette.settings import Recipe
from dialed_generator.vignette.unet_training import encode_scenes, train_denoiser
from dialed_generator.vignette.vae_training import train_autoencoder


@dataclass(frozen=True)
class Prepared:
    """What the denoiser's training needs."""

    pixels: npt.NDArray[np.uint8]
    vae: AutoencoderKL
    latents: torch.Tensor


def prepare(work: Path, recipe: Recipe) -> Prepared:
    """Render the scenes, train probe and autoencoder, encode the scenes, polish the decoder."""
    work.mkdir(parents=True, exist_ok=True)
    pixels = ensure_scenes(work, recipe.scenes)
    train_probe(work, recipe, pixels)
    vae, _ = train_autoencoder(work, recipe, pixels)
    latents = encode_scenes(work, vae.eval(), pixels)
    polish_decoder(work, recipe, vae, pixels, latents)
    return Prepared(pixels, vae.eval(), latents)


def train(work: Path, recipe: Recipe, folder: Path) -> dict[str, Any]:
    """Train from nothing (or go on), publish and evaluate.

    Args:
        work: Folder of the run: scenes, latents, checkpoints, logs, sample sheets.
        recipe: Sizes and lengths.
        folder: Where the model is published.

    Returns:
        The content of ``evaluation.json``.
    """
    prepared = prepare(work, recipe)
    train_denoiser(work, recipe, prepared.vae, prepared.latents)
    publish_run(work, recipe, folder)
    return evaluate_run(work, recipe, folder)


def trained_parts(work: Path, recipe: Recipe) -> tuple[Parts, DenoiserRun]:
    """Load the averaged model of a run, finished or not, from its checkpoints.

    Raises:
        FileNotFoundError: A stage that is needed has not left a checkpoint yet.
    """
    vae = build_autoencoder(recipe.vae_widths)
    stored = load_checkpoint(work / "decoder.pt") or load_checkpoint(work / "vae.pt")
    if stored is None:
        raise FileNotFoundError(
            f"{work / 'vae.pt'} does not exist: the autoencoder is not trained; "
            "run `python -m dialed_generator.vignette train`"
        )
    vae.load_state_dict(stored["model"])
    run = DenoiserRun(work, recipe, 16)
    if not run.load():
        raise FileNotFoundError(
            f"{run.path} does not exist: the denoiser has no checkpoint; "
            "run `python -m dialed_generator.vignette train`"
        )
    return run.parts(vae.eval()), run


def publish_run(work: Path, recipe: Recipe, folder: Path) -> None:
    """Publish the newest checkpoint of a run."""
    parts, _ = trained_parts(work, recipe)
    net, _ = train_probe(work, recipe, ensure_scenes(work, recipe.scenes))
    publish(parts, net, folder)


def evaluate_run(work: Path, recipe: Recipe, folder: Path) -> dict[str, Any]:
    """Evaluate the published folder; write its figures, model card and contact sheet."""
    pipe, probe = load_pipeline(folder), load_probe(folder)
    report, _ = evaluate(pipe, probe, recipe.evaluation_prompts)
    parts, run = trained_parts(work, recipe)
    psnr = load_checkpoint(work / "decoder.pt") or load_checkpoint(work / "vae.pt") or {}
    accuracy = load_checkpoint(work / "probe.pt") or {}
    sizes = {
        name: sum(weight.numel() for weight in part.parameters())
        for name, part in (
            ("unet", parts.unet),
            ("vae", parts.vae),
            ("text_encoder", parts.text_encoder),
        )
    }
    report |= {
        "probe_accuracy": {k: round(v, 4) for k, v in accuracy["accuracy"].items()},
        "vae_psnr_db": round(float(psnr["psnr"]), 2),
        "samples_seen": run.samples,
        "steps_trained": run.step,
        "scenes": recipe.scenes,
        "decay_share": recipe.decay_share,
        "minutes": {
            "autoencoder": recipe.vae_minutes,
            "decoder": recipe.decoder_minutes,
            "denoiser": round(run.spent / 60, 1),
        },
        "trained": f"{datetime.datetime.now(tz=datetime.UTC):%Y-%m-%d}",
        "parameters": sizes | {"total": sum(sizes.values()), "vocabulary": len(parts.tokenizer)},
    }
    write_contact_sheet(contact_sheet(pipe), folder)
    write_report(folder, report)
    return report
