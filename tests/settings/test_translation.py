"""From one dialect to another: tables of payloads, with the notes that must be left."""

import pytest

import dialed

ACROSS = [
    # (payload, from, to, model, result, notes)
    (
        {"steps": 20, "denoise": 0.5},
        "comfyui",
        "a1111",
        None,
        {"Steps": 40, "Denoising strength": 0.5},
        {("converted", "num_inference_steps"), ("added", "infotext")},
    ),
    (
        {"width": 512, "height": 768, "sampler": "dpmpp_2m", "schedule": "karras"},
        None,
        "a1111",
        None,
        {"Size": "512x768", "Sampler": "DPM++ 2M", "Schedule type": "Karras"},
        {("converted", "width")},
    ),
    ({"cfg": 7.0}, "comfyui", "canonical", None, {"guidance_scale": 7.0}, set()),
    (
        {"true_cfg_scale": 4.0, "guidance_scale": 3.5},
        "diffusers",
        "canonical",
        "flow-dev",
        {"guidance_scale": 4.0, "distilled_guidance_scale": 3.5},
        set(),
    ),
    (
        {"guidance_scale": 4.0},
        "diffusers",
        "canonical",
        "offset",
        {"guidance_scale": 5.0},
        {("converted", "guidance_scale")},
    ),
    (
        {"guidance_scale": 3.5, "scheduler": "EulerDiscreteScheduler"},
        "diffusers",
        "canonical",
        "classic",
        {"guidance_scale": 3.5, "sampler": "euler"},
        set(),
    ),
    (
        {"Sampler": "DPM++ 7M", "Steps": 5},
        "a1111",
        "canonical",
        None,
        {"num_inference_steps": 5},
        {("lost", "sampler")},
    ),
    ({"steps": None, "cfg": 7}, "comfyui", "canonical", None, {"guidance_scale": 7}, set()),
]


@pytest.mark.parametrize(("payload", "source", "to", "model", "result", "notes"), ACROSS)
def test_across_dialects(small, payload, source, to, model, result, notes):
    found = dialed.translate(payload, to=to, source=source, model=model, registry=small)
    assert found.payload == result
    assert {(note.kind, note.setting) for note in found.notes} == notes
    assert all(str(note) for note in found.notes)


ROUND_TRIPS = [
    {"prompt": "a", "num_inference_steps": 25, "guidance_scale": 4.0, "seed": 7},
    {"prompt": "a", "sampler": "dpmpp_2m", "schedule": "karras", "width": 512, "height": 768},
    {"sampler": "euler", "schedule": "normal", "clip_skip": 2},
    {"num_inference_steps": 40, "strength": 0.5, "negative_prompt": ""},
]


@pytest.mark.parametrize("settings", ROUND_TRIPS)
@pytest.mark.parametrize("dialect", ["diffusers", "a1111", "comfyui"])
@pytest.mark.parametrize("model", ["classic", "flow-dev", "offset"])
def test_canonical_to_dialect_and_back(small, settings, dialect, model):
    there = dialed.translate(settings, to=dialect, model=model, registry=small)
    back = dialed.translate(
        there.payload, to="canonical", source=dialect, model=model, registry=small
    )
    lost = {note.setting for note in there.notes if note.kind in {"lost", "ignored"}}
    added = {note.setting for note in there.notes if note.kind == "added"}
    expected = {k: v for k, v in settings.items() if k not in lost}
    found = {k: v for k, v in back.payload.items() if k not in added | lost}
    stated_by_default = {"sampler", "schedule"} if dialect == "diffusers" else set()
    assert {
        k: v for k, v in found.items() if k in expected or k not in stated_by_default
    } == expected


def test_an_input_is_no_setting(small):
    found = dialed.translate(
        {"image": "x.png", "output_type": "pil"},
        to="diffusers",
        source="diffusers",
        model="classic",
        registry=small,
    )
    assert found.payload["pipeline"] == "StableDiffusionImg2ImgPipeline"
    assert [str(note) for note in found.notes] == [
        "image: is no setting but a part of the call; hand it over yourself (lost)",
        "output_type: is no setting but a part of the call; hand it over yourself (lost)",
    ]


def test_the_payload_may_name_its_model(small):

    named = dialed.translate(
        {"guidance_scale": 4.0}, to="diffusers", model="example/Flow.1-dev", registry=small
    )
    assert named.payload["call"]["true_cfg_scale"] == 4.0
    assert named.dialect == "diffusers"
    assert named.settings == {"guidance_scale": 4.0}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"to": "photoshop"}, dialed.UnknownDialectError),
        ({"to": "diffusers", "source": "photoshop"}, dialed.UnknownDialectError),
        ({"to": "diffusers", "model": "nobody"}, dialed.UnknownModelError),
    ],
)
def test_unknown_dialects_and_models(small, arguments, error):
    with pytest.raises(error):
        dialed.translate({}, registry=small, **arguments)
