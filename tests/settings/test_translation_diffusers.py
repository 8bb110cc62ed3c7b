"""To diffusers: what the generator runs on. A table of settings, payloads and notes."""

import pytest

import dialed

T2I, I2I = "StableDiffusionPipeline", "StableDiffusionImg2ImgPipeline"
SPACED = {"use_karras_sigmas": False, "timestep_spacing": "linspace"}
KARRAS = {"use_karras_sigmas": True}

TO_DIFFUSERS = [
    # (settings, model, payload, kinds and settings of the notes)
    (
        {
            "prompt": "a",
            "num_inference_steps": 25,
            "guidance_scale": 4.0,
            "sampler": "dpmpp_2m",
            "schedule": "karras",
            "seed": 7,
        },
        "classic",
        {
            "pipeline": T2I,
            "scheduler": "DPMSolverMultistepScheduler",
            "scheduler_arguments": KARRAS,
            "call": {"prompt": "a", "num_inference_steps": 25, "guidance_scale": 4.0},
            "generator_seed": 7,
        },
        [],
    ),
    # Nothing stated: the model's own scheduler, as published.
    (
        {},
        "classic",
        {"pipeline": T2I, "scheduler": "DDIMScheduler", "scheduler_arguments": {}, "call": {}},
        [],
    ),
    # A schedule switches the flags of the others off.
    (
        {"sampler": "euler", "schedule": "normal"},
        "classic",
        {
            "pipeline": T2I,
            "scheduler": "EulerDiscreteScheduler",
            "scheduler_arguments": SPACED,
            "call": {},
        },
        [],
    ),
    # What the class cannot follow is said, not sent.
    (
        {"sampler": "euler_ancestral", "schedule": "karras"},
        "classic",
        {
            "pipeline": T2I,
            "scheduler": "EulerAncestralDiscreteScheduler",
            "scheduler_arguments": {},
            "call": {},
        },
        [("lost", "schedule")],
    ),
    (
        {"sampler": "dpmpp_2m_sde"},
        "classic",
        {
            "pipeline": T2I,
            "scheduler": "DPMSolverMultistepScheduler",
            "scheduler_arguments": {"algorithm_type": "sde-dpmsolver++"},
            "call": {},
        },
        [("approximate", "sampler")],
    ),
    (
        {"sampler": "restart"},
        "classic",
        {"pipeline": T2I, "scheduler": "DDIMScheduler", "scheduler_arguments": {}, "call": {}},
        [("lost", "sampler")],
    ),
    (
        {"sampler": "nonsense"},
        "classic",
        {"pipeline": T2I, "scheduler": None, "scheduler_arguments": {}, "call": {}},
        [("lost", "sampler")],
    ),
    # Image-to-image: other class, and the steps that run are said.
    (
        {"num_inference_steps": 20, "strength": 0.5},
        "classic",
        {
            "pipeline": I2I,
            "scheduler": "DDIMScheduler",
            "scheduler_arguments": {},
            "call": {"num_inference_steps": 20, "strength": 0.5},
        },
        [("converted", "num_inference_steps")],
    ),
    # Two guidances under crossed names, and the blank negative prompt without which the second is dropped.
    (
        {"guidance_scale": 4.0, "distilled_guidance_scale": 3.5},
        "flow-dev",
        {
            "pipeline": "FluxPipeline",
            "scheduler": "FlowMatchEulerDiscreteScheduler",
            "scheduler_arguments": {},
            "call": {"true_cfg_scale": 4.0, "negative_prompt": " ", "guidance_scale": 3.5},
        },
        [
            ("converted", "guidance_scale"),
            ("added", "negative_prompt"),
            ("converted", "distilled_guidance_scale"),
        ],
    ),
    (
        {"guidance_scale": 1.0, "negative_prompt": "fog"},
        "flow-dev",
        {
            "pipeline": "FluxPipeline",
            "scheduler": "FlowMatchEulerDiscreteScheduler",
            "scheduler_arguments": {},
            "call": {"negative_prompt": "fog", "true_cfg_scale": 1.0},
        },
        [("converted", "guidance_scale")],
    ),
    (
        {"distilled_guidance_scale": 3.5},
        "classic",
        {"pipeline": T2I, "scheduler": "DDIMScheduler", "scheduler_arguments": {}, "call": {}},
        [("lost", "distilled_guidance_scale")],
    ),
    # A pipeline that counts guidance from zero.
    (
        {"guidance_scale": 5.0},
        "offset",
        {
            "pipeline": "OffsetPipeline",
            "scheduler": "FlowMatchEulerDiscreteScheduler",
            "scheduler_arguments": {},
            "call": {"guidance_scale": 4.0},
        },
        [("converted", "guidance_scale")],
    ),
    # No flow version: the model's own stands in.
    (
        {"sampler": "ddim"},
        "flow-dev",
        {
            "pipeline": "FluxPipeline",
            "scheduler": "FlowMatchEulerDiscreteScheduler",
            "scheduler_arguments": {},
            "call": {},
        },
        [("lost", "sampler")],
    ),
    # Its own schedule is no loss; spacing is dropped where the class has none.
    (
        {"schedule": "simple"},
        "offset",
        {
            "pipeline": "OffsetPipeline",
            "scheduler": "FlowMatchEulerDiscreteScheduler",
            "scheduler_arguments": {"use_karras_sigmas": False, "timestep_spacing": "trailing"},
            "call": {},
        },
        [],
    ),
    (
        {"strength": 0.5},
        "offset",
        {
            "pipeline": "OffsetPipeline",
            "scheduler": "FlowMatchEulerDiscreteScheduler",
            "scheduler_arguments": {},
            "call": {},
        },
        [("lost", "strength"), ("lost", "strength")],
    ),
    (
        {"clip_skip": 1},
        "flow-dev",
        {
            "pipeline": "FluxPipeline",
            "scheduler": "FlowMatchEulerDiscreteScheduler",
            "scheduler_arguments": {},
            "call": {},
        },
        [("ignored", "clip_skip")],
    ),
    # Off is said by leaving it out.
    (
        {"clip_skip": 0},
        "classic",
        {"pipeline": T2I, "scheduler": "DDIMScheduler", "scheduler_arguments": {}, "call": {}},
        [("converted", "clip_skip")],
    ),
    (
        {"seed": -1},
        "classic",
        {"pipeline": T2I, "scheduler": "DDIMScheduler", "scheduler_arguments": {}, "call": {}},
        [("lost", "seed")],
    ),
    (
        {"seed": "lighthouse"},
        "classic",
        {"pipeline": T2I, "scheduler": "DDIMScheduler", "scheduler_arguments": {}, "call": {}},
        [("lost", "seed")],
    ),
    (
        {"hocus": 1},
        "classic",
        {"pipeline": T2I, "scheduler": "DDIMScheduler", "scheduler_arguments": {}, "call": {}},
        [("lost", "hocus")],
    ),
    # Without a model the pipeline is left to diffusers, and the scheduler to the model.
    (
        {"guidance_scale": 4.0},
        None,
        {
            "pipeline": "AutoPipelineForText2Image",
            "scheduler": None,
            "scheduler_arguments": {},
            "call": {"guidance_scale": 4.0},
        },
        [],
    ),
    (
        {"strength": 1.0, "sampler": "euler"},
        None,
        {
            "pipeline": "AutoPipelineForImage2Image",
            "scheduler": "EulerDiscreteScheduler",
            "scheduler_arguments": {},
            "call": {"strength": 1.0},
        },
        [],
    ),
]


