"""Cases that once came out wrong: kept so that they stay right."""

import enum
import inspect
import json

import diffusers
import pytest

import dialed
from dialed import PayloadError
from dialed.command_line import main
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
    graph = dialed.translate(payload, source="comfyui", to="comfyui").payload
    written = [node["inputs"] for node in graph.values() if node["class_type"] == "KSampler"]
    assert [(each["steps"], each["denoise"]) for each in written] == [(steps, denoise)]


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


@pytest.mark.parametrize(
    ("model", "count", "layers"),
    [("sd15", 1, None), ("sd15", 2, 1), ("sdxl", 1, None), ("sdxl", 2, 0), ("sd35-medium", 3, 1)],
)
def test_clip_skip_counts_from_the_layer_that_the_pipeline_reads_anyway(model, count, layers):
    written = dialed.translate({"clip_skip": count}, to="diffusers", model=model).payload["call"]
    assert written.get("clip_skip") == layers
    if layers is not None:
        back = dialed.translate(written, source="diffusers", to="canonical", model=model)
        assert back.payload["clip_skip"] == count


class Name(enum.StrEnum):
    STEPS = "steps"


def test_names_may_be_of_a_class_of_texts():
    report = dialed.validate({Name.STEPS: 20})
    assert (report.settings, report.problems) == ({"num_inference_steps": 20}, ())


def test_the_cure_of_a_dead_negative_prompt_names_the_argument_of_the_pipeline():
    payload = {"guidance_scale": 3.5, "negative_prompt": "people"}
    problems = dialed.validate(payload, dialect="diffusers", model="flux-dev").problems
    assert [p.rule for p in problems] == ["DIAL401"]
    assert "state a true_cfg_scale" in problems[0].message


INFOTEXT = (
    "a lake <lora:ink:0.5>\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 3, Size: 512x768"
)


def test_the_command_translates_what_is_no_json(tmp_path, capsys):
    file = tmp_path / "a.txt"
    file.write_text(INFOTEXT, encoding="utf-8")
    assert main(["translate", str(file), "--to", "comfyui", "--format", "json"]) == 0
    nodes = json.loads(capsys.readouterr().out)["payload"].values()
    named = {node["class_type"]: node["inputs"] for node in nodes}
    assert named["KSampler"]["sampler_name"] == "euler_ancestral"
    assert named["LoraLoader"]["strength_model"] == 0.5


def test_parse_says_which_file_it_could_not_read(tmp_path, capsys):
    file = tmp_path / "empty.txt"
    file.write_text("", encoding="utf-8")
    assert main(["parse", str(file)]) == 2
    assert str(file) in capsys.readouterr().err


@pytest.mark.parametrize(
    ("to", "on", "written"),
    [
        ("a1111", True, {"Hires upscale": 2}),
        ("a1111", False, {}),
        ("comfyui", True, {"LatentUpscaleBy"}),
        ("comfyui", False, set()),
        ("a1111-api", False, {"enable_hr": False, "hr_scale": 2}),
    ],
)
def test_a_second_pass_that_is_switched_off_stays_off(to, on, written):
    payload = {"hires_fix": on, "hires_scale": 2, "num_inference_steps": 20}
    result = dialed.translate(payload, to=to)
    assert "hires_fix" not in [note.setting for note in result.notes if note.kind == "lost"]
    if to == "comfyui":
        kinds = {node["class_type"] for node in result.payload.values()}
        assert kinds & {"LatentUpscaleBy"} == written
    else:
        assert {k: v for k, v in result.payload.items() if k not in {"Steps", "steps"}} == written


def test_a_graph_that_starts_from_an_empty_latent_stays_text_to_image():
    payload = {"prompt": "a lake", "width": 512, "height": 512, "num_inference_steps": 20}
    graph = dialed.translate(payload, to="comfyui", model="sd15").payload
    generation = dialed.parse(graph)
    assert generation.settings["strength"] == 1
    written = dialed.translate(generation, to="diffusers", model="sd15").payload
    assert written["pipeline"] == "StableDiffusionPipeline"
    assert "strength" not in written["call"]
    assert "Denoising strength" not in dialed.translate(generation, to="a1111").text


@pytest.mark.parametrize("dialect", ["a1111", "comfyui"])
def test_no_check_says_that_guidance_0_skips_the_negative_side(dialect):
    payload = {"guidance_scale": 0, "negative_prompt": "people"}
    rules = [p.rule for p in dialed.validate(payload, dialect=dialect).problems]
    assert "DIAL411" in rules
    assert not {"DIAL401", "DIAL406"} & set(rules)


def test_a_call_holds_nothing_that_its_pipeline_refuses():
    settings = {"strength": 0.5, "width": 512, "height": 512, "num_inference_steps": 20}
    result = dialed.translate(settings, to="diffusers", model="sd15")
    assert result.payload["pipeline"] == "StableDiffusionImg2ImgPipeline"
    assert result.payload["call"] == {"strength": 0.5, "num_inference_steps": 20}
    assert {note.setting for note in result.notes if note.kind == "lost"} == {"width", "height"}


GRAPH = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 7,
            "steps": 0,
            "cfg": 7.0,
            "sampler_name": "euler",
            "scheduler": "karras",
            "denoise": 1.0,
            "model": ["4", 0],
            "positive": ["6", 0],
            "negative": ["7", 0],
            "latent_image": ["5", 0],
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "v1-5.safetensors"}},
    "5": {
        "class_type": "EmptyLatentImage",
        "inputs": {"width": 512, "height": 512, "batch_size": 1},
    },
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a lake", "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "fog", "clip": ["4", 1]}},
    "9": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "10": {"class_type": "SaveImage", "inputs": {"images": ["9", 0]}},
}


@pytest.mark.parametrize("dialect", [None, "comfyui"])
def test_a_graph_is_read_wherever_settings_are_taken(dialect):
    report = dialed.validate(GRAPH, dialect=dialect)
    assert report.settings["sampler"] == "euler"
    assert ("DIAL202", "num_inference_steps") in {(p.rule, p.setting) for p in report.problems}
    written = dialed.translate(GRAPH, source=dialect, to="a1111")
    assert written.payload["Seed"] == 7
    assert written.payload["Prompt"] == "a lake"
