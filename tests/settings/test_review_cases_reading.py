"""Cases of reading that once came out wrong: kept so that they stay right."""

import codecs
import json

import pytest
from real_examples import FOLDER

import dialed
from dialed import UnknownDialectError
from dialed.command_line import main


@pytest.mark.parametrize(
    ("body", "dialect", "settings", "odd"),
    [
        ({"steps": "20", "cfg_scale": "7"}, "a1111-api", [20, 7], []),
        ({"steps": " 20 ", "cfg_scale": "7.5"}, "a1111-api", [20, 7.5], []),
        ({"steps": True, "cfg_scale": 7}, "a1111-api", [True, 7], ["steps"]),
        ({"steps": 20, "cfg_scale": "high"}, "a1111-api", [20, "high"], ["cfg_scale"]),
        ({"num_inference_steps": [20], "guidance_scale": {}}, "diffusers", [[20], {}], None),
        ({"num_inference_steps": 2.5, "guidance_scale": 7}, "diffusers", [2.5, 7], []),
    ],
)
def test_what_stands_for_a_number_in_a_body(body, dialect, settings, odd):
    generation = dialed.parse({"prompt": "a lake", **body}, dialect)
    read = [generation.settings[name] for name in ("num_inference_steps", "guidance_scale")]
    assert [(type(value), value) for value in read] == [(type(v), v) for v in settings]
    assert [p.place for p in generation.problems] == (list(body) if odd is None else odd)


def test_a_seed_in_words_is_no_problem():
    generation = dialed.parse({"prompt": "a lake", "seed": "random", "steps": 4}, "a1111-api")
    assert (generation.settings["seed"], generation.problems) == ("random", ())


STABILITY_MATRIX = (
    "Steps: 20, Sampler: Euler a, CFG scale: 6.0, Seed: 1, Size: 512x768, Model: main.safetensors, "
    "Lora_1 Model name: b.safetensors, Lora_1 Strength model: 1, Lora_0 Model name: a.safetensors, "
    "Lora_0 Model hash: ababab, Lora_0 Strength model: -1.1, Lora_0 Strength clip: 0.5, "
    'Lora_2 Strength model: 3, Hashes: {"lora:a": "ababab", "lora:b": "cdcdcd"}'
)


def test_loras_whose_parts_stand_one_by_one():
    found = dialed.parse(STABILITY_MATRIX).loras
    assert [(x.name, x.weight, x.text_encoder_weight, x.hash) for x in found] == [
        ("a.safetensors", -1.1, 0.5, "ababab"),
        ("b.safetensors", 1.0, None, "cdcdcd"),
    ]


@pytest.mark.parametrize(
    ("pairs", "model", "extras"),
    [
        ("Model: dream, model: control [fef5]", "dream", {"model": "control [fef5]"}),
        ("model: control [fef5], Model: dream", "dream", {"model": "control [fef5]"}),
        ("model: dream", "dream", {}),
    ],
)
def test_the_tools_own_spelling_of_a_key_wins(pairs, model, extras):
    text = f"a lake\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 3, Size: 512x768, {pairs}"
    generation = dialed.parse(text)
    assert generation.settings["model"] == model
    assert generation.extras == extras


def graph(positive, size=("EmptyLatentImage", {"width": 512, "height": 512, "batch_size": 1})):
    sampler = {"seed": 1, "steps": 20, "cfg": 7, "sampler_name": "euler", "scheduler": "simple"}
    links = {"model": ["1", 0], "positive": ["p0", 0], "negative": ["2", 0]}
    nodes = {
        "1": ("CheckpointLoaderSimple", {"ckpt_name": "a.safetensors"}),
        "2": ("CLIPTextEncode", {"text": "fog", "clip": ["1", 1]}),
        "3": size,
        "5": ("KSampler", {**sampler, **links, "latent_image": ["3", 0], "denoise": 1}),
        "6": ("VAEDecode", {"samples": ["5", 0], "vae": ["1", 2]}),
        "7": ("SaveImage", {"images": ["6", 0], "filename_prefix": "a"}),
        **positive,
    }
    return {i: {"class_type": kind, "inputs": inputs} for i, (kind, inputs) in nodes.items()}


def combined(one, other):
    return ("ConditioningCombine", {"conditioning_1": [one, 0], "conditioning_2": [other, 0]})


LAKE = ("CLIPTextEncode", {"text": "a lake", "clip": ["1", 1]})
CIRCLES = {"p0": combined("p1", "p1"), "p1": combined("p0", "p0")}
DEEP = {f"p{i}": combined(f"p{i + 1}", f"p{i + 1}") for i in range(3000)} | {"p3000": LAKE}


