"""Rendering with a real pipeline: the picture is that of a plain call, whatever stands beside it in a batch."""

import dataclasses

import numpy as np
import pytest
import torch
from plain_job import plain_job

from dialed_generator.errors import RenderError, WeightsError
from dialed_generator.job import Job
from dialed_generator.picture_measures import psnr
from dialed_generator.rendering.batches import batches
from dialed_generator.rendering.loading import LoadedModels, quiet_libraries
from dialed_generator.rendering.renderer import Failed, Rendered, Renderer, checked
from dialed_generator.rendering.scheduling import scheduler_for

CALL = {
    "prompt": "a red house by a lake", "num_inference_steps": 3, "guidance_scale": 4.0, "width": 32, "height": 32
}  # fmt: skip
JOB = plain_job(CALL)


def job(**changes) -> Job:
    call = CALL | changes.pop("call", {})
    changes = {"call": call, "settings": call | {"seed": changes.get("seed", 1)}} | changes
    return dataclasses.replace(JOB, **changes)


@pytest.fixture(scope="module")
def models(tiny_weights) -> LoadedModels:
    torch.set_num_threads(1)
    return LoadedModels(lambda model: tiny_weights / model)


@pytest.fixture(scope="module")
def renderer(models) -> Renderer:
    return Renderer(models, {}.get)


def render(renderer: Renderer, jobs: list[Job], size: int) -> list[Rendered]:
    results = {
        result.job.key: result for batch in batches(jobs, size) for result in renderer.render(batch)
    }
    made = [results[one.key] for one in jobs]
    assert not [result for result in made if isinstance(result, Failed)]
    return made


FOUR = [
    job(seed=1),
    job(seed=2),
    job(seed=1, call={"prompt": "a castle"}),
    job(seed=3, call={"prompt": "snow at night, and no house at all"}),
]


def test_it_is_the_picture_of_a_plain_call(renderer, models):
    made = render(renderer, [job(seed=5)], 1)[0]
    pipeline, _ = models.pipeline(JOB)
    plain = pipeline(
        **CALL, generator=torch.Generator("cpu").manual_seed(5), output_type="np"
    ).images[0]
    assert np.abs(made.picture.astype(int) - (plain * 255).round().astype(int)).max() == 0


@pytest.mark.parametrize(
    "scheduler",
    [
        "DDIMScheduler",
        "EulerAncestralDiscreteScheduler",
        "DDPMScheduler",
        "DPMSolverMultistepScheduler",
    ],
)
def test_neighbours_in_a_batch_do_not_change_a_picture(renderer, scheduler):
    jobs = [dataclasses.replace(one, scheduler=scheduler) for one in FOUR]
    alone, together = render(renderer, jobs, 1), render(renderer, jobs, 4)
    for one, other in zip(alone, together, strict=True):
        assert psnr(one.picture, other.picture) >= 55
    assert len({one.picture.tobytes() for one in alone}) == 4


def test_the_same_job_gives_the_same_bits(renderer):
    one, other = (render(renderer, FOUR, 4) for _ in range(2))
    assert [a.picture.tobytes() for a in one] == [b.picture.tobytes() for b in other]


def test_what_goes_into_one_batch():
    jobs = [*FOUR, job(seed=1, call={"guidance_scale": 7.0}), job(seed=9)]
    assert [len(batch.runs) for batch in batches(jobs, 4)] == [4, 2]
    assert [len(batch.runs) for batch in batches(jobs, 1)] == [1] * 6
    sde = [dataclasses.replace(one, scheduler="DPMSolverSDEScheduler") for one in FOUR]
    assert [len(batch.runs) for batch in batches(sde, 4)] == [1] * 4


def test_a_filmstrip_is_one_run_that_ends_in_the_picture(renderer):
    film = [job(step=step) for step in (0, 1, 2, None)]
    (batch,) = batches(film, 4)
    made = renderer.render(batch)
    assert [type(result) for result in made] == [Rendered] * 4
    alone = render(renderer, [job()], 1)[0]
    assert (made[3].picture == alone.picture).all()
    assert made[0].model_calls == alone.model_calls == 6
    assert len({result.picture.tobytes() for result in made}) == 4


def test_the_first_state_of_a_filmstrip_is_noise_alone(renderer):
    # Whatever the prompt; and the pipeline is left as it was found.
    one, other = job(step=0), job(step=0, call={"prompt": "a castle"})
    made = [renderer.render(batch)[0] for batch in batches([one, other], 1)]
    assert (made[0].picture == made[1].picture).all()
    render(renderer, [job()], 1)


def test_a_filmstrip_of_a_sampler_that_visits_more_states_than_steps(renderer):
    (batch,) = batches([job(step=1, scheduler="HeunDiscreteScheduler")], 1)
    (failed,) = renderer.render(batch)
    assert isinstance(failed, Failed)
    assert "goes several ways inside one step" in failed.reason


