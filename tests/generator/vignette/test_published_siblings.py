"""The published siblings: within their budgets, with their figures, and able to draw."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from dialed_generator.members import read_member
from dialed_generator.rendering.loading import load_pipeline
from dialed_generator.weights import weights_digest

# diffusers passes tensors to numpy.array in its schedulers; numpy 2 warns about the missing keyword.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

BUDGETS = {
    "vignette-turbo": 2_000_000,
    "vignette-flow": 10_000_000,
    "vignette-style-blueprint": 1_500_000,
    "vignette-style-neon": 1_500_000,
    "vignette-controlnet": 4_500_000,
}
CALLS: dict[str, dict[str, object]] = {
    "vignette-turbo": {"num_inference_steps": 1, "guidance_scale": 1.0},
    "vignette-flow": {"num_inference_steps": 2, "width": 128, "height": 128},
    "vignette-style-blueprint": {"num_inference_steps": 2},
    "vignette-style-neon": {"num_inference_steps": 2},
    "vignette-controlnet": {"num_inference_steps": 2, "image": torch.zeros(1, 3, 128, 128)},
}


@pytest.fixture(scope="module")
def weights(repository: Path) -> Path:
    folder = repository / "generator" / "weights"
    if not folder.is_dir():
        pytest.skip("the weights are not part of this checkout")
    return folder


def test_the_family_fits_its_budget(weights: Path) -> None:
    sizes = {
        folder.name: sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        for folder in weights.iterdir()
    }
    assert set(sizes) == {"vignette", *BUDGETS}
    for name, most in BUDGETS.items():
        assert sizes[name] <= most, name
    assert sum(sizes.values()) <= 32_000_000


@pytest.mark.parametrize("name", BUDGETS)
def test_a_sibling_tells_its_figures_and_draws(weights: Path, name: str) -> None:
    torch.set_num_threads(1)
    folder = weights / name
    report = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))
    for key in ("prompt_adherence", "probe_accuracy", "vae_psnr_db", "samples_seen"):
        figure = report[key]
        if isinstance(figure, dict):
            assert 0 <= figure["low"] <= figure["value"] <= figure["high"] <= 1
        else:
            assert figure > 0
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert f"{report['samples_seen']:,} samples" in card
    assert (folder / "contact-sheet.webp").is_file()
    member = read_member(folder)
    assert (member is None) == (name == "vignette-flow")
    assert weights_digest(folder) != weights_digest(weights / "vignette")
    pipe = load_pipeline(folder, "text-to-image")
    pictures = [
        pipe(
            prompt,
            generator=torch.Generator().manual_seed(1),
            output_type="np",
            **CALLS[name],
        ).images[0]
        for prompt in ("a red house in the snow at noon", "a castle by a lake at night")
    ]
    assert pictures[0].shape == (128, 128, 3)
    assert np.abs(pictures[0] - pictures[1]).mean() > 0.1
    if "style" not in name:  # in blueprint and neon every picture is dark
        assert pictures[0].mean() > pictures[1].mean()  # noon in the snow is brighter than night


def test_the_distilled_model_keeps_what_the_base_can(weights: Path) -> None:
    report = json.loads((weights / "vignette-turbo" / "evaluation.json").read_text("utf-8"))
    base = json.loads((weights / "vignette" / "evaluation.json").read_text("utf-8"))
    four, full = report["prompt_adherence"]["value"], base["prompt_adherence"]["value"]
    assert report["settings"]["num_inference_steps"] == 4
    assert four >= 0.95 * full
