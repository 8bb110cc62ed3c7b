"""The page of the evaluation and the model card say what the figures say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import dialed
from dialed_generator.vignette.curves import GUIDANCE_SCALES, SAMPLERS, STEP_COUNTS, measure_curves
from dialed_generator.vignette.evaluation import draw_questions
from dialed_generator.vignette.evaluation_page import evaluation_page, write_page
from dialed_generator.vignette.model_card import model_card
from dialed_generator.vignette.probe import Probe, ProbeNet
from dialed_generator.vignette.scenes import FAMILIES

# diffusers passes tensors to numpy.array in its schedulers; numpy 2 warns about the missing keyword.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

ENTRY = {"value": 0.912, "low": 0.87, "high": 0.94}
POINT = {**ENTRY, "seconds": 0.4}
REPORT: dict[str, Any] = {
    "prompt_adherence": ENTRY,
    **dict.fromkeys(FAMILIES, ENTRY),
    "probe_accuracy": 0.995,
    "probe_accuracy_by_family": dict.fromkeys(FAMILIES, 0.995),
    "vae_psnr_db": 31.4,
    "vae_psnr_by_style": {"flat": 33.1, "line": 27.2},
    "samples_seen": 400_000,
    "training": {
        "scenes": 30_000,
        "extras": 3_000,
        "format_scenes": 3_000,
        "decay_share": 0.3,
        "minutes": {"autoencoder": 14.0, "decoder": 20.0, "denoiser": 72.0},
        "trained": "2026-11-20",
        "before": {"samples_seen": 234_880, "scenes": 24_000},
    },
    "parameters": {"unet": 4e6, "vae": 8e5, "text_encoder": 5e5, "total": 5.3e6, "vocabulary": 879},
    "frechet": {"value": 3.21, "floor": 1.05, "pictures": 200},
    "diversity": {"value": 0.87, "generated": 1.0, "drawn": 1.15, "prompts": 12, "seeds": 8},
    "nearest_training_scene": {
        "value": 0.101,
        "smallest": 0.052,
        "fresh_median": 0.099,
        "fresh_smallest": 0.047,
        "pictures": 200,
        "training_scenes": 30_000,
    },
    "curves": {
        "steps": [{"at": 4, **POINT}],
        "guidance": [{"at": 1.5, **POINT}],
        "samplers": {"euler": POINT, "heun": {**POINT, "value": 0.93}},
        "held": {"prompts": 48, "sampler_steps": 8, "num_inference_steps": 25},
    },
    "settings": {
        "prompts": 200,
        "prompt_seed": 4712,
        "num_inference_steps": 25,
        "guidance_scale": 4.0,
        "scheduler": "DPMSolverMultistepScheduler",
        "width": 128,
        "height": 128,
    },
}


@pytest.mark.parametrize(
    "figure",
    ["91.2% (87.0% to 94.0%)", "**3.21**", "1.05", "0.87 times", "30,000", "0.052", "31.4 dB"],
)
def test_page_and_card_quote_the_figures(figure: str) -> None:
    assert figure in " ".join(evaluation_page(REPORT).split())
    assert figure in " ".join(model_card(REPORT, ("a house",)).split())


def test_the_page_shows_the_curves_and_ranks_the_samplers() -> None:
    page = evaluation_page(REPORT)
    assert "| 4 | 91.2% (87.0% to 94.0%) | 0.40 |" in page
    assert page.index("`heun`") < page.index("`euler`")
    assert "Where settings stop mattering" not in evaluation_page({**REPORT, "curves": None})


def test_the_page_is_written_with_its_picture(tmp_path: Path) -> None:
    folder, page = tmp_path / "model", tmp_path / "docs" / "vignette.md"
    folder.mkdir()
    Image.new("RGB", (8, 8)).save(folder / "contact-sheet.webp")
    write_page(REPORT, folder, page)
    assert page.read_text(encoding="utf-8") == evaluation_page(REPORT)
    assert (tmp_path / "docs" / "assets" / "vignette-contact-sheet.webp").is_file()


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_samplers_are_built_as_the_records_say(sampler: str) -> None:
    asked = {"prompt": "a house", "sampler": sampler, "num_inference_steps": 8}
    written = dialed.translate(asked, to="diffusers", model="vignette").payload
    kind, own = SAMPLERS[sampler]
    assert kind.__name__ == written["scheduler"]
    assert own.items() <= written["scheduler_arguments"].items()


def test_curves_hold_all_but_one_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int, float]] = []

    class Pipeline:
        """Stands where a loaded pipeline stands; the pictures do not matter here."""

        scheduler: Any = None

    def generate(pipe: Any, prompts: list[str], seeds: list[int], **how: Any) -> list[Image.Image]:
        asked.append((type(pipe.scheduler).__name__, how["steps"], how["guidance"]))
        return [Image.new("RGB", (64, 64)) for _ in prompts]

    from dialed_generator.vignette.denoiser import build_scheduler

    monkeypatch.setattr("dialed_generator.vignette.curves.generate", generate)
    pipe: Any = Pipeline()
    own = pipe.scheduler = build_scheduler()
    curves = measure_curves(pipe, Probe(ProbeNet()), draw_questions(2))
    assert pipe.scheduler is own
    assert [point["at"] for point in curves["steps"]] == list(STEP_COUNTS)
    assert [point["at"] for point in curves["guidance"]] == list(GUIDANCE_SCALES)
    assert list(curves["samplers"]) == list(SAMPLERS)
    assert {how[2] for how in asked[: len(STEP_COUNTS)]} == {4.0}
    assert len({how[0] for how in asked[-len(SAMPLERS) :]}) >= 6
    json.dumps(curves)