@pytest.mark.parametrize(
    ("changes", "calls"),
    [
        ({}, 6),
        ({"call": {"guidance_scale": 1.0}}, 3),
        ({"scheduler": "HeunDiscreteScheduler"}, 10),
        ({"call": {"num_inference_steps": 5}}, 10),
    ],
)
def test_model_calls_are_counted(renderer, changes, calls):
    assert render(renderer, [job(**changes)], 1)[0].model_calls == calls


def img2img(init: Job, strength: float, **changes) -> Job:
    return job(
        task="image-to-image",
        pipeline="StableDiffusionImg2ImgPipeline",
        init=init.key,
        call={"strength": strength},
        **changes,
    )


def test_image_to_image(models, renderer):
    first = render(renderer, [job(seed=9)], 1)[0]
    other = Renderer(models, {first.job.key: first.picture}.get)
    made = render(other, [img2img(first.job, strength) for strength in (0.34, 1.0)], 2)
    assert [result.model_calls for result in made] == [2, 6]
    assert made[0].picture.shape == (32, 32, 3)
    assert (made[0].picture != made[1].picture).any()
    two = render(other, [img2img(first.job, 1.0, seed=seed) for seed in (1, 2)], 2)
    assert psnr(two[0].picture, made[1].picture) >= 55


def test_image_to_image_without_its_first_picture(renderer):
    (batch,) = batches([img2img(job(seed=9), 0.5)], 1)
    (failed,) = renderer.render(batch)
    assert isinstance(failed, Failed)
    assert "the image it starts from" in failed.reason


def test_one_that_fails_does_not_take_the_others_along(renderer):
    # 20 x 20 is a size that the pipeline refuses; an unknown scheduler is not to be had.
    bad = [
        job(call={"width": 20, "height": 20}),
        job(scheduler="NoSuchScheduler"),
        job(scheduler_arguments={"x": 1}),
    ]
    results = [result for batch in batches([*bad, job()], 4) for result in renderer.render(batch)]
    assert [type(result) for result in results] == [Failed, Failed, Failed, Rendered]
    assert "divisible by" in results[0].reason
    assert "has no scheduler 'NoSuchScheduler'" in results[1].reason
    assert "does not take x" in results[2].reason


def test_arguments_of_one_job_do_not_stay_for_the_next(models):
    pipeline, own = models.pipeline(JOB)
    first = scheduler_for(
        job(scheduler_arguments={"timestep_spacing": "leading", "beta_end": 0.01}), own
    )
    assert first.config["timestep_spacing"] == "leading"
    pipeline.scheduler = first
    assert scheduler_for(job(), models.pipeline(JOB)[1]).config["timestep_spacing"] == "trailing"


def test_a_scheduler_that_never_looks_at_the_generator_gets_the_seed(models):
    pytest.importorskip("torchsde", reason="DPMSolverSDEScheduler needs the package torchsde")
    with quiet_libraries():
        scheduler = scheduler_for(
            job(scheduler="DPMSolverSDEScheduler", seed=77), models.pipeline(JOB)[1]
        )
    assert scheduler.noise_sampler_seed == 77


def test_a_model_that_is_another_than_its_record_says(models):
    with pytest.raises(
        RenderError, match="is a StableDiffusionPipeline for text-to-image, but its record says"
    ):
        models.pipeline(job(pipeline="StableDiffusionXLPipeline"))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (torch.full((3, 8, 8), float("nan")), "100% of its values are NaN or infinite"),
        (torch.rand(3, 8, 8).index_fill(2, torch.tensor([1]), float("inf")), "NaN or infinite"),
        (torch.zeros(3, 8, 8), "black from edge to edge"),
        (torch.full((3, 8, 8), 0.5), "one colour from edge to edge"),
    ],
)
def test_what_is_no_picture(values, message):
    with pytest.raises(RenderError, match=message):
        checked(values)


def test_a_run_that_overflows_is_a_failure(tiny_weights):
    models = LoadedModels(lambda model: tiny_weights / model)
    pipeline, _ = models.pipeline(JOB)
    with torch.no_grad():
        pipeline.unet.conv_out.bias.fill_(float("inf"))
    failed, other = Renderer(models, {}.get).render(batches([job(), job(seed=2)], 2)[0])
    assert isinstance(failed, Failed)
    assert isinstance(other, Failed)
    assert "NaN or infinite" in failed.reason


def test_weights_that_do_not_fit_their_configuration(tiny_weights, tmp_path):
    import json
    import shutil

    shutil.copytree(tiny_weights / "vignette", tmp_path / "model")
    config = tmp_path / "model" / "unet" / "config.json"
    content = json.loads(config.read_text(encoding="utf-8")) | {"block_out_channels": [16, 64]}
    config.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(WeightsError, match="diffusers cannot load this model"):
        LoadedModels(lambda _model: tmp_path / "model").pipeline(JOB)
