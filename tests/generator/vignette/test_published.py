"""The published folder is a pipeline that anybody can load, and its figures meet the gate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import AutoPipelineForImage2Image, AutoPipelineForText2Image, StableDiffusionPipeline
from PIL import Image
from safetensors import safe_open

from dialed_generator.vignette.__main__ import PUBLISHED
from dialed_generator.vignette.dataset import to_tensor
from dialed_generator.vignette.drawing import render
from dialed_generator.vignette.evaluation import GATE, draw_questions, gate_problems, wilson
from dialed_generator.vignette.evaluation_page import evaluation_page
from dialed_generator.vignette.probe import best, load_probe
from dialed_generator.vignette.probe_training import accuracy
from dialed_generator.vignette.publishing import load_inpainting
from dialed_generator.vignette.scenes import FAMILIES, random_scene

# diffusers passes tensors to numpy.array in its schedulers; numpy 2 warns about the missing keyword.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

PROMPT = "a red house by a lake at noon, pine trees"


@pytest.fixture(scope="module")
def pipe() -> Any:
    pipe = AutoPipelineForText2Image.from_pretrained(PUBLISHED, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    return pipe


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((PUBLISHED / "evaluation.json").read_text("utf-8"))
    return content


def _fine(image: Image.Image) -> np.ndarray[Any, Any]:
    pixels = np.asarray(image, dtype=float)
    assert pixels.shape == (128, 128, 3)
    assert np.isfinite(pixels).all()
    assert pixels.std() > 8
    return pixels


def test_text_to_image_without_a_dtype(pipe: Any) -> None:
    assert isinstance(pipe, StableDiffusionPipeline)
    first, again, other = (
        _fine(
            pipe(
                PROMPT, num_inference_steps=2, generator=torch.Generator().manual_seed(seed)
            ).images[0]
        )
        for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_image_to_image_and_negative_prompt(pipe: Any) -> None:
    start = Image.fromarray(render(random_scene(1)))
    image = AutoPipelineForImage2Image.from_pipe(pipe)(
        PROMPT,
        image=start,
        strength=0.5,
        num_inference_steps=4,
        negative_prompt="night",
        generator=torch.Generator().manual_seed(1),
    ).images[0]
    assert not np.array_equal(_fine(image), np.asarray(start, dtype=float))


def test_inpainting_changes_what_the_mask_covers() -> None:
    pipe = load_inpainting(PUBLISHED)
    start = Image.fromarray(render(random_scene(1)))
    mask = np.zeros((128, 128), dtype=np.uint8)
    mask[32:96, 32:96] = 255
    image = pipe(
        PROMPT,
        image=start,
        mask_image=Image.fromarray(mask),
        width=128,
        height=128,
        strength=1.0,
        num_inference_steps=4,
        generator=torch.Generator().manual_seed(1),
    ).images[0]
    changed = np.abs(_fine(image) - np.asarray(start, dtype=float)).mean(axis=2)
    assert changed[40:88, 40:88].mean() > 4 * changed[:, :16].mean()


def test_the_picture_shows_what_the_prompt_names(pipe: Any) -> None:
    image = pipe(
        PROMPT,
        num_inference_steps=12,
        guidance_scale=4.0,
        generator=torch.Generator().manual_seed(3),
    ).images[0]
    seen = best(load_probe(PUBLISHED).read([image])[0])
    assert (seen["time_of_day"], seen["ground"], seen["trees"]) == ("noon", "lake", "pine")


@pytest.mark.parametrize(
    ("part", "kind"), [("unet", "F16"), ("vae", "F16"), ("text_encoder", "F32")]
)
def test_stored_precision(part: str, kind: str) -> None:
    (path,) = (PUBLISHED / part).glob("*.safetensors")
    with safe_open(path, framework="pt") as file:
        kinds = {file.get_slice(name).get_dtype() for name in file.keys()}  # noqa: SIM118
    assert kinds - {"I64"} == {kind}


def test_the_folder_is_small_and_holds_no_foreign_file() -> None:
    files = [path for path in PUBLISHED.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 13 * 10**6
    assert {path.suffix for path in files} <= {".safetensors", ".json", ".md", ".webp"}
    assert (PUBLISHED / "probe.safetensors").stat().st_size < 600_000
    assert (PUBLISHED / "contact-sheet.webp").stat().st_size <= 250_000


def test_no_path_of_a_machine_is_published() -> None:
    for path in [*PUBLISHED.rglob("*.json"), PUBLISHED / "README.md"]:
        text = path.read_text(encoding="utf-8")
        words = (
            "/home/",
            "/tmp/",
            str(Path.home()),
            str(Path(__file__).parents[3]),
            "_name_or_path",
        )
        assert not any(word in text for word in words), path


def test_text_encoder_has_layers_to_skip(pipe: Any) -> None:
    assert pipe.text_encoder.config.num_hidden_layers >= 3
    assert pipe.vae.config.scaling_factor == 1.0


def test_the_probe_reads_fresh_scenes() -> None:
    scenes = [random_scene(5_000_000 + index) for index in range(200)]
    pictures = to_tensor(np.stack([render(scene) for scene in scenes]))
    for family, share in accuracy(load_probe(PUBLISHED), pictures, scenes).items():
        assert share >= 0.97, f"the probe reads {family} right in {share:.1%}"


def test_probe_readings_are_probabilities_of_every_value() -> None:
    probe = load_probe(PUBLISHED)
    images = [Image.fromarray(render(random_scene(1))), Image.new("RGB", (96, 160), "white")]
    for reading in probe.read(images):
        assert {family: tuple(scores) for family, scores in reading.items()} == FAMILIES
        for scores in reading.values():
            assert sum(scores.values()) == pytest.approx(1.0, abs=1e-4)
    assert probe.read([]) == []


def test_a_missing_probe_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="publish"):
        load_probe(tmp_path)


def test_the_evaluation_meets_the_gate(report: dict[str, Any]) -> None:
    assert gate_problems(report) == []
    for family in GATE:
        assert report[family]["value"] >= GATE[family]


@pytest.mark.parametrize("key", ["prompt_adherence", *FAMILIES])
def test_every_figure_has_its_interval(report: dict[str, Any], key: str) -> None:
    entry = report[key]
    assert 0 <= entry["low"] <= entry["value"] <= entry["high"] <= 1


def test_the_evaluation_says_how_it_was_made(report: dict[str, Any]) -> None:
    by_family = report["probe_accuracy_by_family"]
    assert set(by_family) == set(FAMILIES)
    assert min(by_family.values()) >= 0.98
    assert report["probe_accuracy"] == pytest.approx(
        sum(by_family.values()) / len(by_family), abs=1e-3
    )
    assert report["vae_psnr_db"] >= 29
    assert set(report["vae_psnr_by_style"]) == set(FAMILIES["style"])
    assert report["samples_seen"] > 100_000
    assert report["settings"]["prompts"] == 200
    assert set(report["versions"]) == {"torch", "diffusers", "transformers", "python"}


def test_a_poor_report_fails_the_gate(report: dict[str, Any]) -> None:
    poor = {**report, "ground": {"value": 0.94, "low": 0.9, "high": 0.97}}
    assert len(gate_problems(poor)) == 1
    assert "ground is right in 94.0%" in gate_problems(poor)[0]


def test_questions_are_fixed_and_cover_every_value() -> None:
    questions = draw_questions(200)
    assert questions == draw_questions(200)
    assert questions[:3] == draw_questions(3)
    for family, values in FAMILIES.items():
        named = {question.named.get(family) for question in questions} - {None}
        assert named == set(values)


def test_several_subjects_have_no_position_to_ask_for() -> None:
    for question in draw_questions(200):
        assert ("position" in question.named) == (question.named["count"] == "one")


def test_pictures_come_near_drawn_scenes_and_are_no_copies(report: dict[str, Any]) -> None:
    far, near = report["frechet"], report["nearest_training_scene"]
    assert 0 < far["floor"] < far["value"]
    assert near["smallest"] > 0.3 * near["fresh_smallest"]
    assert 0.3 < report["diversity"]["value"] < 2


def test_the_curves_are_there(report: dict[str, Any]) -> None:
    curves = report["curves"]
    assert curves["steps"][-1]["value"] > curves["steps"][0]["value"]
    assert {point["at"] for point in curves["guidance"]} >= {1.0, 4.0}
    assert len(curves["samplers"]) >= 6


def test_the_page_shows_the_published_figures(report: dict[str, Any]) -> None:
    page = Path(__file__).parents[3] / "docs" / "vignette.md"
    assert page.read_text(encoding="utf-8") == evaluation_page(report)


@pytest.mark.parametrize("size", [(160, 96), (96, 160)])
def test_other_formats_are_drawn_too(pipe: Any, size: tuple[int, int]) -> None:
    image = pipe(
        PROMPT,
        num_inference_steps=8,
        guidance_scale=4.0,
        width=size[0],
        height=size[1],
        generator=torch.Generator().manual_seed(3),
    ).images[0]
    assert image.size == size
    seen = best(load_probe(PUBLISHED).read([image])[0])
    assert (seen["time_of_day"], seen["ground"]) == ("noon", "lake")


def test_wilson_interval() -> None:
    low, high = wilson(190, 200)
    assert low == pytest.approx(0.9104, abs=5e-4)
    assert high == pytest.approx(0.9726, abs=5e-4)
    assert wilson(0, 0) == (0.0, 1.0)
