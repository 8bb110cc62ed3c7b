"""What makes rendering fast changes no picture: shared runs, guidance side by side, bfloat16, several processes."""

import dataclasses
import os
import signal

import numpy as np
import pytest
import torch

from dialed_generator import encoding
from dialed_generator.folder import Folder
from dialed_generator.job import Job
from dialed_generator.outcomes import Kept, Unmade
from dialed_generator.picture_measures import psnr
from dialed_generator.places import Places
from dialed_generator.process_engine import ProcessEngine, crew
from dialed_generator.rendering.batches import batches
from dialed_generator.rendering.guidance_together import GuidancePerImage, guidance_of
from dialed_generator.rendering.loading import LoadedModels
from dialed_generator.rendering.local import local_renderer
from dialed_generator.rendering.precision import denoised_in, precision_of
from dialed_generator.rendering.renderer import Rendered, Renderer
from dialed_generator.store import Store

CALL = {
    "prompt": "a red house by a lake", "num_inference_steps": 9, "guidance_scale": 4.0, "width": 32, "height": 32
}  # fmt: skip
JOB = Job(
    model="vignette",
    weights="0" * 64,
    pipeline="StableDiffusionPipeline",
    task="text-to-image",
    scheduler="DDIMScheduler",
    scheduler_arguments={},
    call=CALL,
    seed=1,
    settings=CALL | {"seed": 1},
)


def job(seed: int = 1, settings: dict | None = None, **call) -> Job:
    call = CALL | call
    settings = call | {"seed": seed} | (settings or {})
    return dataclasses.replace(JOB, call=call, seed=seed, settings=settings)


@pytest.fixture(scope="module")
def models(tiny_weights) -> LoadedModels:
    torch.set_num_threads(1)
    return LoadedModels(lambda model: tiny_weights / model)


def rendered(renderer: Renderer, jobs: list[Job], size: int) -> list[Rendered]:
    made = {r.job.key: r for batch in batches(jobs, size) for r in renderer.render(batch)}
    assert all(isinstance(result, Rendered) for result in made.values())
    return [made[one.key] for one in jobs]


@pytest.mark.parametrize(
    "scheduler", ["DDIMScheduler", "EulerAncestralDiscreteScheduler", "UniPCMultistepScheduler"]
)
def test_guidance_side_by_side(models, scheduler):
    jobs = [
        dataclasses.replace(job(seed, guidance_scale=scale), scheduler=scheduler)
        for seed in (1, 2)
        for scale in (1.5, 4.0, 9)
    ]
    assert [len(batch.runs) for batch in batches(jobs, 8)] == [6]
    renderer = Renderer(models, {}.get)
    alone, together = rendered(renderer, jobs, 1), rendered(renderer, jobs, 8)
    for one, other in zip(alone, together, strict=True):
        assert psnr(one.picture, other.picture) >= 55
        assert one.model_calls == other.model_calls == 18
    assert len({one.picture.tobytes() for one in together}) == 6


def test_with_and_without_guidance_stay_apart():
    jobs = [job(guidance_scale=scale) for scale in (0.5, 1.0, 1.5, 4.0)]
    assert [len(batch.runs) for batch in batches(jobs, 8)] == [2, 2]
    windows = [job(guidance_scale=scale, settings={"guidance_end": 0.5}) for scale in (3.0, 4.0)]
    assert [len(batch.runs) for batch in batches(windows, 8)] == [1, 1]


def test_each_image_gets_its_factor_to_the_bit():
    values = (1.5, 7.3, 0.1)
    other = torch.randn(3, 4, 5, 6)
    together = guidance_of(values) * other
    for place, value in enumerate(values):
        assert torch.equal(together[place], value * other[place])
    assert type(guidance_of([4.0, 4.0])) is float
    assert GuidancePerImage((2.0, 3.0)) > 1
    assert GuidancePerImage((2.0, 3.0)) * 2 == 4.0


def test_one_run_for_pictures_that_differ_in_their_file_alone(models):
    jobs = [
        job(),
        job(settings={"output_format": "jpeg", "output_quality": 30}),
        job(settings={"output_format": "jpeg", "output_quality": 90}),
        dataclasses.replace(job(), view="edges-in-the-middle"),
    ]
    (batch,) = batches(jobs, 8)
    assert len(batch.runs) == 1
    renderer = Renderer(models, {}.get)
    together = rendered(renderer, jobs, 8)
    alone = [rendered(renderer, [one], 8)[0] for one in jobs]
    assert [a.picture.tobytes() for a in together] == [a.picture.tobytes() for a in alone]
    assert len({one.picture.tobytes() for one in together}) == 4


