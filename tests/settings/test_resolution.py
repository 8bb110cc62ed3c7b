"""Which setting a name means: tables of (name, dialect, model, expected)."""

import pytest

import dialed
from dialed.name_place import Place
from dialed.record_registry import Registry
from dialed.resolution import resolve
from dialed.suggestion import fold, listed, near

FOUND = [
    ("guidance_scale", None, None, "guidance_scale"),
    ("CFG scale", None, None, "guidance_scale"),
    ("cfg_scale", None, None, "guidance_scale"),
    ("cfg-SCALE ", None, None, "guidance_scale"),
    ("CFG", None, None, "guidance_scale"),
    ("Inference Steps", None, None, "num_inference_steps"),
    ("sample_steps", None, None, "num_inference_steps"),
    ("steps", None, None, "num_inference_steps"),
    ("cfg", "comfyui", None, "guidance_scale"),
    ("cfg", "ComfyUI", None, "guidance_scale"),
    ("scheduler", "comfyui", None, "schedule"),
    ("scheduler", "diffusers", None, "sampler"),
    # A canonical id is understood in every dialect.
    ("num_inference_steps", "a1111", None, "num_inference_steps"),
    # One name, two settings: the model decides, and without one the general meaning holds.
    ("guidance_scale", "diffusers", None, "guidance_scale"),
    ("guidance_scale", "diffusers", "classic", "guidance_scale"),
    ("guidance_scale", "diffusers", "flow-dev", "distilled_guidance_scale"),
    ("guidance_scale", "diffusers", "EXAMPLE/flow.1-DEV", "distilled_guidance_scale"),
    ("guidance_scale", "diffusers", "flow-family", "distilled_guidance_scale"),
    ("guidance_scale", None, "flow-dev", "guidance_scale"),
    ("true_cfg_scale", "diffusers", "flow-dev", "guidance_scale"),
    # Among equals the primary alias.
    ("text", "comfyui", None, "prompt"),
    ("Size", "a1111", None, "height"),
]


@pytest.mark.parametrize(("name", "dialect", "model", "expected"), FOUND)
def test_a_name_means_a_setting(small, name, dialect, model, expected):
    assert resolve(name, dialect=dialect, model=model, registry=small).id == expected


MISSED = [
    # What another tool calls so is suggested in this tool's words.
    ("cfg", "diffusers", None, ("guidance_scale",)),
    ("denoise", "a1111", None, ("Denoising strength",)),
    ("CFG scale", "comfyui", None, ("cfg",)),
    # Near spellings.
    ("num_inference_stepz", None, None, ("num_inference_steps",)),
    ("sise", "a1111", None, ("Size",)),
    # A name tied to one family is unknown to the others.
    ("true_cfg_scale", "diffusers", "classic", ("guidance_scale",)),
    ("xyzzy", None, None, ()),
    ("", None, None, ()),
    ("s" * 100_000, None, None, ()),
]


@pytest.mark.parametrize(("name", "dialect", "model", "first"), MISSED)
def test_an_unknown_name_carries_suggestions(small, name, dialect, model, first):
    with pytest.raises(dialed.UnknownSettingError) as caught:
        resolve(name, dialect=dialect, model=model, registry=small)
    assert caught.value.suggestions[: len(first)] == first
    assert isinstance(caught.value, KeyError)
    assert caught.value.name == name
    assert caught.value.dialect == dialect
    assert not str(caught.value).startswith('"')


def test_a_name_that_tools_disagree_about_is_ambiguous(small):
    with pytest.raises(dialed.AmbiguousAliasError) as caught:
        resolve("scheduler", registry=small)
    assert set(caught.value.candidates) == {("diffusers", "sampler"), ("comfyui", "schedule")}
    assert "sampler in diffusers" in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "error", "suggestion"),
    [
        ({"dialect": "comfy"}, dialed.UnknownDialectError, "comfyui"),
        ({"model": "clasic"}, dialed.UnknownModelError, "classic"),
        ({"model": "flow-dv"}, dialed.UnknownModelError, "flow-dev"),
    ],
)
def test_unknown_dialects_and_models_carry_suggestions(small, arguments, error, suggestion):
    with pytest.raises(error) as caught:
        resolve("steps", registry=small, **arguments)
    assert suggestion in caught.value.suggestions


def test_a_registry_is_a_set_of_frozen_mappings(small):
    assert list(small.settings)[:2] == ["prompt", "negative_prompt"]
    with pytest.raises(TypeError):
        small.settings["prompt"] = None
    with pytest.raises(KeyError):
        small.settings["no such"]
    assert small.settings.get("no such") is None
    assert "no such" not in small.settings
    assert "14 settings" in repr(small)


