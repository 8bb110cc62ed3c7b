"""A job's key: equal for equal pictures, different for different ones, and nothing else in it."""

import dataclasses
import math
from types import SimpleNamespace

import diffusers
import pytest

from dialed_generator.job import Job, canonical_json

JOB = Job(
    model="vignette",
    weights="ab" * 32,
    pipeline="StableDiffusionPipeline",
    task="text-to-image",
    scheduler="DDIMScheduler",
    scheduler_arguments={"timestep_spacing": "trailing"},
    call={"prompt": "a house", "num_inference_steps": 4, "guidance_scale": 4.0},
    seed=7,
    settings={"prompt": "a house", "num_inference_steps": 4, "guidance_scale": 4.0, "seed": 7},
    renderer=1,
)


def test_the_key_is_pinned():
    # Another key for the same job would make every published image stale.
    assert JOB.key == "9b6d9ac9de667b2f12c3af8b3e41dc75a0824e30cb6fcaef2293947e42876633"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": 2}, '{"a":2,"b":1}'),
        ({"scale": 7.0}, '{"scale":7}'),
        ({"scale": 7.5}, '{"scale":7.5}'),
        ({"on": True, "n": 1}, '{"n":1,"on":true}'),
        ([1, (2, 3)], "[1,[2,3]]"),
        ("ü", '"\\u00fc"'),
        (None, "null"),
    ],
)
def test_canonical_json(value, text):
    assert canonical_json(value) == text


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_canonical_json_refuses_what_json_cannot_say(number):
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"x": number})


CHANGES = [
    ("model", "sdxl"),
    ("weights", "cd" * 32),
    ("pipeline", "StableDiffusionXLPipeline"),
    ("scheduler", "EulerDiscreteScheduler"),
    ("scheduler_arguments", {}),
    ("call", {**JOB.call, "prompt": "a castle"}),
    ("call", {**JOB.call, "num_inference_steps": 5}),
    ("seed", 8),
    ("settings", {**JOB.settings, "guidance_scale": 4.5}),
    ("step", 2),
    ("init", "ef" * 32),
    ("mask", "ellipse 0.2 0.2 0.8 0.8"),
    ("view", "edges-in-the-middle"),
    ("renderer", 2),
]


@pytest.mark.parametrize(("name", "value"), CHANGES)
def test_whatever_decides_pixels_changes_the_key(name, value):
    assert dataclasses.replace(JOB, **{name: value}).key != JOB.key


def test_every_field_is_part_of_the_key():
    whole = dataclasses.replace(JOB, mask="ellipse 0 0 1 1", view="edges-in-the-middle").content()
    assert set(whole) == {field.name for field in dataclasses.fields(Job)}
    assert {name for name, _ in CHANGES} | {"task"} == set(whole)


def test_fields_that_came_later_leave_the_keys_of_older_jobs_as_they_were():
    assert set(JOB.content()).isdisjoint({"mask", "view"})


def test_the_order_of_settings_and_the_spelling_of_numbers_do_not_matter():
    turned = dict(reversed(JOB.settings.items())) | {"guidance_scale": 4}
    assert dataclasses.replace(JOB, settings=turned).key == JOB.key


def test_the_images_of_a_filmstrip_share_a_run():
    assert dataclasses.replace(JOB, step=2).run == JOB.run
    assert dataclasses.replace(JOB, seed=8).run != JOB.run


@pytest.mark.parametrize(
    ("steps", "strength", "run"),
    [(25, 1.0, 25), (25, 0.5, 12), (25, 0.1, 2), (4, 0.2, 0), (10, 0.35, 3)],
)
def test_image_to_image_runs_fewer_steps(steps, strength, run):
    call = {**JOB.call, "num_inference_steps": steps, "strength": strength}
    assert dataclasses.replace(JOB, task="image-to-image", call=call).steps_run == run
    assert dataclasses.replace(JOB, call=call).steps_run == steps


@pytest.mark.parametrize("name", ["FluxImg2ImgPipeline", "StableDiffusion3Img2ImgPipeline"])
@pytest.mark.parametrize(
    ("steps", "strength"), [(25, 1.0), (25, 0.5), (25, 0.1), (4, 0.2), (10, 0.35), (28, 0.61)]
)
def test_flow_pipelines_run_what_diffusers_leaves(name, steps, strength):
    pipeline = getattr(diffusers, name)
    scheduler = diffusers.FlowMatchEulerDiscreteScheduler()
    scheduler.set_timesteps(steps)
    own = SimpleNamespace(scheduler=scheduler)
    timesteps, _ = pipeline.get_timesteps(own, steps, strength, "cpu")
    call = {**JOB.call, "num_inference_steps": steps, "strength": strength}
    job = dataclasses.replace(JOB, task="image-to-image", pipeline=name, call=call)
    assert job.steps_run == len(timesteps)
