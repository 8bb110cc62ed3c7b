"""Every check: its two examples on the real records, and a table of cases on the small ones."""

import dataclasses
import json
import math

import pytest

import dialed
from dialed.check_types import Fix

RULES = list(dialed.registry.rules.values())


@pytest.mark.parametrize("check", RULES, ids=lambda check: check.code)
def test_the_bad_example_breaks_this_rule_and_no_other(check):
    report = check.bad.report()
    assert [problem.rule for problem in report.problems] == [check.code]
    problem = report.problems[0]
    assert problem.severity == check.severity
    assert problem.url == f"/checks/{check.code}/"
    assert report.ok == (check.severity != "error")


@pytest.mark.parametrize("check", RULES, ids=lambda check: check.code)
def test_the_good_example_breaks_no_rule(check):
    assert check.good.report().problems == ()


@pytest.mark.parametrize("check", RULES, ids=lambda check: check.code)
def test_a_certain_fix_cures(check):
    fix = check.bad.report().problems[0].fix
    if fix is None:
        return
    mended = dataclasses.replace(check.bad, payload=fix.apply(check.bad.payload))
    assert check.code not in [problem.rule for problem in mended.report().problems]


def test_codes_and_names_are_in_order_and_unique():
    codes = [check.code for check in RULES]
    assert codes == sorted(codes) == list(dialed.registry.rules)
    assert len({check.name for check in RULES}) == len(RULES)
    for check in RULES:
        assert len(check.what) > 20
        assert len(check.why) > 60
        assert check.what.endswith(".")
        assert check.why.endswith(".")