def test_the_built_registry_equals_the_records():
    built, records = dialed.registry, dialed.load_records()
    for kind in ("settings", "models", "samplers", "schedules", "dialects"):
        assert dict(getattr(built, kind)) == dict(getattr(records, kind))


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("CFG scale", {}, "guidance_scale"),
        ("steps", {}, "num_inference_steps"),
        (
            "guidance_scale",
            {"dialect": "diffusers", "model": "flux-dev"},
            "distilled_guidance_scale",
        ),
        ("guidance_scale", {"dialect": "diffusers"}, "guidance_scale"),
        ("Denoising strength", {}, "strength"),
        ("Sampler", {"dialect": "a1111"}, "sampler"),
        ("Schedule type", {}, "schedule"),
        ("sampler_name", {"dialect": "comfyui"}, "sampler"),
        ("noise_seed", {}, "seed"),
    ],
)
def test_real_names(name, arguments, expected):
    assert dialed.resolve(name, **arguments).id == expected
    assert dialed.resolve(name, **arguments) is dialed.resolve(name, **arguments)


def every_alias() -> list[tuple[str, str, str]]:
    return [
        (alias.dialect, alias.name, setting.id)
        for setting in dialed.registry.settings.values()
        for alias in setting.aliases
    ]


@pytest.mark.parametrize(("dialect", "name", "setting"), every_alias())
def test_every_recorded_name_leads_somewhere(dialect, name, setting):
    index = dialed.registry.names
    meant = {row.setting for row in index.meanings(name) if row.dialect == dialect}
    assert setting in meant
    assert dialed.resolve(name, dialect=dialect).id in meant | set(index.ids)


def test_names_are_kept_within_bounds():
    from dialed import resolution

    for number in range(resolution._MOST_KEPT + 10):
        dialed.resolve(" " * (number % 100) + "steps" + "_" * (number // 100))
    assert len(resolution._kept) <= resolution._MOST_KEPT


def test_a_damaged_build_says_what_to_do(tmp_path, monkeypatch):
    from dialed import record_registry

    monkeypatch.setattr(record_registry, "BUILT", tmp_path)
    with pytest.raises(dialed.RecordError, match="dialed records build"):
        record_registry.default_registry.__wrapped__()
    (tmp_path / "index.json").write_text("{", encoding="utf-8")
    with pytest.raises(dialed.RecordError, match=r"index\.json"):
        record_registry.default_registry.__wrapped__()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CFG Scale", "cfg_scale"),
        ("num-inference-steps", "num_inference_steps"),
        ("STRASSE", "straße"),
    ],
)
def test_spellings_that_count_as_one(one, other):
    assert fold(one) == fold(other)


def test_phrases_of_names():
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed("abc") == "a, b or c"
    assert near("stepz", ["steps", "seed"]) == ("steps",)


PLACES = [
    # name, place in ComfyUI or diffusers, setting
    ("guidance", {"node": "FluxGuidance"}, "distilled_guidance_scale"),
    ("guidance", {"node": "KSampler"}, None),
    (
        "text",
        {"node": "CLIPTextEncode"},
        "prompt",
    ),  # both prompts stand there; the primary is meant
    ("guidance_scale", {"pipeline": "FluxImg2ImgPipeline"}, "distilled_guidance_scale"),
    ("guidance_scale", {"pipeline": "StableDiffusionPipeline"}, "guidance_scale"),
    ("true_cfg_scale", {"pipeline": "StableDiffusionPipeline"}, None),
]


@pytest.mark.parametrize(("name", "place", "expected"), PLACES)
def test_a_place_decides(small, name, place, expected):
    dialect = "comfyui" if "node" in place else "diffusers"
    if expected is None:
        with pytest.raises(dialed.UnknownSettingError):
            small.names.setting(name, dialect, Place(**place))
    else:
        assert small.names.setting(name, dialect, Place(**place)) == expected


def test_an_index_survives_json(small):
    import json

    from dialed.name_index import index_of

    kinds = {
        kind: getattr(small, kind)
        for kind in ("settings", "models", "samplers", "schedules", "dialects")
    }
    written = json.loads(json.dumps(index_of(kinds)))
    again = Registry(kinds, written)
    assert again.names.setting("CFG scale") == "guidance_scale"
    assert again.names.model("Classic v1").id == "classic"
