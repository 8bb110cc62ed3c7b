"""Masks and inpainting: outside the mask nothing changes, whatever is drawn inside."""

import dataclasses

import numpy as np
import pytest
import torch
from PIL import Image

from dialed.comparison_types import Comparison
from dialed_generator.job import Job
from dialed_generator.places import find_root
from dialed_generator.planning import plan
from dialed_generator.rendering.batches import batches
from dialed_generator.rendering.loading import LoadedModels
from dialed_generator.rendering.masks import filled, mask_of
from dialed_generator.rendering.renderer import Failed, Renderer

SQUARE = "rectangle 0.25 0.25 0.75 0.75"


def drawn(text: str = SQUARE, **settings) -> np.ndarray:
    return np.asarray(mask_of(text, 128, 64, settings))


def test_a_rectangle_and_an_ellipse_lie_in_their_box():
    square, ellipse = drawn(), drawn(SQUARE.replace("rectangle", "ellipse"))
    assert (square[16:48, 32:96] == 255).all()
    assert square.sum() == 255 * 32 * 64
    assert ellipse[32, 64] == 255
    assert ellipse[17, 33] == 0
    assert ((ellipse == 0) | (square == 255)).all()


def test_growing_inverting_and_blurring():
    assert drawn(mask_grow=3).sum() == 255 * 38 * 70
    assert (drawn(mask_invert=True) == 255 - drawn()).all()
    # Grown first, then turned round: the hole is larger.
    assert (drawn(mask_grow=3, mask_invert=True) == 255 - drawn(mask_grow=3)).all()
    soft = drawn(mask_blur=4)
    assert 100 < soft[32, 32] < 155
    assert soft[32, 64] >= 254
    assert soft[0, 0] == 0


def test_filling_leaves_nothing_of_what_was_there():
    picture = np.full((64, 128, 3), (10, 200, 30), dtype=np.uint8)
    picture[20:44, 40:90] = (250, 0, 0)
    smeared = np.asarray(filled(Image.fromarray(picture), mask_of(SQUARE, 128, 64, {})))
    assert (smeared[:10] == picture[:10]).all()
    assert np.abs(smeared.astype(int) - (10, 200, 30)).max() <= 2


@pytest.fixture(scope="module")
def start() -> np.ndarray:
    lot = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(lot).resize((128, 128)))


@pytest.fixture(scope="module")
def renderer(start) -> Renderer:
    torch.set_num_threads(1)
    weights = find_root() / "generator" / "weights"
    return Renderer(LoadedModels(lambda model: weights / model), {"start": start}.get)


def job(seed: int = 1, call=None, **settings) -> Job:
    called = {
        "prompt": "a purple castle by a lake at noon",
        "num_inference_steps": 4,
        "guidance_scale": 4.0,
        "strength": 0.8,
    } | (call or {})
    return Job(
        model="vignette",
        weights="0" * 64,
        pipeline="StableDiffusionInpaintPipeline",
        task="inpainting",
        scheduler="DPMSolverMultistepScheduler",
        scheduler_arguments={},
        call=called,
        seed=seed,
        settings=called | settings | {"seed": seed},
        init="start",
        mask=SQUARE,
    )


def made(renderer, *jobs, size=1):
    results = {r.job.key: r for batch in batches(jobs, size) for r in renderer.render(batch)}
    assert [r.reason for r in results.values() if isinstance(r, Failed)] == []
    return [results[one.key].picture for one in jobs]


CUT = {"inpaint_only_masked": True, "inpaint_padding": 8}


@pytest.mark.parametrize(
    ("settings", "call"),
    [
        ({}, {}),
        ({"mask_invert": True}, {}),
        ({"masked_content": "fill"}, {}),
        ({"masked_content": "latent_noise"}, {}),
        ({"masked_content": "latent_nothing"}, {}),
        (CUT, {"padding_mask_crop": 8}),
    ],
)
def test_outside_the_mask_no_pixel_changes(renderer, start, settings, call):
    (picture,) = made(renderer, job(call=call, **settings))
    changed = (picture != start).any(2)
    inside = np.asarray(mask_of(SQUARE, 128, 128, settings)) == 255
    assert not changed[~inside].any()
    assert changed[inside].mean() > 0.5


