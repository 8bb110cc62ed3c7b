"""What to set everything to, model by model."""

import pytest

import dialed

TABLE = [
    # (model, {setting: (value, low, high, number of other sources)})
    (
        "unet-family",
        {"num_inference_steps": (30, 20, 40, 1), "guidance_scale": (7.0, 3.0, 12.0, 0)},
    ),
    ("classic", {"num_inference_steps": (30, 20, 40, 1), "guidance_scale": (7.0, 3.0, 12.0, 0)}),
    (
        "EXAMPLE/Classic-V1",
        {"num_inference_steps": (30, 20, 40, 1), "guidance_scale": (7.0, 3.0, 12.0, 0)},
    ),
    ("quick", {"num_inference_steps": (4, 1, 8, 0), "guidance_scale": (1.0, 1.0, 2.0, 0)}),
    (
        "Flow Dev",
        {"num_inference_steps": (28, 20, 50, 0), "distilled_guidance_scale": (3.5, 1.5, 5.0, 0)},
    ),
    ("offset", {}),
]


@pytest.mark.parametrize(("model", "expected"), TABLE)
def test_values_of_a_model_and_its_family(small, model, expected):
    found = dialed.defaults(model, registry=small)
    assert {k: (d.value, d.low, d.high, len(d.others)) for k, d in found.items()} == expected
    assert all(d.setting == k and d.evidence.kind for k, d in found.items())


def test_an_unknown_model_carries_suggestions(small):
    with pytest.raises(dialed.UnknownModelError) as caught:
        dialed.defaults("quik", registry=small)
    assert caught.value.suggestions == ("quick",)


@pytest.mark.parametrize("model", list(dialed.registry.models))
def test_every_real_model_has_evidence_for_what_it_recommends(model):
    for default in dialed.defaults(model).values():
        assert default.evidence.kind in {"signature", "config", "vendor", "measured", "community"}
        if (
            default.low is not None
            and default.high is not None
            and type(default.value) in {int, float}
        ):
            assert default.low <= default.value <= default.high


def test_the_fast_model_wants_few_steps():
    assert dialed.defaults("flux-schnell")["num_inference_steps"].value <= 4
    assert dialed.defaults("black-forest-labs/FLUX.1-schnell") == dialed.defaults("flux-schnell")


@pytest.mark.parametrize("model", [m.id for m in dialed.registry.models.values() if not m.abstract])
def test_what_is_recommended_breaks_no_rule(model):
    values = {setting: default.value for setting, default in dialed.defaults(model).items()}
    assert dialed.validate(values, model=model).problems == ()


@pytest.mark.parametrize("dialect", ["diffusers", "comfyui", "a1111", "a1111-api"])
@pytest.mark.parametrize("model", list(dialed.registry.models))
def test_what_is_recommended_survives_translation(model, dialect):
    values = {setting: default.value for setting, default in dialed.defaults(model).items()}
    there = dialed.translate(values, to=dialect, model=model)
    back = dialed.translate(there.payload, to="canonical", source=dialect, model=model)
    # What is lost or not used is told, and so is what stands in for it.
    lost = {note.setting for note in there.notes if note.kind in {"lost", "ignored"}}
    # There the model's own schedule and a clip skip that is off are left unsaid.
    own = {"schedule", "clip_skip"} if dialect == "diffusers" else set()
    assert {k: v for k, v in values.items() if k not in lost | own} == {
        k: v for k, v in back.payload.items() if k in values and k not in lost | own
    }