CASES = [
    # payload, model, dialect, then rule and setting of each problem
    ({"hocus": 1, "steps": 20}, None, None, [("DIAL101", None)]),
    (
        {"output_type": "pil", "image": "x.png", "steps": 20},
        None,
        "diffusers",
        [("DIAL102", "num_inference_steps")],
    ),
    ({"cfg": 7}, None, "diffusers", [("DIAL102", "guidance_scale")]),
    ({"eta": 0.5, "sampler_name": "ddim"}, None, "comfyui", []),
    ({"Schedule type": "Karras"}, None, "comfyui", [("DIAL102", "schedule")]),
    ({"steps": 20, "Steps": 20}, None, None, []),
    ({"steps": 20, "Steps": 21}, None, None, [("DIAL103", "num_inference_steps")]),
    ({"Size": "512x512", "width": 768}, None, "a1111", [("DIAL103", "width")]),
    ({"scheduler": "karras"}, None, None, [("DIAL101", None)]),
    # Types
    ({"steps": "20"}, None, None, [("DIAL201", "num_inference_steps")]),
    ({"steps": "twenty"}, None, None, [("DIAL201", "num_inference_steps")]),
    ({"steps": 20.0}, None, None, [("DIAL201", "num_inference_steps")]),
    ({"steps": 20.5}, None, None, [("DIAL201", "num_inference_steps")]),
    ({"steps": True}, None, None, [("DIAL201", "num_inference_steps")]),
    ({"guidance_scale": "7"}, None, None, [("DIAL201", "guidance_scale")]),
    ({"guidance_scale": [7]}, None, None, [("DIAL201", "guidance_scale")]),
    ({"prompt": 7}, None, None, [("DIAL201", "prompt")]),
    ({"sampler": ["euler"]}, None, None, [("DIAL201", "sampler")]),
    ({"Steps": "20", "CFG scale": "7"}, None, "a1111", []),
    ({"Steps": "x"}, None, "a1111", [("DIAL201", "num_inference_steps")]),
    ({"Size": "512"}, None, "a1111", [("DIAL201", "height")]),
    ({"steps": None, "guidance_scale": None}, None, None, []),
    # Limits
    ({"steps": 1}, None, None, []),
    ({"steps": 0}, None, None, [("DIAL202", "num_inference_steps")]),
    ({"steps": -(10**400)}, None, None, [("DIAL202", "num_inference_steps")]),
    ({"steps": 1000}, None, None, []),
    ({"steps": 1001}, None, None, [("DIAL203", "num_inference_steps")]),
    ({"guidance_scale": 10**400}, None, None, [("DIAL203", "guidance_scale")]),
    ({"strength": 1.0}, None, None, []),
    ({"strength": 1.0001}, None, None, [("DIAL203", "strength")]),
    ({"prompt": "a" * 1_000_001}, None, None, [("DIAL203", "prompt")]),
    ({"width": 516}, None, None, [("DIAL204", "width")]),
    ({"width": 10**30 + 1}, None, None, [("DIAL203", "width")]),
    # Choices
    ({"sampler": "euler"}, None, None, []),
    ({"sampler": "DPM++ 2M"}, None, None, [("DIAL205", "sampler")]),
    ({"sampler": "eulr"}, None, None, [("DIAL205", "sampler")]),
    ({"sampler_name": "Euler a"}, None, "comfyui", [("DIAL205", "sampler")]),
    ({"Sampler": "Euler a", "Schedule type": "Karas"}, None, "a1111", [("DIAL205", "schedule")]),
    ({"keep": "little"}, None, None, []),
    ({"keep": "Much"}, None, None, [("DIAL205", "keep")]),
    ({"keep": "all"}, None, None, [("DIAL205", "keep")]),
    # No numbers
    ({"guidance_scale": math.nan}, None, None, [("DIAL206", "guidance_scale")]),
    ({"guidance_scale": math.inf}, None, None, [("DIAL206", "guidance_scale")]),
    ({"steps": -math.inf}, None, None, [("DIAL206", "num_inference_steps")]),
    ({"seed": 2**53}, None, None, []),
    ({"seed": 2**53 + 1}, None, None, [("DIAL207", "seed")]),
    # The model
    ({"clip_skip": 2}, "flow-dev", None, [("DIAL301", "clip_skip")]),
    ({"clip_skip": 0}, "flow-dev", None, []),
    ({"clip_skip": 2}, "classic", None, []),
    ({"guidance_scale": 12.0}, "classic", None, []),
    ({"guidance_scale": 13.0}, "classic", None, [("DIAL302", "guidance_scale")]),
    ({"guidance_scale": 1.0}, "classic", None, []),  # off is a choice, not a mistake
    ({"steps": 10}, "classic", None, [("DIAL302", "num_inference_steps")]),
    ({"steps": 8}, "quick", None, []),
    ({"steps": 9}, "quick", None, [("DIAL303", "num_inference_steps")]),
    ({"width": 1000, "height": 1024}, "flow-dev", None, [("DIAL304", "width")]),
    ({"width": 1001, "height": 1024}, "flow-dev", None, [("DIAL204", "width")]),
    ({"width": 512, "height": 768}, "classic", None, []),
    ({"width": 1024, "height": 1024}, "classic", None, [("DIAL305", "width")]),
    ({"width": 256, "height": 256}, "classic", None, [("DIAL305", "width")]),
    ({"guidance_scale": 7.0}, "quick", None, [("DIAL306", "guidance_scale")]),
    ({"guidance_scale": 1.0}, "quick", None, []),
    ({"sampler": "ddim"}, "flow-dev", None, [("DIAL308", "sampler")]),
    ({"sampler_name": "ddim"}, "flow-dev", "comfyui", []),
    ({"sampler": "restart"}, "classic", "diffusers", [("DIAL308", "sampler")]),
    ({"sampler": "restart"}, "classic", None, []),
    (
        {"sampler": "euler_ancestral", "schedule": "karras"},
        "classic",
        None,
        [("DIAL309", "schedule")],
    ),
    ({"sampler_name": "euler_ancestral", "scheduler": "karras"}, "classic", "comfyui", []),
    ({"sampler": "euler", "schedule": "simple"}, "flow-dev", None, []),
    # Together
    (
        {"negative_prompt": "fog", "guidance_scale": 1.0},
        None,
        None,
        [("DIAL401", "negative_prompt")],
    ),
    ({"negative_prompt": "fog", "guidance_scale": 1.5}, None, None, []),
    ({"negative_prompt": "", "guidance_scale": 1.0}, None, None, []),
    ({"negative_prompt": "fog"}, None, None, []),
    ({"negative_prompt": "fog"}, "classic", None, []),
    ({"negative_prompt": "fog"}, "quick", None, [("DIAL401", "negative_prompt")]),
    ({"negative_prompt": "fog"}, "flow-dev", None, [("DIAL401", "negative_prompt")]),
    ({"negative_prompt": "fog", "true_cfg_scale": 3.0}, "flow-dev", "diffusers", []),
    ({"strength": 0.5}, None, None, [("DIAL402", "strength")]),
    ({"strength": 0.5, "init_image": "x"}, None, "diffusers", []),
    ({"Denoising strength": 0.5}, None, "a1111", []),
    ({"strength": 0.1, "steps": 9, "image": "x.png"}, None, None, [("DIAL403", "strength")]),
    (
        {"strength": 0.1, "steps": 10, "image": "x.png"},
        None,
        None,
        [("DIAL409", "num_inference_steps")],
    ),
    ({"strength": 0.5, "steps": 10, "image": "x.png"}, None, None, []),
    ({"strength": 0.0, "steps": 10, "image": "x.png"}, None, None, [("DIAL403", "strength")]),
    # ComfyUI runs all its steps inside the strength.
    ({"denoise": 0.1, "steps": 4}, None, "comfyui", []),
    ({"sampler": "euler", "schedule": "karras"}, "flow-dev", None, [("DIAL404", "schedule")]),
    ({"sampler": "euler", "eta": 0.5}, None, None, [("DIAL405", "eta")]),
    ({"sampler": "euler", "eta": 0.0}, None, None, []),
    ({"sampler": "ddim", "eta": 0.5}, None, None, []),
    ({"sampler": "euler_ancestral", "eta": 0.5}, None, None, []),
    ({"eta": 0.5}, None, None, []),
]


