"""Generated pydantic classes: names, limits and schema of one model in one dialect."""

import pytest
from pydantic import BaseModel, ValidationError

import dialed

ACCEPTED = [
    (
        "classic",
        "canonical",
        {"num_inference_steps": 20, "guidance_scale": 7, "sampler": "euler", "width": 512},
    ),
    ("classic", "diffusers", {"num_inference_steps": 20, "guidance_scale": 7.5}),
    (
        "classic",
        "a1111",
        {
            "Steps": 20,
            "CFG scale": 7.5,
            "Size": "512x768",
            "Clip skip": 2,
            "Schedule type": "Karras",
        },
    ),
    (
        "classic",
        "comfyui",
        {"steps": 20, "cfg": 7.5, "stop_at_clip_layer": -2, "sampler_name": "dpmpp_2m"},
    ),
    ("classic", "a1111", {"num_inference_steps": 20}),
    ("flow-dev", "diffusers", {"true_cfg_scale": 2.0, "guidance_scale": 3.5, "width": 1024}),
    ("classic", "canonical", {}),
]
REFUSED = [
    ("classic", "canonical", {"num_inference_steps": 0}, "num_inference_steps"),
    ("classic", "canonical", {"hocus": 1}, "hocus"),
    ("classic", "canonical", {"sampler": "DPM++ 2M"}, "sampler"),
    ("classic", "canonical", {"guidance_scale": float("nan")}, "guidance_scale"),
    ("classic", "canonical", {"keep": "all"}, "keep"),
    ("classic", "a1111", {"Schedule type": "karras!"}, "Schedule type"),
    ("classic", "a1111", {"Clip skip": 0}, "Clip skip"),
    ("classic", "comfyui", {"stop_at_clip_layer": 1}, "stop_at_clip_layer"),
    ("classic", "comfyui", {"stop_at_clip_layer": -14}, "stop_at_clip_layer"),
    ("flow-dev", "canonical", {"width": 1000}, "width"),  # a block of this model is 16 pixels
    ("flow-dev", "canonical", {"clip_skip": 1}, "clip_skip"),  # the model does not use it
]


@pytest.mark.parametrize(("model", "dialect", "payload"), ACCEPTED)
def test_what_it_takes(small, model, dialect, payload):
    made = dialed.pydantic_model(model, dialect, registry=small)
    assert issubclass(made, BaseModel)
    written = made.model_validate(payload).model_dump(exclude_unset=True, by_alias=True)
    names = {"num_inference_steps": "Steps"} if dialect == "a1111" else {}
    assert written == {names.get(key, key): value for key, value in payload.items()}


@pytest.mark.parametrize(("model", "dialect", "payload", "place"), REFUSED)
def test_what_it_refuses(small, model, dialect, payload, place):
    with pytest.raises(ValidationError) as caught:
        dialed.pydantic_model(model, dialect, registry=small).model_validate(payload)
    assert place in {error["loc"][0] for error in caught.value.errors()}


def test_two_guidances_are_two_fields(small):
    fields = dialed.pydantic_model("flow-dev", "diffusers", registry=small).model_fields
    assert fields["guidance_scale"].alias == "true_cfg_scale"
    assert fields["distilled_guidance_scale"].alias == "guidance_scale"


def test_the_schema_carries_what_an_interface_needs(small):
    schema = dialed.pydantic_model("classic", "comfyui", registry=small).model_json_schema()
    steps = schema["properties"]["steps"]
    assert steps["description"].startswith("How many steps.")
    assert steps["x-dialed"] == {
        "id": "num_inference_steps",
        "kind": "integer",
        "group": "sampling",
        "unit": "steps",
        "view": {"min": 1, "max": 100, "step": 1},
        "recommended": 30,
        "url": "/settings/sampling/num_inference_steps/",
    }
    assert schema["properties"]["cfg"]["x-dialed"]["off"] == 1.0
    skip = schema["properties"]["stop_at_clip_layer"]
    assert (skip["anyOf"][0]["minimum"], skip["anyOf"][0]["maximum"]) == (-13, -1)
    assert skip["x-dialed"]["off"] == -1
    assert schema["additionalProperties"] is False


DIALECTS = ["canonical", *dialed.registry.dialects]
# Every model in the dialects whose names depend on it; one model of each family in all the others.
FIRST_OF_FAMILY = {
    model.family: model.id for model in reversed(list(dialed.registry.models.values()))
}
EVERY = [
    pytest.param(
        model,
        dialect,
        marks=()
        if dialect in {"canonical", "diffusers"} or model in FIRST_OF_FAMILY.values()
        else pytest.mark.slow,
    )
    for model in dialed.registry.models
    for dialect in DIALECTS
]


@pytest.mark.parametrize(("model", "dialect"), EVERY)
def test_every_real_model_and_dialect_has_one(model, dialect):
    made = dialed.pydantic_model(model, dialect)
    schema = made.model_json_schema()
    assert made is dialed.pydantic_model(model, dialect)
    for name, field in schema["properties"].items():
        assert field["description"], name
    if dialect == "canonical":
        values = {k: v.value for k, v in dialed.defaults(model).items() if k in made.model_fields}
        assert made.model_validate(values).model_dump(exclude_unset=True) == values


@pytest.mark.parametrize("dialect", ["canonical", *dialed.registry.dialects])
def test_a_slider_stays_within_the_limits(dialect):
    made = dialed.pydantic_model("sdxl", dialect)
    for name, field in made.model_json_schema()["properties"].items():
        hints = field["x-dialed"]
        assert hints["url"] == f"/settings/{hints['group']}/{hints['id']}/"
        view = hints.get("view")
        if view is not None:
            (numbers,) = [p for p in field["anyOf"] if p.get("type") in {"integer", "number"}]
            least = numbers.get("minimum", numbers.get("exclusiveMinimum", float("-inf")))
            most = numbers.get("maximum", numbers.get("exclusiveMaximum", float("inf")))
            assert least <= view["min"] < view["max"] <= most, name
            assert view["step"] > 0
        for hint in ("off", "recommended"):
            if hint in hints:
                made.model_validate({name: hints[hint]})


def test_unknown_names_are_refused():
    with pytest.raises(dialed.UnknownModelError):
        dialed.pydantic_model("nobody")
    with pytest.raises(dialed.UnknownDialectError):
        dialed.pydantic_model("sdxl", "photoshop")