@pytest.mark.parametrize(
    ("positive", "prompt", "problem"),
    [
        ({"p0": LAKE}, "a lake", None),
        ({"p0": combined("p1", "2"), "p1": LAKE}, "a lake\nfog", None),
        ({"p0": combined("p1", "p1"), "p1": combined("p2", "p2"), "p2": LAKE}, "a lake", None),
        ({"p0": combined("p0", "p0")}, None, "in a circle"),
        (CIRCLES, None, "in a circle"),
        (DEEP, None, "more than 2000 nodes"),
    ],
    ids=["text", "two", "diamond", "itself", "circle", "deep"],
)
def test_a_prompt_that_cannot_be_reached_is_told(positive, prompt, problem):
    generation = dialed.parse(graph(positive))
    assert generation.settings.get("prompt") == prompt
    told = [each.message for each in generation.problems if "positive" in each.place]
    assert len(told) == (problem is not None)
    assert all(problem in message for message in told)


@pytest.mark.parametrize(
    ("kind", "inputs", "size"),
    [
        ("ResolutionSelector", {"aspect_ratio": "1:1 (Square)", "megapixels": 1}, (1024, 1024)),
        ("ResolutionSelector", {"aspect_ratio": "16:9 (Wide)", "megapixels": 1.0}, (1368, 768)),
        (
            "ResolutionSelector",
            {"aspect_ratio": "2:3 (Portrait Photo)", "megapixels": 0.5, "multiple": 64},
            (576, 896),
        ),
        ("ResolutionSelector", {"aspect_ratio": "0:9", "megapixels": 1}, None),
        ("ResolutionSelector", {"aspect_ratio": "1:1", "megapixels": 1, "minimum": 256}, None),
        ("SizesOfSomebody", {"aspect_ratio": "1:1", "megapixels": 1}, None),
        ("SizesOfSomebody", {"value": 1}, None),
    ],
)
def test_a_size_that_a_node_works_out(kind, inputs, size):
    sides = ("EmptyLatentImage", {"width": ["4", 0], "height": ["4", 1], "batch_size": 1})
    generation = dialed.parse(graph({"p0": LAKE, "4": (kind, inputs)}, sides))
    found = tuple(generation.settings.get(name) for name in ("width", "height"))
    assert found == (size or (None, None))
    told = " ".join(map(str, generation.problems))
    assert (f"width comes from {kind}" in told) is (size is None)


