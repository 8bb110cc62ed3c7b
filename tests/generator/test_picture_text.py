"""The settings inside published pictures: what was asked for can be read out of the file alone."""

import io
from dataclasses import replace

import numpy as np
import pytest

import dialed
from dialed.reading_images import read
from dialed_generator import encoding
from dialed_generator.picture_text import infotext
from dialed_generator.planning import plan

PICTURE = np.zeros((32, 32, 3), np.uint8)


@pytest.fixture(scope="module")
def jobs():
    whole = plan(dialed.registry, {"vignette": "0" * 64})
    return list(whole.jobs.values())


def test_every_job_of_the_plan_can_be_read_back(jobs):
    for job in jobs:
        found = dialed.parse(infotext(job), "a1111")
        # A setting that infotext has no name for stands under its own id.
        said = {**found.extras, **found.settings}
        assert said["Dialed key"] == job.key[:16]
        wanted = {**job.settings, "model": job.model}
        assert {name: said.get(name) for name in wanted} == wanted


@pytest.mark.parametrize("encode", [encoding.avif, encoding.webp])
@pytest.mark.parametrize("prompt", ['a red house, 2: "quoted"', "ein Häuschen – 家", "one\ntwo"])
def test_files_hold_it(jobs, encode, prompt):
    job = replace(jobs[0], settings={**jobs[0].settings, "prompt": prompt})
    found = read(io.BytesIO(encode(PICTURE, infotext(job))))
    assert found.dialect == "a1111"
    assert found.settings["prompt"] == prompt
    assert found.settings["seed"] == job.settings["seed"]
    assert found.extras["Dialed key"] == job.key[:16]
