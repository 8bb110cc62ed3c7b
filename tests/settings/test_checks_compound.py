"""Checks that know about models, tools and several settings at once, on the real records."""

import pytest

import dialed
from dialed.generation import ControlNet, Generation, Lora, ReadingProblem

LONG = "a lighthouse " * 60

CASES = [
    # payload, model, dialect, codes
    # Names
    ({"image": "a.png", "image_strength": 0.35}, None, None, ["DIAL104"]),
    ({"init_image": "a.png", "image_strength": 0.35}, None, "stability", []),
    ({"params": {"steps": 20, "cfg_scale": 7}}, None, None, ["DIAL105"]),
    ({"weather": {"wind": 3}}, None, None, ["DIAL101"]),
    ({"params": {}}, None, None, ["DIAL101"]),
    ({"model": "no such model", "steps": 20}, None, None, ["DIAL106"]),
    ({"model": "no such model", "steps": 20}, "sdxl", None, []),
    ({"model": "sd_xl_turbo_1.0_fp16.safetensors", "steps": 30}, None, None, ["DIAL303"]),
    ({"prompt": "a cat --ar 16:9"}, None, None, ["DIAL107"]),
    ({"prompt": "a cat\nSteps: 20, Sampler: Euler"}, None, None, ["DIAL107"]),
    ({"prompt": "a cat\nNegative prompt: dogs"}, None, "diffusers", ["DIAL107"]),
    ({"prompt": "a cat -- or two: one grey, one --red"}, None, None, []),
    # Values
    ({"seed": -1}, None, None, ["DIAL208"]),
    ({"seed": -1}, None, "a1111-api", []),
    ({"seed": -1}, None, "comfyui", ["DIAL202"]),
    ({"seed": -2}, None, None, ["DIAL202"]),
    ({"sampler_name": "karras"}, None, "comfyui", ["DIAL209"]),
    ({"sampler_name": "euler", "scheduler": "euler"}, None, "comfyui", ["DIAL209"]),
    ({"sampler_name": "no such name"}, None, "comfyui", ["DIAL205"]),
    ({"image": "a.png", "strength": 75}, None, None, ["DIAL210"]),
    ({"image": "a.png", "strength": 1.5}, None, None, ["DIAL203"]),
    ({"image": "a.png", "strength": 101}, None, None, ["DIAL203"]),
    ({"Size": "512*768"}, None, "a1111", ["DIAL211"]),
    ({"width": "1024x768"}, None, None, ["DIAL211"]),
    ({"width": "wide"}, None, None, ["DIAL201"]),
    ({"seed": 2**32}, None, "invokeai", ["DIAL212"]),
    ({"seed": 2**32 - 1}, None, "invokeai", []),
    ({"seed": 2**32}, None, "comfyui", []),
    # Fit to the model
    ({"width": 2048, "height": 512}, "sdxl", None, []),
    ({"width": 2560, "height": 512}, "sdxl", None, ["DIAL307"]),
    ({"prompt": LONG}, "sd15", None, ["DIAL310"]),
    ({"prompt": LONG}, "sd15", "a1111", []),  # read in pieces there
    ({"prompt": LONG}, "flux-dev", None, []),
    ({"prompt": LONG, "max_sequence_length": 64}, "sd35-large", None, ["DIAL310"]),
    ({"prompt": LONG}, None, None, []),
    ({"prompt": "a", "negative_prompt": LONG, "guidance_scale": 7.0}, "sd15", None, ["DIAL311"]),
    ({"prompt": "a", "negative_prompt": LONG, "guidance_scale": 1.0}, "sd15", None, ["DIAL401"]),
    ({"max_sequence_length": 512}, "flux-schnell", None, ["DIAL312"]),
    ({"max_sequence_length": 512}, "flux-dev", None, []),
    ({"cfg": 3.5}, "flux-dev", "comfyui", ["DIAL314"]),
    ({"cfg": 3.5, "guidance": 3.5}, "flux-dev", "comfyui", []),
    ({"Sampler": "Euler", "Schedule type": "Align Your Steps"}, "flux-dev", "a1111", ["DIAL315"]),
    # ComfyUI's steps are those that run, so they are judged as they were written
    ({"steps": 4, "denoise": 0.5}, "sdxl-turbo", "comfyui", []),
    ({"steps": 25, "denoise": 0.3}, "sdxl", "comfyui", []),
    ({"steps": 30, "denoise": 0.5}, "sdxl-turbo", "comfyui", ["DIAL303"]),
    # Guidance on schnell never passes unseen
    ({"guidance_scale": 3.5}, "flux-schnell", "diffusers", ["DIAL301"]),
    ({"guidance": 3.5}, "flux-schnell", "comfyui", ["DIAL301"]),
    ({"cfg": 3.5}, "flux-schnell", "comfyui", ["DIAL306"]),
    ({"guidance_scale": 3.5}, "flux-schnell", None, ["DIAL306"]),
    # Together
    ({"guidance_scale": 3.0}, "flux-dev", None, ["DIAL407"]),
    ({"true_cfg_scale": 3.0}, "flux-dev", "diffusers", ["DIAL407"]),
    ({"true_cfg_scale": 3.0, "negative_prompt": " "}, "flux-dev", "diffusers", []),
    ({"Steps": 20, "Denoising strength": 0.05}, None, "a1111", ["DIAL409"]),
    ({"steps": 20, "denoise": 0.05}, None, "comfyui", []),
    ({"sampler": "heun", "num_inference_steps": 30}, "sdxl", None, ["DIAL410"]),
    ({"sampler": "heun", "num_inference_steps": 20}, "sdxl", None, []),
    ({"cfg": 0.0}, None, "comfyui", ["DIAL411"]),
    ({"cfg": 0.5}, None, "comfyui", ["DIAL411"]),
    ({"cfg": 1.0}, None, "comfyui", []),
    ({"guidance_scale": 0.0}, "sdxl-turbo", "diffusers", []),  # off there
    ({"Sampler": "UniPC", "Schedule type": "Karras"}, None, "a1111", ["DIAL413"]),
    ({"Sampler": "UniPC", "Schedule type": "Automatic"}, None, "a1111", []),
    ({"prompt": "fog, night", "negative_prompt": "Fog"}, None, None, ["DIAL414"]),
    ({"prompt": "(fog:1.2)"}, None, None, []),
    ({"prompt": "(fog:1.2)"}, None, "diffusers", ["DIAL416"]),
    ({"prompt": "a clock (at 12:30, dawn)"}, None, "diffusers", []),
    ({"prompt": "<lora:x:1> a"}, None, "diffusers", ["DIAL417"]),
    ({"prompt": "<lora:x:1> a"}, None, "a1111", []),
    ({"loras": [{"name": "a", "weight": -4}]}, None, None, ["DIAL418"]),
    ({"loras": ["a/x.safetensors", "b/x.safetensors"]}, None, None, ["DIAL419"]),
    ({"loras": [{}, 3, None, {"name": 4}]}, None, None, []),
    ({"hr_scale": 2, "hr_second_pass_steps": 9}, None, "a1111-api", ["DIAL420"]),
    ({"hr_scale": 2, "enable_hr": False}, None, "a1111-api", ["DIAL420"]),
    ({"hires_scale": 1.3, "width": 512, "height": 512}, None, None, ["DIAL421"]),
    ({"hires_scale": 1.5, "width": 512, "height": 512}, None, None, []),
    ({"hires_strength": 0.0}, None, None, ["DIAL422"]),
    ({"control_guidance_end": 0.0}, None, None, ["DIAL423"]),
    ({"refiner_switch_at": 0.8}, None, "a1111-api", ["DIAL424"]),
    (
        {"refiner_checkpoint": "x", "refiner_switch_at": 0.0, "steps": 9},
        None,
        "a1111-api",
        ["DIAL425"],
    ),
    ({"aspect_ratio": "16:9", "width": 1344, "height": 768}, None, None, []),
    ({"aspect_ratio": "4:3", "width": 1344, "height": 768}, None, None, ["DIAL427"]),
    ({"aspect_ratio": "wide", "width": 1344, "height": 768}, None, None, []),
    ({"aspect_ratio": "1:0", "width": 1344, "height": 768}, None, None, []),
    ({"sigma_min": 1, "sigma_max": 1}, None, None, ["DIAL428"]),
    ({"mask_blur": 4, "image": "a.png", "mask_image": "m.png"}, None, None, []),
    ({"mask_blur": 4, "image": "a.png"}, None, None, ["DIAL406"]),
    ({"num_images_per_prompt": 3, "seed": 1}, None, "diffusers", ["DIAL426"]),
    ({"n_iter": 3, "seed": 1}, None, "a1111-api", []),
]