@pytest.mark.parametrize(("payload", "model", "dialect", "expected"), CASES)
def test_cases(small, payload, model, dialect, expected):
    report = dialed.validate(payload, model=model, dialect=dialect, registry=small)
    assert [(p.rule, p.setting) for p in report.problems] == expected
    for problem in report.problems:
        assert len(problem.message) < 500
        assert str(problem).startswith(f"{problem.rule} {problem.severity}: ")


FIXES = [
    ({"steps": "20"}, None, None, {"steps": 20}),
    ({"steps": 20.0}, None, None, {"steps": 20}),
    ({"cfg": 7}, None, "diffusers", {"guidance_scale": 7}),
    ({"width": 515}, None, None, {"width": 512}),
    ({"width": 1000, "height": 1024}, "flow-dev", None, {"width": 992, "height": 1024}),
    ({"sampler": "DPM++ 2M"}, None, None, {"sampler": "dpmpp_2m"}),
    ({"keep": "Much"}, None, None, {"keep": "much"}),
    ({"clip_skip": 2, "seed": 1}, "flow-dev", None, {"seed": 1}),
    ({"steps": 30}, "quick", None, {"steps": 4}),
    # Not certain: no fix.
    ({"steps": 20.5}, None, None, None),
    ({"steps": 0}, None, None, None),
    ({"Size": "515x512"}, None, "a1111", None),
    ({"steps": 20, "Steps": 21}, None, None, None),
]