@pytest.mark.parametrize(
    ("changed", "precision"),
    [
        (job(), "bfloat16"),
        (job(guidance_scale=9.0), "float32"),
        (job(num_inference_steps=8), "float32"),
        (job(settings={"s_churn": 10}), "float32"),
        (dataclasses.replace(job(), scheduler="EulerAncestralDiscreteScheduler"), "float32"),
    ],
)
def test_where_bfloat16_is_near_enough(models, changed, precision):
    pipeline, _ = models.pipeline(JOB)
    assert precision_of(changed, pipeline, "bfloat16") == precision
    assert precision_of(changed, pipeline, "float32") == "float32"


def test_bfloat16_gives_nearly_the_same_picture_and_leaves_the_model_as_it_was(models):
    pipeline, _ = models.pipeline(JOB)
    whole = pipeline.unet
    (exact,) = rendered(Renderer(models, {}.get), [job()], 1)
    (narrow,) = rendered(Renderer(models, {}.get, "bfloat16"), [job()], 1)
    assert (exact.precision, narrow.precision) == ("float32", "bfloat16")
    assert psnr(exact.picture, narrow.picture) >= 45
    assert pipeline.unet is whole
    assert {part.dtype for part in whole.parameters()} == {torch.float32}
    with denoised_in(pipeline, "bfloat16"):
        assert torch.bfloat16 in {part.dtype for part in pipeline.unet.parameters()}
        assert pipeline.unet.dtype == torch.float32
    (again,) = rendered(Renderer(models, {}.get), [job()], 1)
    assert (again.picture == exact.picture).all()


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(Folder(tmp_path / "store"))


@pytest.fixture
def engine(tmp_path, tiny_weights, store) -> ProcessEngine:
    make = local_renderer(Places(tmp_path, tiny_weights), threads=1)
    return ProcessEngine(store, make, 1, workers=2)


def test_several_processes_make_the_same_pictures(engine, store, models):
    first, bad = job(7), job(9, width=20)
    begun = dataclasses.replace(
        job(8, strength=0.5),
        task="image-to-image",
        pipeline="StableDiffusionImg2ImgPipeline",
        init=first.key,
    )
    jobs = [first, *(job(seed) for seed in range(1, 5)), begun, bad]
    parts = engine.outcomes(jobs, store.image, set())
    outcomes = {outcome.job.key: outcome for part in parts for outcome in part}
    assert outcomes.keys() == {one.key for one in jobs}
    failed = outcomes[bad.key]
    assert isinstance(failed, Unmade)
    assert "divisible by" in failed.reason
    alone = Renderer(models, lambda key: encoding.decode(store.image(key) or b"", "the first"))
    for one in jobs[:-1]:
        (expected,) = rendered(alone, [one], 1)
        kept = outcomes[one.key]
        assert isinstance(kept, Kept)
        assert np.array_equal(kept.picture, expected.picture)
        assert one.key in store


def test_a_process_that_is_killed_takes_only_its_own_batch_along(engine, store, monkeypatch):
    started = []

    def watched(make, count):
        workers = crew(make, count)
        started.extend(workers)
        return workers

    monkeypatch.setattr("dialed_generator.process_engine.crew", watched)
    parts = engine.outcomes([job(seed) for seed in range(1, 9)], store.image, set())
    outcomes = list(next(parts))
    os.kill(started[0].process.pid, signal.SIGKILL)
    outcomes += [outcome for part in parts for outcome in part]
    failed = [outcome for outcome in outcomes if isinstance(outcome, Unmade)]
    assert len(outcomes) == 8
    assert len(failed) <= 1
    assert all("ended with exit status -9" in outcome.reason for outcome in failed)
    assert not any(worker.process.is_alive() for worker in started)


def test_weights_that_are_not_there(tmp_path, store):
    make = local_renderer(Places(tmp_path, tmp_path / "none"), threads=1)
    parts = ProcessEngine(store, make, 1, workers=2).outcomes(
        [job(seed) for seed in range(1, 7)], store.image, set()
    )
    outcomes = [outcome for part in parts for outcome in part]
    assert len(outcomes) == 6
    assert all(isinstance(outcome, Unmade) for outcome in outcomes)