def codes(report):
    return [problem.rule for problem in report.problems]


@pytest.mark.parametrize(("payload", "model", "dialect", "expected"), CASES)
def test_cases(payload, model, dialect, expected):
    assert codes(dialed.validate(payload, model=model, dialect=dialect)) == expected


CROSSINGS = [
    # payload, source, target, codes of the fifth family
    ({"clip_skip": 2}, None, "replicate", ["DIAL501"]),
    ({"sampler": "restart"}, None, "comfyui", ["DIAL502"]),
    ({"sampler": "euler", "schedule": "polyexponential"}, None, "diffusers", ["DIAL502"]),
    ({"sampler": "deis"}, None, "comfyui", ["DIAL503"]),
    ({"seed": 1}, "a1111", "comfyui", ["DIAL505"]),
    ({"seed": 1}, "forge", "comfyui", []),
    ({"prompt": "<lora:x:1>"}, "a1111", "diffusers", ["DIAL507"]),
    ({"prompt": "a"}, None, "comfyui", []),
    ({"prompt": "a"}, None, "canonical", []),
]


@pytest.mark.parametrize(("payload", "source", "target", "expected"), CROSSINGS)
def test_what_is_lost_on_the_way(payload, source, target, expected):
    payload |= {"guidance_scale": 7.0, "num_inference_steps": 20, "width": 512, "height": 512}
    report = dialed.validate(payload, dialect=source, to=target)
    assert [code for code in codes(report) if code.startswith("DIAL5")] == expected


