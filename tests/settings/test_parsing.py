"""`parse` and `detect`: which format reads what, and what happens where none or several do."""

import pytest

import dialed
from dialed.bounded_json import read_json
from dialed.parsers import FORMATS
from dialed.parsing import _formats
from dialed.record_registry import Registry


def test_every_format_is_there_and_reads_dialects_that_have_a_record():
    assert len(_formats()) == len(FORMATS)
    for form in _formats():
        assert set(form.DIALECTS) <= set(dialed.registry.dialects)


def test_no_dialect_is_read_by_two_formats():
    claimed = [dialect for form in _formats() for dialect in form.DIALECTS]
    assert len(claimed) == len(set(claimed))


BODIES = [  # body, the dialect found, its settings
    (
        {
            "prompt": "a",
            "negative_prompt": "b",
            "steps": 20,
            "cfg_scale": 7,
            "sampler_name": "DPM++ 2M Karras",
            "seed": -1,
            "override_settings": {"CLIP_stop_at_last_layers": 2, "sd_model_checkpoint": "x"},
        },
        "a1111-api",
        {
            "prompt": "a",
            "negative_prompt": "b",
            "num_inference_steps": 20,
            "guidance_scale": 7,
            "sampler": "dpmpp_2m",
            "schedule": "karras",
            "seed": -1,
            "clip_skip": 2,
            "model": "x",
        },
    ),
    (
        {"prompt": "a", "steps": 20, "enable_hr": True, "hr_scale": 2, "denoising_strength": 0.4},
        "a1111-api",
        {
            "prompt": "a",
            "num_inference_steps": 20,
            "hires_fix": True,
            "hires_scale": 2,
            "hires_strength": 0.4,
        },
    ),
    (
        {
            "prompt": "a",
            "init_images": ["..."],
            "denoising_strength": 0.4,
            "sampler_index": "Euler a",
        },
        "a1111-api",
        {"prompt": "a", "strength": 0.4, "sampler": "euler_ancestral"},
    ),
    (
        {
            "prompt": "a ### b",
            "params": {
                "sampler_name": "k_euler_a",
                "karras": True,
                "cfg_scale": 7.5,
                "seed": "word",
                "n": 2,
            },
            "models": ["Deliberate"],
        },
        "ai-horde",
        {
            "prompt": "a",
            "negative_prompt": "b",
            "sampler": "euler_ancestral",
            "schedule": "karras",
            "guidance_scale": 7.5,
            "seed": "word",
            "num_images": 2,
            "model": "Deliberate",
        },
    ),
    (
        {
            "text_prompts": [
                {"text": "a"},
                {"text": "b", "weight": -0.5},
                {"text": "c", "weight": 2},
            ],
            "cfg_scale": 7,
            "image_strength": 0.35,
        },
        "stability",
        {"prompt": "a, c", "negative_prompt": "b", "guidance_scale": 7, "strength": 0.65},
    ),
    (
        {"version": "1f", "input": {"prompt": "a", "scheduler": "K_EULER", "prompt_strength": 0.8}},
        "replicate",
        {"prompt": "a", "sampler": "euler", "strength": 0.8},
    ),
    (
        {
            "prompt": "a",
            "num_inference_steps": 28,
            "guidance_scale": 4.5,
            "width": 512,
            "height": 768,
            "seed": 5,
        },
        "diffusers",
        {
            "prompt": "a",
            "num_inference_steps": 28,
            "guidance_scale": 4.5,
            "width": 512,
            "height": 768,
            "seed": 5,
        },
    ),
]


@pytest.mark.parametrize(("body", "dialect", "stated"), BODIES)
def test_bodies_of_requests(body, dialect, stated):
    assert dialed.detect(body) == dialect
    found = dialed.parse(body)
    assert (found.dialect, found.settings) == (dialect, stated)


def test_what_translate_writes_for_diffusers_is_read_back():
    canonical = {
        "prompt": "a",
        "sampler": "dpmpp_2m",
        "schedule": "karras",
        "num_inference_steps": 20,
        "seed": 4,
    }
    payload = dialed.translate(canonical, to="diffusers", model="sdxl").payload
    assert dialed.parse(payload).settings == canonical


def test_control_networks_of_a_body():
    unit = {
        "model": "m",
        "module": "canny",
        "weight": 0.5,
        "guidance_end": 0.8,
        "pixel_perfect": True,
    }
    scripts = {"ControlNet": {"args": [unit, {"model": "off", "enabled": False}]}}
    found = dialed.parse({"prompt": "a", "steps": 20, "alwayson_scripts": scripts})
    (control,) = found.controlnets
    assert (control.model, control.preprocessor, control.weight, control.end) == (
        "m",
        "canny",
        0.5,
        0.8,
    )
    assert control.extras == {"pixel_perfect": True}
    assert found.settings == {"prompt": "a", "num_inference_steps": 20}


def test_adapters_of_a_body():
    body = {
        "prompt": "a",
        "params": {"steps": 4, "loras": [{"name": "x", "model": 0.5, "clip": 1}]},
    }
    (lora,) = dialed.parse(body).loras
    assert (lora.name, lora.weight, lora.text_encoder_weight) == ("x", 0.5, 1.0)


NOTHING = [
    {},
    {"foo": 1},
    {"prompt": "a", "foo": 1},
    [],
    ["a"],
    "",
    "a cat",
    "{}",
    "[1, 2",
    '{"a": 1}',
    b"\xff\xfe\x00",
]