@pytest.mark.parametrize(("settings", "model", "payload", "notes"), TO_DIFFUSERS)
def test_to_diffusers(small, settings, model, payload, notes):
    result = dialed.translate(settings, to="diffusers", model=model, registry=small)
    assert result.payload == payload
    assert [(note.kind, note.setting) for note in result.notes] == notes
    compile(result.python, "example.py", "exec")


def test_python_holds_everything(small):
    settings = {
        "prompt": 'say "hi"\n',
        "seed": 7,
        "sampler": "dpmpp_2m",
        "schedule": "karras",
        "strength": 0.5,
    }
    code = dialed.translate(settings, to="diffusers", model="classic", registry=small).python
    for part in (
        "use_karras_sigmas=True",
        "manual_seed(7)",
        "load_image",
        repr(settings["prompt"]),
        "revision=",
        "use_safetensors=True",
    ):
        assert part in code


CONTRACT = {
    "prompt": "a lighthouse",
    "negative_prompt": "people",
    "num_inference_steps": 4,
    "guidance_scale": 2.0,
    "seed": 7,
    "strength": 0.5,
}


@pytest.mark.slow
@pytest.mark.parametrize("model", [m.id for m in dialed.registry.models.values() if not m.abstract])
@pytest.mark.parametrize(
    "settings", [CONTRACT, {k: v for k, v in CONTRACT.items() if k != "strength"}]
)
def test_real_diffusers_takes_what_is_written(model, settings):
    import inspect

    diffusers = pytest.importorskip("diffusers")
    for sampler in dialed.registry.samplers:
        payload = dialed.translate(
            settings | {"sampler": sampler}, to="diffusers", model=model
        ).payload
        call = inspect.signature(getattr(diffusers, payload["pipeline"]).__call__).parameters
        assert set(payload["call"]) <= set(call)
        scheduler = inspect.signature(getattr(diffusers, payload["scheduler"]).__init__).parameters
        assert set(payload["scheduler_arguments"]) <= set(scheduler)


@pytest.mark.slow
@pytest.mark.parametrize("model", [m.id for m in dialed.registry.models.values() if not m.abstract])
def test_real_schedulers_take_every_schedule(model):
    import inspect

    diffusers = pytest.importorskip("diffusers")
    for sampler in dialed.registry.samplers:
        for schedule in dialed.registry.schedules:
            settings = {"sampler": sampler, "schedule": schedule}
            payload = dialed.translate(settings, to="diffusers", model=model).payload
            known = inspect.signature(getattr(diffusers, payload["scheduler"]).__init__).parameters
            assert set(payload["scheduler_arguments"]) <= set(known), settings
