"""Cases that once came out wrong, over the real records and the published manifest: kept so that they stay right."""

from dataclasses import replace
from pathlib import Path

import pytest

import dialed
from dialed_generator.building import _settled
from dialed_generator.manifest import read_manifest
from dialed_generator.planning import plan
from dialed_generator.weights import weights_digest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def whole():
    digest = weights_digest(ROOT / "generator" / "weights" / "vignette")
    return plan(dialed.registry, {"vignette": digest})


@pytest.fixture(scope="module")
def manifest():
    return read_manifest(ROOT / "docs" / "assets" / "comparisons" / "manifest.json")


def test_a_scheduler_with_noise_of_its_own_gets_the_seed_of_its_image(whole):
    own = [job for job in whole.jobs.values() if "noise_sampler_seed" in job.scheduler_arguments]
    assert {job.scheduler for job in own} == {"DPMSolverSDEScheduler"}
    assert {job.settings["seed"] for job in own} == {1, 2}
    assert all(job.scheduler_arguments["noise_sampler_seed"] == job.settings["seed"] for job in own)


def test_a_moved_reference_is_measured_again(whole, manifest):
    (planned,) = [
        p for p in whole.comparisons if p.name == "num_inference_steps/separate-runs@vignette"
    ]
    assert _settled(planned, manifest)
    moved = replace(planned, record=planned.record.model_copy(update={"reference": 50}))
    assert not _settled(moved, manifest)