def test_what_lies_under_the_mask_is_what_the_run_begins_with(renderer):
    ways = ["original", "fill", "latent_noise", "latent_nothing"]
    pictures = made(
        renderer, *(job(call={"strength": 0.5}, masked_content=way) for way in ways), size=4
    )
    assert len({picture.tobytes() for picture in pictures}) == 4


def test_neighbours_in_a_batch_change_no_picture(renderer):
    pair = [job(seed=1), job(seed=2)]
    for one, other in zip(made(renderer, *pair), made(renderer, *pair, size=2), strict=True):
        assert np.abs(one.astype(int) - other.astype(int)).max() <= 1


def test_a_cut_out_is_drawn_by_itself(renderer):
    cut = [job(seed=seed, call={"padding_mask_crop": 8}, **CUT) for seed in (1, 2)]
    assert [len(batch.runs) for batch in batches(cut, 8)] == [1, 1]


def test_the_model_is_as_before_afterwards(renderer):
    plain = Job(
        model="vignette", weights="0" * 64, pipeline="StableDiffusionPipeline", task="text-to-image",
        scheduler="DPMSolverMultistepScheduler", scheduler_arguments={},
        call={"prompt": "a house", "num_inference_steps": 2, "guidance_scale": 1.0, "width": 128, "height": 128},
        seed=1, settings={},
    )  # fmt: skip
    (before,) = made(renderer, plain)
    made(renderer, job(masked_content="latent_noise"))
    (after,) = made(renderer, plain)
    assert (before == after).all()


def test_the_mask_is_part_of_the_key_and_its_absence_is_not():
    masked = job()
    assert '"mask":"rectangle 0.25' in masked.canonical_json()
    assert '"mask"' not in dataclasses.replace(masked, mask=None).canonical_json()


def test_a_comparison_of_inpainting_is_planned(registry, with_comparison):
    record = registry.settings["guidance_scale"].comparisons[0]
    bare = {
        "task": "inpainting",
        "init": {"prompt": "a house", "seed": 1},
        "mask": {"shape": "ellipse", "left": 0.2, "top": 0.2, "right": 0.8, "bottom": 0.75},
        "hold": {"strength": 0.5, "num_inference_steps": 4, "mask_blur": 3, **CUT},
    }
    comparison = Comparison.model_validate(record.model_dump() | bare)
    parts = {name: getattr(comparison, name) for name in ("task", "init", "mask", "hold")}
    made_plan = plan(
        with_comparison("guidance_scale", **parts),
        {"vignette": "0" * 64},
        settings=["guidance_scale"],
    )
    (planned,) = made_plan.comparisons
    for cell in planned.cells:
        one = made_plan.jobs[cell.key]
        assert one.pipeline == "StableDiffusionInpaintPipeline"
        assert one.mask == "ellipse 0.2 0.2 0.8 0.75"
        assert one.call["padding_mask_crop"] == 8
        assert "mask_blur" not in one.call
        assert one.settings["mask_blur"] == 3
        assert one.steps_run == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mask": None}, "names its mask"),
        ({"task": "image-to-image"}, "names its mask"),
        ({"init": None}, "names its init image"),
        ({"mask": {"shape": "ellipse", "left": 0.8, "top": 0.2, "right": 0.2, "bottom": 0.8}}, "less than right"),
    ],
)  # fmt: skip
def test_what_no_comparison_of_inpainting_can_be(registry, change, message):
    record = registry.settings["guidance_scale"].comparisons[0]
    whole = {
        "task": "inpainting",
        "init": {"prompt": "a house", "seed": 1},
        "mask": {"shape": "ellipse", "left": 0.2, "top": 0.2, "right": 0.8, "bottom": 0.8},
    }
    with pytest.raises(ValueError, match=message):
        Comparison.model_validate(record.model_dump() | whole | change)