def test_every_note_that_a_check_explains_bears_its_code():
    payload = {"clip_skip": 2, "sampler": "restart", "schedule": "karras", "prompt": "a"}
    for target in dialed.registry.dialects:
        for note in dialed.translate(payload, to=target, model="sdxl").notes:
            assert (note.code in dialed.registry.rules) == (note.kind not in {"converted", "added"})


def test_an_unknown_target_is_refused():
    with pytest.raises(dialed.UnknownDialectError):
        dialed.validate({"prompt": "a"}, to="photoshop")


def generation(**parts):
    return Generation("a1111", {"prompt": "a", "seed": 1}, **parts)


GENERATIONS = [
    (generation(), []),
    (generation(loras=(Lora("x", 9.0),)), ["DIAL418"]),
    (generation(loras=(Lora("a/x"), Lora("x", 0.5))), ["DIAL419"]),
    (generation(controlnets=(ControlNet("canny", 1.0, 0.5, 0.5),)), ["DIAL423"]),
    (generation(controlnets=(ControlNet("canny", 1.0, None, 0.5),)), []),
    (Generation("a1111", {"mask_blur": 4, "strength": 0.5}), []),
    (generation(problems=(ReadingProblem("Size", "is odd"),)), ["DIAL108"]),
    (
        generation(passes=({"sampler": "no such"}, {"num_inference_steps": 0})),
        ["DIAL205", "DIAL202"],
    ),
    (Generation("a1111", {"seed": -1}), ["DIAL208"]),
    (Generation("a1111", {"sampler": "Hocus"}), ["DIAL205"]),
    (
        Generation(
            "a1111", {"sampler": "Hocus"}, problems=(ReadingProblem("Sampler", "'Hocus': no"),)
        ),
        ["DIAL205"],
    ),
    (Generation("a1111-api", {"seed": -1}), []),
    (Generation("comfyui", {"sampler": "res_multistep"}), []),
    (Generation("comfyui", {"sampler": "res_multistop"}), ["DIAL205"]),
    (Generation("a1111", {"strength": 0.4}), []),
    (Generation("comfyui", {"guidance_scale": 0}), ["DIAL411"]),
    (Generation("a1111", {"negative_prompt": "x", "guidance_scale": 1.0}), ["DIAL401"]),
]


