"""Cases that once came out wrong: kept so that they stay right."""

import inspect

import diffusers
import pytest

import dialed
from dialed import PayloadError
from dialed.dialects.diffusers_scheduler import CLASS_DEFAULTS


@pytest.mark.parametrize("name", CLASS_DEFAULTS)
def test_class_defaults_are_those_of_the_installed_diffusers(name):
    signature = inspect.signature(getattr(diffusers, name).__init__)
    assert {
        argument: signature.parameters[argument].default for argument in CLASS_DEFAULTS[name]
    } == CLASS_DEFAULTS[name]


@pytest.mark.parametrize(
    ("scheduler", "arguments", "sampler", "schedule"),
    [
        ("DPMSolverMultistepScheduler", {}, "dpmpp_2m", None),
        ("DPMSolverMultistepScheduler", {"use_karras_sigmas": True}, "dpmpp_2m", "karras"),
        (
            "DPMSolverMultistepScheduler",
            {"algorithm_type": "sde-dpmsolver++"},
            "dpmpp_2m_sde",
            None,
        ),
        ("EulerDiscreteScheduler", {"use_karras_sigmas": True}, "euler", "karras"),
        ("EulerDiscreteScheduler", {"timestep_spacing": "trailing"}, "euler", "simple"),
        ("UniPCMultistepScheduler", {}, "uni_pc_bh2", None),
    ],
)
def test_a_scheduler_that_leaves_its_defaults_unsaid(scheduler, arguments, sampler, schedule):
    written = {"scheduler": scheduler, "scheduler_arguments": arguments}
    settings = dialed.translate(written, source="diffusers", to="canonical").payload
    assert (settings["sampler"], settings.get("schedule")) == (sampler, schedule)


@pytest.mark.parametrize("steps", range(1, 60, 3))
@pytest.mark.parametrize("denoise", [0.05, 0.3, 0.33, 0.5, 0.7, 0.99])
def test_comfyui_runs_as_many_steps_after_the_round_trip(steps, denoise):
    payload = {"steps": steps, "denoise": denoise}
    assert dialed.translate(payload, source="comfyui", to="comfyui").payload["steps"] == steps


@pytest.mark.parametrize(
    ("model", "steps", "strength", "run"),
    [
        ("sd15", 28, 0.3, 8),
        ("flux-dev", 28, 0.3, 9),
        ("flux-schnell", 4, 0.2, 1),
        ("sd35-large", 40, 0.5, 20),
    ],
)
def test_the_steps_that_image_to_image_runs(model, steps, strength, run):
    payload = {"prompt": "a", "image": "a.png", "num_inference_steps": steps, "strength": strength}
    notes = dialed.translate(payload, to="diffusers", model=model).notes
    assert any(f"runs {run} of {steps} steps" in note.message for note in notes)


@pytest.mark.parametrize(
    ("payload", "dialect", "model", "code"),
    [
        (
            {"image": "a.png", "num_inference_steps": 4, "strength": 0.2},
            "diffusers",
            "flux-schnell",
            "DIAL403",
        ),
        ({"Steps": 4, "Denoising strength": 0.2}, "a1111", None, "DIAL403"),
        ({"steps": 1, "denoise": 0.3}, "comfyui", None, "DIAL403"),
        ({"cfg": 0.5, "negative_prompt": "people"}, "comfyui", None, "DIAL401"),
        ({"model": "SDXL", "guidance_scale": 6}, None, None, "DIAL101"),
        ({"negative_prompt": "people", "guidance_scale": 5}, None, "sdxl-turbo", "DIAL301"),
    ],
)
def test_a_check_that_once_claimed_too_much(payload, dialect, model, code):
    report = dialed.validate(payload, dialect=dialect, model=model)
    assert code not in [problem.rule for problem in report.problems]


@pytest.mark.parametrize("payload", [[1], None, {5: 1}, {"call": {5: 1}}])
def test_what_is_no_payload(payload):
    with pytest.raises(PayloadError):
        dialed.translate(payload, to="diffusers", source="diffusers")


@pytest.mark.parametrize(
    ("seed", "passed"), [(0, True), (2**64 - 1, True), (2**64, False), (-1, False)]
)
def test_seeds_that_torch_takes(seed, passed):
    payload = dialed.translate({"seed": seed}, to="diffusers", model="sd15").payload
    assert ("generator_seed" in payload) is passed