@pytest.mark.parametrize("payload", NOTHING)
def test_what_no_tool_writes_is_refused_and_not_detected(payload):
    assert dialed.detect(payload) is None
    with pytest.raises(dialed.PayloadError, match="looks like the settings of a known tool"):
        dialed.parse(payload)


@pytest.mark.parametrize("payload", [None, 5, 1.5, object()])
def test_what_is_no_text_mapping_or_list_is_refused(payload):
    with pytest.raises(dialed.PayloadError, match="a text, a mapping or a list"):
        dialed.parse(payload)


def test_names_must_be_texts():
    with pytest.raises(dialed.PayloadError, match="the name of a setting is a text"):
        dialed.parse({1: 2})


def test_a_dialect_is_believed():
    assert dialed.parse("a cat", dialect="a1111").settings == {"prompt": "a cat"}
    assert dialed.parse({"cfg_scale": 7}, dialect="A1111 API").settings == {"guidance_scale": 7}
    with pytest.raises(dialed.UnknownDialectError):
        dialed.parse("a cat", dialect="no-such-tool")
    with pytest.raises(dialed.PayloadError, match="an object of names and values"):
        dialed.parse("a cat", dialect="a1111-api")


def ambiguous_registry():
    """Two web APIs that mean different things by one name."""
    from dialed.dialect_types import Dialect
    from dialed.setting_types import Setting

    status = {"added": "2026-11-20"}
    dialects = {
        name: Dialect.model_validate_json(
            f'{{"id": "{name}", "title": "T", "kind": "api", "summary": "S", "homepage": "https://example.org", '
            f'"written_as": "JSON", "status": {{"added": "2026-11-20"}}}}'
        )
        for name in ("one", "two")
    }
    import json

    def setting(identifier, dialect):
        facts = {
            "id": identifier, "title": identifier, "group": "guidance", "kind": "number", "summary": "S",
            "aliases": [{"dialect": dialect, "name": "guide"}, {"dialect": "one", "name": "steps_" + identifier},
                        {"dialect": "two", "name": "steps_" + identifier}],
            "status": status,
        }  # fmt: skip
        return Setting.model_validate_json(json.dumps(facts))

    settings = {
        "this_scale": setting("this_scale", "one"),
        "that_scale": setting("that_scale", "two"),
    }
    return Registry({"settings": settings, "dialects": dialects})


def test_where_dialects_agree_one_is_taken_and_where_they_do_not_the_person_is_asked():
    registry = ambiguous_registry()
    agreed = {"steps_this_scale": 1.0, "steps_that_scale": 2.0}
    assert dialed.parse(agreed, registry=registry).settings == {
        "this_scale": 1.0,
        "that_scale": 2.0,
    }
    with pytest.raises(dialed.AmbiguousDialectError) as caught:
        dialed.parse({"guide": 5.0}, registry=registry)
    assert set(caught.value.candidates) == {"one", "two"}
    assert dialed.detect({"guide": 5.0}, registry=registry) is None
    assert dialed.parse({"guide": 5.0}, "two", registry=registry).settings == {"that_scale": 5.0}


def endless():
    value = []
    value.append(value)
    return value


def doubling():
    value = []
    value += [value, value]
    return value


BOUNDLESS = [
    ("x" * 16_000_001, "million characters"),
    (endless(), "deeper than"),
    (doubling(), "deeper than|more than"),
    ({"a": endless()}, "deeper than"),
]


@pytest.mark.parametrize(
    ("payload", "rule"), BOUNDLESS, ids=["long", "endless", "doubling", "inside"]
)
def test_bounds(payload, rule):
    with pytest.raises(dialed.PayloadError, match=rule):
        dialed.parse(payload)


def test_brackets_that_are_no_json_are_a_prompt():
    text = "[cat|dog] on a [mat:rug:0.5]\nSteps: 20, Sampler: Euler, Seed: 5, Tags: []"
    assert dialed.parse(text).settings["prompt"] == "[cat|dog] on a [mat:rug:0.5]"
    deep = "[" * 100_000 + "]" * 100_000
    with pytest.raises(dialed.PayloadError, match="nothing here looks like"):
        dialed.parse(deep)


JSON = [
    # (text, strictly, forgivingly): an error's words, or the value
    ('{"a": NaN}', "NaN is no JSON value", {"a": "NaN"}),
    ('{"a": -Infinity}', "-Infinity is no JSON value", {"a": "-Infinity"}),
    ('{"a": 1e999}', "beyond what a number can hold", {"a": "1e999"}),
    ('{"a": 1, "a": 2}', {"a": 2}, {"a": 2}),
    (f'{{"a": {"9" * 5000}}}', "cannot be read", {"a": "9" * 5000}),
    ('{"a": "\\ud800"}', {"a": "\ud800"}, {"a": "�"}),
    ('{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}, {"a": "\U0001f600"}),
    ("[" * 65 + "]" * 65, "deeper than", "deeper than"),
    ("[" * 100_000, "deeper than|no JSON", "deeper than|no JSON"),
    ("{", "no JSON", "no JSON"),
    ("", "no JSON", "no JSON"),
]


@pytest.mark.parametrize("forgiving", [False, True])
@pytest.mark.parametrize(("text", "strictly", "forgivingly"), JSON)
def test_json_of_strangers(text, strictly, forgivingly, forgiving):
    wanted = forgivingly if forgiving else strictly
    if isinstance(wanted, str):
        with pytest.raises(dialed.PayloadError, match=wanted):
            read_json(text, "place", forgiving=forgiving)
    else:
        assert read_json(text, "place", forgiving=forgiving) == wanted