@pytest.mark.parametrize(("given", "expected"), GENERATIONS)
def test_what_was_read_can_be_checked(given, expected):
    report = dialed.validate(given)
    assert codes(report) == expected
    assert report.settings == given.settings
    assert all(problem.fix is None for problem in report.problems)


def test_a_pass_is_named():
    report = dialed.validate(generation(passes=({"seed": 1}, {"num_inference_steps": 0})))
    assert report.problems[0].message.startswith("pass 3: ")


def test_loras_and_control_networks_of_a_generation_stay_behind():
    given = generation(loras=(Lora("x", 0.5),), controlnets=(ControlNet("canny"),))
    found = [p.setting for p in dialed.validate(given, to="stability").problems]
    assert "loras" in found


def test_the_key_of_a_problem_is_the_one_that_was_written():
    report = dialed.validate({"CFG scale": "x", "Steps": 0, "hocus": 1}, dialect="a1111")
    assert {p.rule: p.key for p in report.problems} == {
        "DIAL101": "hocus",
        "DIAL201": "CFG scale",
        "DIAL202": "Steps",
    }


@pytest.mark.parametrize("dialect", list(dialed.registry.dialects))
@pytest.mark.parametrize("setting", ["sampler", "schedule"])
def test_a_name_that_the_tool_does_not_have_never_passes_unseen(dialect, setting):
    name = dialed.registry.names.name_in(setting, dialect)
    if name is not None:
        report = dialed.validate({name: "no such name"}, dialect=dialect)
        assert "DIAL205" in codes(report)
        assert not report.ok


def test_there_are_checks_of_every_family():
    families = [code[4] for code in dialed.registry.rules]
    assert len(families) >= 45
    assert min(families.count(digit) for digit in "12345") >= 8


@pytest.mark.parametrize("dialect", list(dialed.registry.dialects))
def test_what_is_recommended_raises_no_alarm_in_any_tool(dialect):
    for model in dialed.registry.models.values():
        if model.abstract:
            continue
        values = {name: value.value for name, value in dialed.defaults(model.id).items()}
        values |= {"prompt": "a lighthouse", "seed": 1}
        written = dialed.translate(values, to=dialect, model=model.id).payload
        problems = dialed.validate(written, dialect=dialect, model=model.id).problems
        assert [p for p in problems if not of_this_tool_alone(p, dialect)] == [], model.id


def of_this_tool_alone(problem, dialect):
    """What a tool does not do whatever the model: a recommendation made for other tools cannot know it."""
    if problem.rule == "DIAL413":  # some samplers of A1111 look at no schedule
        return True
    cases = dialed.registry.settings[problem.setting].does_nothing
    return problem.rule == "DIAL406" and any(dialect in case.when.dialects for case in cases)


@pytest.mark.parametrize("check", dialed.registry.rules.values(), ids=lambda check: check.code)
def test_sources_are_pinned(check):
    for source in check.sources:
        assert source.startswith("https://")
        if "github.com" in source:
            commit = source.split("/blob/")[1].split("/")[0]
            assert len(commit) == 40
            assert set(commit) <= set("0123456789abcdef")
