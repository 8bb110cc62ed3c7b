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
from dialed_generator.vignette.dataset import ensure_extras, ensure_scenes
from dialed_generator.vignette.decoder_training import polish_decoder
from dialed_generator.vignette.denoiser_run import DenoiserRun
from dialed_generator.vignette.figures import measure_everything
from dialed_generator.vignette.files import load_checkpoint, read_json, write_json
from dialed_generator.vignette.probe import load_probe
from dialed_generator.vignette.probe_training import train_probe
from dialed_generator.vignette.publishing import (
    REPORT,
    contact_sheet,
    load_pipeline,
    publish,
    write_contact_sheet,
    write_report,
)
from dialed_generator.vignette.settings import Recipe
from dialed_generator.vignette.unet_training import encode_formats, encode_scenes, train_denoiser
from dialed_generator.vignette.vae_training import train_autoencoder

BEFORE = "before.json"
"""File of a run that went on from published weights: what those had seen."""


@dataclass(frozen=True)
class Prepared:
    """What the denoiser's training needs."""

    pixels: npt.NDArray[np.uint8]
    vae: AutoencoderKL
    latents: torch.Tensor


def stages(work: Path, recipe: Recipe) -> list[tuple[str, str, float, Path]]:
    """Return the plan: name, what is done, longest minutes (0: as long as it takes), its result."""
    return [
        ("scenes", f"draw {recipe.scenes:,} scenes", 0.0, work / f"scenes-{recipe.scenes}.json"),
        ("probe", "teach the probe to read attributes", recipe.probe_minutes, work / "probe.pt"),
        ("autoencoder", "train the autoencoder", recipe.vae_minutes, work / "vae.pt"),
        ("latents", "encode the scenes", 0.0, work / f"latents-{recipe.scenes}.pt"),
        ("decoder", "sharpen the decoder", recipe.decoder_minutes, work / "decoder.pt"),
        ("denoiser", "train denoiser and text encoder", recipe.unet_minutes, work / "unet.pt"),
    ]


def print_plan(work: Path, recipe: Recipe) -> None:
    """Say what will be done, for how long, and where."""
    print(f"Vignette: training on the CPU, {torch.get_num_threads()} thread(s); files in {work}")
    for name, text, minutes, result in stages(work, recipe):
        state = "checkpoint there: goes on" if result.exists() else "to do"
        length = f"{minutes:g} minutes" if minutes else "a few minutes"
        print(f"  {name:<12} {text:<36} {length:<14} {state}")
    total = sum(minutes for _, _, minutes, _ in stages(work, recipe))
    print(
        f"  about {total:.0f} minutes of training if nothing is there yet; stop it at any time",
        flush=True,
    )


def prepare(work: Path, recipe: Recipe, known: Path | None = None) -> Prepared:
    """Render the scenes, train probe and autoencoder, encode the scenes, polish the decoder.

    With `known`, a published folder, the autoencoder goes on from its weights.
    """
    work.mkdir(parents=True, exist_ok=True)
    pixels = ensure_scenes(work, recipe.scenes)
    extras = ensure_extras(work, recipe.extras)
    train_probe(work, recipe, pixels)
    start = None
    if known is not None:
        start = AutoencoderKL.from_pretrained(known / "vae").float().eval()
    vae, _ = train_autoencoder(work, recipe, pixels, extras, start)
    latents = encode_scenes(work, vae.eval(), pixels)
    polish_decoder(work, recipe, vae, pixels, latents, extras)
    return Prepared(pixels, vae.eval(), latents)


def train(work: Path, recipe: Recipe, folder: Path, known: Path | None = None) -> dict[str, Any]:
    """Train from nothing (or go on), publish and evaluate.

    Args:
        work: Folder of the run: scenes, latents, checkpoints, logs, sample sheets.
        recipe: Sizes and lengths.
        folder: Where the model is published.
        known: Published folder to start from, instead of from nothing.

    Returns:
        The content of ``evaluation.json``.
    """
    print_plan(work, recipe)
    if known is not None and not (work / BEFORE).exists():
        work.mkdir(parents=True, exist_ok=True)
        earlier = (read_json(known / REPORT) or {}).get("training", {})
        write_json(work / BEFORE, {key: earlier.get(key, 0) for key in ("samples_seen", "scenes")})
    prepared = prepare(work, recipe, known)
    others = encode_formats(work, recipe, prepared.vae)
    train_denoiser(work, recipe, prepared.vae, prepared.latents, others, known)
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
    """Publish the newest checkpoint of a run, and what only the training knows about it."""
    parts, run = trained_parts(work, recipe)
    net, _ = train_probe(work, recipe, ensure_scenes(work, recipe.scenes))
    publish(parts, net, folder)
    before = read_json(work / BEFORE)
    facts: dict[str, Any] = {
        "samples_seen": run.samples + (before["samples_seen"] if before else 0),
        "steps_trained": run.step,
        "scenes": recipe.scenes,
        "extras": recipe.extras,
        "format_scenes": recipe.format_scenes,
        "decay_share": recipe.decay_share,
        "minutes": {
            "autoencoder": recipe.vae_minutes,
            "decoder": recipe.decoder_minutes,
            "denoiser": round(run.spent / 60, 1),
        },
        "trained": f"{datetime.datetime.now(tz=datetime.UTC):%Y-%m-%d}",
        "before": before,
    }
    write_json(folder / REPORT, {"training": facts})


def evaluate_run(work: Path, recipe: Recipe, folder: Path) -> dict[str, Any]:
    """Evaluate the published folder; write its figures, model card and contact sheet.

    Needs no checkpoint: what only the training knows is kept from the folder's own report.

    Args:
        work: Holds the training scenes, or gets them drawn anew.
        recipe: How many prompts are drawn.
        folder: The published folder.

    Returns:
        The content of ``evaluation.json``.

    Raises:
        FileNotFoundError: The folder holds no report with the facts of its training.
    """
    facts = (read_json(folder / REPORT) or {}).get("training")
    if facts is None:
        raise FileNotFoundError(
            f"{folder / REPORT} does not tell of a training; "
            "`python -m dialed_generator.vignette publish` writes it"
        )
    work.mkdir(parents=True, exist_ok=True)
    pipe, probe = load_pipeline(folder), load_probe(folder)
    pixels = ensure_scenes(work, facts["scenes"])
    report = measure_everything(pipe, probe, recipe, pixels)
    report |= {"training": facts, "samples_seen": facts["samples_seen"]}
    write_contact_sheet(contact_sheet(pipe), folder)
    write_report(folder, report)
    return report