@pytest.mark.parametrize(("payload", "model", "dialect", "mended"), FIXES)
def test_fixes(small, payload, model, dialect, mended):
    report = dialed.validate(payload, model=model, dialect=dialect, registry=small)
    fixes = [problem.fix for problem in report.problems]
    if mended is None:
        assert fixes != []
        assert not any(fixes)
        return
    assert len(fixes) == 1
    assert fixes[0].apply(payload) == mended
    assert str(fixes[0])
    assert dialed.validate(mended, model=model, dialect=dialect, registry=small).problems == ()


def test_a_fix_adds_what_is_absent_and_keeps_the_order():
    assert list(Fix("b", "rename", "c").apply({"a": 1, "b": 2, "d": 3})) == ["a", "c", "d"]
    assert Fix("z", "set", 1).apply({"a": 1}) == {"a": 1, "z": 1}


def test_settings_of_a_report_are_canonical(small):
    payload = {"Steps": "20", "Sampler": "DPM++ 2M Karras", "Size": "512x768", "hocus": 1}
    report = dialed.validate(payload, dialect="a1111", registry=small)
    assert report.settings == {
        "num_inference_steps": 20,
        "sampler": "dpmpp_2m",
        "schedule": "karras",
        "width": 512,
        "height": 768,
        "hocus": 1,
    }
    assert report.ok is False


HOSTILE = [
    {},
    {"": ""},
    {"prompt": "a" * 1_000_000},
    {"\x1b[31m": "\x1b[2J"},
    {"steps": {"deep": [[[]]]}},
    {"sampler": {}},
    {"negative_prompt": [], "guidance_scale": {}},
    {"eta": [], "strength": "x", "schedule": 3, "seed": "x", "width": "x", "height": []},
    {f"key {n}": n for n in range(3_000)},
    {"seed": 10**4000},
    {
        "steps": 10**5000,
        "seed": -(10**5000),
        "guidance_scale": 10**5000,
        "width": 10**5000,
        "height": 64,
        "hocus": 10**5000,
    },
]


@pytest.mark.parametrize("payload", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("dialect", [None, "diffusers", "a1111", "comfyui"])
@pytest.mark.parametrize("model", [None, "flow-dev", "quick"])
def test_nothing_makes_it_fall_over(small, payload, dialect, model):
    report = dialed.validate(payload, model=model, dialect=dialect, registry=small)
    assert all(len(problem.message) < 2_000 for problem in report.problems)
    dialed.translate(payload, to="diffusers", source=dialect, model=model, registry=small)
    dialed.translate(payload, to="a1111", source=dialect, model=model, registry=small)


@pytest.mark.parametrize("payload", [[1], "steps: 20", None, 7, {1: 2}])
def test_what_is_no_payload_is_refused(small, payload):
    with pytest.raises(dialed.PayloadError):
        dialed.validate(payload, registry=small)


def test_a_report_can_be_json():
    from dialed.terminal_text import plain_json

    report = dialed.validate({"steps": "20", "guidance_scale": math.nan})
    written = json.dumps(plain_json(report), allow_nan=False)
    assert json.loads(written)["problems"][0]["rule"] == "DIAL201"


ODD = [
    None,
    True,
    -1,
    0,
    0.5,
    3,
    1e308,
    math.nan,
    -math.inf,
    10**400,
    "",
    "7",
    "much",
    "euler",
    b"x",
    [],
    {},
    (1, 2),
    {3},
]


@pytest.mark.parametrize("value", ODD, ids=repr)
def test_what_is_not_plainly_right_is_said_to_be_wrong(small, value):
    # The quick test of a value and the checks that explain it must not disagree.
    for setting in small.settings:
        facts = validate_facts(small)
        report = dialed.validate({setting: value}, registry=small)
        said = {
            p.rule[:5] for p in report.problems if p.setting == setting and p.rule[:5] == "DIAL2"
        }
        assert bool(said) == (value is not None and not facts.accepts[setting](value)), setting


def validate_facts(registry):
    from dialed.checking import facts_for

    return facts_for(registry, None, None)
