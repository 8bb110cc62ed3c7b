"""What the siblings take from the base model: its run's encoded scenes, its autoencoder, its figures."""

from __future__ import annotations

import datetime
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL

from dialed_generator.vignette.autoencoder import build_autoencoder
from dialed_generator.vignette.dataset import scenes_of
from dialed_generator.vignette.evaluation import FIRST_IMAGE_SEED, PROMPT_SEED
from dialed_generator.vignette.files import load_checkpoint, read_json
from dialed_generator.vignette.scenes import Scene
from dialed_generator.vignette.settings import Recipe

PUBLISHED = Path(__file__).parents[2] / "weights"
"""The published folders of a clone."""


@dataclass(frozen=True)
class World:
    """Encoded scenes of the base model's run, and the autoencoder that encoded them."""

    latents: torch.Tensor
    scenes: list[Scene]
    vae: AutoencoderKL


def load_world(work: Path, recipe: Recipe) -> World:
    """Load what the base model's run has left in its folder.

    Raises:
        FileNotFoundError: The run has not come so far yet.
    """
    place = work / f"latents-{recipe.scenes}.pt"
    latents = load_checkpoint(place)
    stored = load_checkpoint(work / "decoder.pt") or load_checkpoint(work / "vae.pt")
    if latents is None or stored is None:
        missing = place if latents is None else work / "vae.pt"
        raise FileNotFoundError(
            f"{missing} does not exist: siblings learn from the encoded scenes of the base model's "
            "run; run `python -m dialed_generator.vignette train` with the same --work first"
        )
    vae = build_autoencoder(recipe.vae_widths)
    vae.load_state_dict(stored["model"])
    tensor = torch.as_tensor(latents["latents"])
    return World(tensor, scenes_of(len(tensor)), vae.eval())


def common_report(base: Path, prompts: int) -> dict[str, Any]:
    """Return what every sibling's ``evaluation.json`` says about measurement and base model.

    Args:
        base: Published folder of the base model: its probe and its autoencoder are used.
        prompts: Number of evaluation prompts.
    """
    figures = read_json(base / "evaluation.json") or {}
    accuracy = figures.get("probe_accuracy", 0.0)
    if isinstance(accuracy, dict):
        accuracy = round(sum(accuracy.values()) / len(accuracy), 4)
    return {
        "probe_accuracy": accuracy,
        "vae_psnr_db": figures.get("vae_psnr_db", 0.0),
        "trained": f"{datetime.datetime.now(tz=datetime.UTC):%Y-%m-%d}",
        "prompts": {
            "count": prompts,
            "prompt_seed": PROMPT_SEED,
            "first_image_seed": FIRST_IMAGE_SEED,
        },
        "versions": {
            name: version(name).split("+")[0] for name in ("torch", "diffusers", "transformers")
        }
        | {"python": platform.python_version()},
    }