@pytest.mark.parametrize("name", ["enslo-krea2", "enslo-krea2-ui"])
def test_megapixels_of_a_real_graph_are_no_side(name):
    written = json.loads((FOLDER / "comfyui" / f"{name}.json").read_text(encoding="utf-8"))
    settings = dialed.parse(written["written"]).settings
    assert (settings["width"], settings["height"]) == (1024, 1024)


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-8", b""),
    ],
)
@pytest.mark.parametrize("command", ["check", "parse", "translate"])
def test_a_text_in_the_encoding_that_its_mark_tells(encoding, mark, command, tmp_path, capsys):
    text = "a café\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 3, Size: 512x768"
    file = tmp_path / "a.txt"
    file.write_bytes(mark + text.encode(encoding))
    more = ["--to", "canonical"] if command == "translate" else []
    assert main([command, str(file), *more, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    settings = told.get("settings", told)
    assert settings["prompt"] == "a café"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8"])
def test_a_mended_file_keeps_its_encoding(encoding, tmp_path):
    file = tmp_path / "a.json"
    file.write_text('{"prompt": "a café", "num_inference_steps": "20"}', encoding=encoding)
    begin = file.read_bytes()[:2]
    assert main(["check", str(file), "--fix"]) == 0
    assert file.read_bytes()[:2] == begin
    assert json.loads(file.read_text(encoding=encoding)) == {
        "prompt": "a café",
        "num_inference_steps": 20,
    }


def test_broken_utf_16_is_no_text(tmp_path, capsys):
    file = tmp_path / "a.json"
    file.write_bytes(codecs.BOM_UTF16_LE + b"\x00\xd8{")
    assert main(["check", str(file)]) == 2
    assert "no UTF-16; save the file as UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "suggestions", "told"),
    [
        ("comfy", ("comfyui",), "did you mean comfyui?"),
        ("zzz", (), "known are a1111, a1111-api, ai-horde,"),
    ],
)
def test_an_unknown_dialect(name, suggestions, told):
    with pytest.raises(UnknownDialectError, match="no dialect is called") as caught:
        dialed.parse("{}", name)
    assert caught.value.suggestions == suggestions
    assert caught.value.known == tuple(dialed.registry.dialects)
    assert told in str(caught.value)


@pytest.mark.parametrize(("command", "option"), [("parse", "--dialect"), ("translate", "--from")])
def test_the_command_says_how_to_name_the_tool(command, option, tmp_path, capsys):
    file = tmp_path / "a.txt"
    file.write_text("no settings", encoding="utf-8")
    assert main([command, str(file), *(["--to", "a1111"] if command == "translate" else [])]) == 2
    assert option in capsys.readouterr().err


@pytest.mark.parametrize(
    ("payload", "dialect", "shape_told"),
    [
        ({"prompt": "a", "ar": "banana"}, "midjourney", True),
        ({"prompt": "a", "ar": "16:0"}, "midjourney", True),
        ({"prompt": "a", "ar": "16:9"}, "midjourney", False),
        ({"prompt": "a", "aspectRatio": "wide"}, "vercel-ai-sdk", True),
        ({"prompt": "a", "aspect_ratio": "match_input_image"}, "replicate", False),
        ({"prompt": "a", "aspect_ratio": "auto"}, None, False),
    ],
)
def test_a_ratio_that_is_none(payload, dialect, shape_told):
    problems = dialed.validate(payload, dialect=dialect).problems
    told = [p for p in problems if p.rule == "DIAL205" and p.setting == "aspect_ratio"]
    assert bool(told) is shape_told
    if dialect == "midjourney":
        read = dialed.parse(f"a --ar {payload['ar']}", "midjourney")
        assert ("--ar" in [p.place for p in read.problems]) is shape_told


@pytest.mark.parametrize(
    ("payload", "dialect", "told", "fix"),
    [
        ({"sampler": "banana"}, None, "among them ddim,", None),
        ({"sampler_name": "banana"}, "comfyui", "among them ddim,", None),
        ({"scheduler": "banana"}, "comfyui", "known are beta,", None),
        ({"sampler_name": "euler_a"}, "comfyui", "did you mean", ("set", "euler_ancestral")),
        ({"sampler_name": "DPM++ 2M Karras"}, "comfyui", "did you mean", None),
    ],
)
def test_a_name_that_is_no_choice_comes_with_a_cure(payload, dialect, told, fix):
    problems = dialed.validate(payload, dialect=dialect).problems
    found = [p for p in problems if p.rule == "DIAL205"]
    assert len(found) == 1
    assert told in found[0].message
    cure = found[0].fix
    assert (cure and (cure.action, cure.value)) == fix


@pytest.mark.parametrize(
    ("source", "to", "noted"),
    [
        ("a1111", "swarmui", True),
        ("a1111", "invokeai", True),
        ("a1111", "forge", False),
        ("forge", "a1111-api", False),
    ],
)
def test_the_name_of_an_upscaler_belongs_to_its_tool(source, to, noted):
    payload = {"Hires upscaler": "Latent (nearest)", "Hires upscale": 2, "Steps": 20}
    notes = dialed.translate(payload, source=source, to=to).notes
    found = [note.code for note in notes if note.setting == "hires_upscaler"]
    assert found == (["DIAL503"] if noted else [])


@pytest.mark.parametrize(
    ("value", "to", "written"),
    [(1.5, "drawthings", 1.5), (1.5, "a1111-api", None), (4.0, "a1111-api", 4)],
)
def test_a_blur_in_fractions_of_a_pixel(value, to, written):
    result = dialed.translate({"mask_blur": value}, source="drawthings", to=to)
    assert result.payload.get("mask_blur") == written
    assert [n.code for n in result.notes if n.kind == "lost"] == [
        "DIAL502" for _ in range(written is None)
    ]
    rules = [p.rule for p in dialed.validate({"mask_blur": value}, dialect="drawthings").problems]
    assert "DIAL201" not in rules


def test_translating_to_infotext_shows_the_text(tmp_path, capsys):
    file = tmp_path / "a.json"
    file.write_text('{"prompt": "a lake", "num_inference_steps": 20}', encoding="utf-8")
    assert main(["translate", str(file), "--to", "a1111"]) == 0
    assert "  a lake\n  Steps: 20" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["s_churn", "s_noise", "s_tmin", "s_tmax"])
def test_what_only_a_schedulers_step_takes_is_lost_and_told(name):
    payload = {"prompt": "a", "sampler": "euler", name: 0.5}
    result = dialed.translate(payload, to="diffusers", model="sd15")
    assert name not in result.payload["scheduler_arguments"]
    notes = [note for note in result.notes if note.setting == name]
    assert [(note.kind, note.code) for note in notes] == [("lost", "DIAL501")]
    assert "step" in notes[0].message
