"""Settings written as API graphs: accepted by ComfyUI's rules, and read back as what they were."""

import pytest

import dialed
from dialed.dialects.comfyui_nodes import GraphBuilder, refusal
from dialed.parsers.comfyui.node_facts import facts_of, names_of

# What must stand where, and the notes that must be left: (payload, from, model, {node: inputs}, notes).
WRITTEN = [
    (
        {
            "Steps": "20",
            "Sampler": "DPM++ 2M Karras",
            "CFG scale": "7",
            "Size": "512x768",
            "Clip skip": "2",
            "Seed": "5",
        },
        "a1111",
        "sd15",
        {
            "KSampler": {
                "steps": 20,
                "sampler_name": "dpmpp_2m",
                "scheduler": "karras",
                "cfg": 7,
                "seed": 5,
                "denoise": 1.0,
            },
            "EmptyLatentImage": {"width": 512, "height": 768, "batch_size": 1},
            "CLIPSetLastLayer": {"stop_at_clip_layer": -2},
            "CheckpointLoaderSimple": {},
        },
        {("converted", "clip_skip"), ("added", "model"), ("added", "negative_prompt")},
    ),
    (
        {"num_inference_steps": 40, "strength": 0.5},
        None,
        None,
        {"KSampler": {"steps": 20, "denoise": 0.5}, "LoadImage": {}, "VAEEncode": {}},
        {("converted", "num_inference_steps")},
    ),
    (
        {"prompt": "a", "image": "cat.png", "strength": 0.6, "width": 640, "height": 512},
        None,
        "sdxl",
        {"LoadImage": {"image": "cat.png"}, "ImageScale": {"width": 640, "height": 512}},
        set(),
    ),
    (
        {"prompt": "a", "distilled_guidance_scale": 3.5, "width": 1024, "height": 768},
        None,
        "flux-dev",
        {
            "UNETLoader": {"weight_dtype": "default"},
            "DualCLIPLoader": {"type": "flux"},
            "VAELoader": {"vae_name": "ae.safetensors"},
            "FluxGuidance": {"guidance": 3.5},
            "EmptySD3LatentImage": {"width": 1024, "height": 768},
            "KSampler": {"cfg": 1.0},
            "ConditioningZeroOut": {},
        },
        {("added", "guidance_scale"), ("added", "vae")},
    ),
    (
        {"prompt": "a", "shift": 4.0, "negative_prompt": "b"},
        None,
        "sd35-large",
        {"ModelSamplingSD3": {"shift": 4.0}, "TripleCLIPLoader": {}, "EmptySD3LatentImage": {}},
        {("added", "num_inference_steps")},
    ),
    (
        {"prompt": "a", "base_shift": 0.4, "max_shift": 1.2, "width": 768, "height": 512},
        None,
        "flux-dev",
        {
            "ModelSamplingFlux": {
                "base_shift": 0.4,
                "max_shift": 1.2,
                "width": 768,
                "height": 512,
            }
        },
        set(),
    ),
    (
        {"prompt": "a", "hires_scale": 1.5, "hires_strength": 0.4, "hires_steps": 12},
        None,
        "sd15",
        {"LatentUpscaleBy": {"scale_by": 1.5}},
        set(),
    ),
    (
        {"prompt": "a", "hires_width": 1024, "hires_height": 1536, "hires_upscaler": "bislerp"},
        None,
        "sd15",
        {"LatentUpscale": {"width": 1024, "height": 1536, "upscale_method": "bislerp"}},
        {("added", "hires_strength")},
    ),
    (
        {"prompt": "a", "hires_scale": 2.0, "hires_upscaler": "4x-UltraSharp.pth"},
        None,
        "sd15",
        {
            "UpscaleModelLoader": {"model_name": "4x-UltraSharp.pth"},
            "ImageUpscaleWithModel": {},
            "ImageScaleBy": {"scale_by": 0.5},
        },
        set(),
    ),
    (
        {"sampler": "euler_ancestral", "eta": 0.5, "schedule": "karras", "sigma_max": 10.0},
        None,
        None,
        {
            "SamplerCustom": {"add_noise": True},
            "SamplerEulerAncestral": {"eta": 0.5, "s_noise": 1.0},
            "KarrasScheduler": {"sigma_max": 10.0},
        },
        {("added", "s_noise"), ("added", "sigma_min"), ("added", "rho")},
    ),
    ({"eta": 0.5, "sampler": "ddim"}, None, None, {"KSampler": {}}, {("lost", "eta")}),
    ({"seed": -1}, None, None, {"KSampler": {"seed": 0}}, {("lost", "seed")}),
    ({"seed": "abc"}, None, None, {"KSampler": {"seed": 0}}, {("lost", "seed")}),
    ({"width": 7}, None, None, {"EmptyLatentImage": {"width": 512}}, {("lost", "width")}),
    (
        {"sampler": "DPM++ 9M"},
        None,
        None,
        {"KSampler": {"sampler_name": "euler"}},
        {("lost", "sampler")},
    ),
    (
        {"guidance_scale": 400.0},
        None,
        None,
        {"KSampler": {"cfg": 8.0}},
        {("lost", "guidance_scale")},
    ),
    (
        {"guidance_scale": 0.0},
        "diffusers",
        "sdxl-turbo",
        {"KSampler": {"cfg": 1.0}, "ConditioningZeroOut": {}},
        {("converted", "guidance_scale")},
    ),
    (
        {"model": "folder/mine.safetensors", "vae": "v.pt", "batch_size": 3},
        None,
        None,
        {
            "CheckpointLoaderSimple": {"ckpt_name": "folder/mine.safetensors"},
            "VAELoader": {"vae_name": "v.pt"},
            "EmptyLatentImage": {"batch_size": 3},
        },
        set(),
    ),
]


@pytest.mark.parametrize(("payload", "source", "model", "nodes", "notes"), WRITTEN)
def test_what_is_written(payload, source, model, nodes, notes):
    found = dialed.translate(payload, to="comfyui", source=source, model=model)
    assert complaints(found.payload) == []
    held = {}
    for node in found.payload.values():
        held.setdefault(node["class_type"], node["inputs"])
    for kind, inputs in nodes.items():
        assert held[kind].items() >= inputs.items()
    assert notes <= {(note.kind, note.setting) for note in found.notes}


def complaints(graph):
    """What ComfyUI's `validate_inputs` (execution.py) would refuse in an API graph, by the facts of its nodes."""
    found, saved = [], False
    for identifier, node in graph.items():
        facts = facts_of(node["class_type"])
        if facts is None:
            found.append(f"{identifier}: no class {node['class_type']}")
            continue
        saved = saved or facts.saves
        for each in facts.inputs:
            if each.name in node["inputs"]:
                why = complaint_about(graph, each, node["inputs"][each.name])
            else:
                why = None if each.facts.get("optional") else "is missing"
            found += [f"{identifier}.{each.name} {why}"] if why else []
        names = {each.name for each in facts.inputs}
        found += [
            f"{identifier}.{name} is no input" for name in node["inputs"] if name not in names
        ]
    return found if saved else [*found, "nothing is saved"]


def complaint_about(graph, each, value):
    """What is wrong with the value of one input, or None."""
    if isinstance(value, list):
        outputs = facts_of(graph[value[0]]["class_type"]).outputs
        right = 0 <= value[1] < len(outputs) and outputs[value[1]] == each.type
        return None if right else "is linked to a wrong output"
    if each.type in {"INT", "FLOAT"}:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "is no number"
        if not each.facts.get("min", value) <= value <= each.facts.get("max", value):
            return "is out of range"
        return "is no whole number" if each.type == "INT" and value != int(value) else None
    if each.type == "COMBO":
        choices = each.facts.get("choices")
        named = names_of(choices) if isinstance(choices, str) else choices
        return "is no choice" if named and value not in named else None
    if each.type == "BOOLEAN":
        return None if isinstance(value, bool) else "is no flag"
    return None if each.type == "STRING" else "needs a link"


BROKEN = [
    ({"1": {"class_type": "Nothing", "inputs": {}}}, "no class"),
    ({"1": {"class_type": "KSamplerSelect", "inputs": {}}}, "missing"),
    ({"1": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "Euler a"}}}, "no choice"),
    ({"1": {"class_type": "RandomNoise", "inputs": {"noise_seed": -1}}}, "out of range"),
    ({"1": {"class_type": "RandomNoise", "inputs": {"noise_seed": "5"}}}, "no number"),
    ({"1": {"class_type": "PreviewImage", "inputs": {"images": "a.png"}}}, "needs a link"),
    (
        {
            "1": {"class_type": "RandomNoise", "inputs": {"noise_seed": 5}},
            "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
        },
        "wrong output",
    ),
    ({"1": {"class_type": "DisableNoise", "inputs": {"seed": 1}}}, "no input"),
    ({"1": {"class_type": "DisableNoise", "inputs": {}}}, "nothing is saved"),
]


@pytest.mark.parametrize(("graph", "complaint"), BROKEN)
def test_the_rules_that_graphs_are_held_against(graph, complaint):
    assert any(complaint in each for each in complaints(graph))


IDENTITY = [
    {"prompt": "a cat", "negative_prompt": "dog", "seed": 2**64 - 1},
    {"sampler": "dpmpp_2m_sde", "schedule": "exponential", "num_inference_steps": 33},
    {"guidance_scale": 6.5, "width": 768, "height": 1344, "batch_size": 4},
    {"strength": 0.35, "num_inference_steps": 40, "width": 512, "height": 512},
    {"clip_skip": 2, "guidance_rescale": 0.7, "pag_scale": 3.0},
    {"freeu_b1": 1.3, "freeu_b2": 1.4, "freeu_s1": 0.9, "freeu_s2": 0.2},
    {"hires_scale": 2.0, "hires_strength": 0.5, "hires_steps": 10, "hires_upscaler": "bislerp"},
    {"hires_width": 1024, "hires_height": 1024, "hires_upscaler": "4x_foolhardy.pth"},
    {"sampler": "euler_ancestral", "eta": 0.4, "s_noise": 1.01},
    {"schedule": "karras", "sigma_min": 0.03, "sigma_max": 14.6, "rho": 5.0},
    {"schedule": "polyexponential", "sigma_max": 12.0, "num_inference_steps": 12},
    {"model": "mine.safetensors", "vae": "v.safetensors"},
    {"prompt": "", "negative_prompt": ""},
    {"distilled_guidance_scale": 2.5, "guidance_scale": 1.0},
    {"shift": 6.0, "max_shift": 1.0, "base_shift": 0.3},
]


@pytest.mark.parametrize("settings", IDENTITY)
@pytest.mark.parametrize("model", [None, "sd15", "sdxl", "sd35-medium", "flux-dev"])
def test_written_and_read_back(settings, model):
    there = dialed.translate(settings, to="comfyui", model=model)
    assert complaints(there.payload) == []
    back = dialed.parse(there.payload, dialect="comfyui")
    assert back.problems == ()
    lost = {note.setting for note in there.notes if note.kind == "lost"}
    added = {note.setting for note in there.notes if note.kind == "added"}
    assert lost == set()
    assert {k: v for k, v in back.settings.items() if k not in added} == settings


def test_adapters_stay():
    graph = {
        "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "m.safetensors"}},
        "2": {
            "class_type": "LoraLoader",
            "inputs": {
                "model": ["1", 0],
                "clip": ["1", 1],
                "lora_name": "ink.safetensors",
                "strength_model": 0.8,
                "strength_clip": 0.4,
            },
        },
        "3": {"class_type": "CLIPTextEncode", "inputs": {"text": "a", "clip": ["2", 1]}},
        "4": {
            "class_type": "EmptyLatentImage",
            "inputs": {"width": 512, "height": 512, "batch_size": 1},
        },
        "5": {
            "class_type": "KSampler",
            "inputs": {
                "model": ["2", 0],
                "positive": ["3", 0],
                "negative": ["3", 0],
                "latent_image": ["4", 0],
                "seed": 1,
                "steps": 20,
                "cfg": 7.0,
                "sampler_name": "euler",
                "scheduler": "normal",
                "denoise": 1.0,
            },
        },
        "6": {"class_type": "VAEDecode", "inputs": {"samples": ["5", 0], "vae": ["1", 2]}},
        "7": {"class_type": "SaveImage", "inputs": {"images": ["6", 0], "filename_prefix": "x"}},
    }
    read = dialed.parse(graph)
    written = dialed.translate(read, to="comfyui")
    again = dialed.parse(written.payload)
    assert again.settings == read.settings
    assert again.loras == read.loras == (dialed.Lora("ink.safetensors", 0.8, 0.4),)
    assert not [note for note in written.notes if note.kind == "lost"]


def test_a_node_needs_what_it_needs():
    with pytest.raises(ValueError, match="KSampler needs model"):
        GraphBuilder().add("KSampler")
    with pytest.raises(ValueError, match="nothing is known"):
        GraphBuilder().add("KSampler of tomorrow")


@pytest.mark.parametrize(
    ("kind", "name", "value", "why"),
    [
        ("KSampler", "steps", 20, None),
        ("KSampler", "steps", 0, "no less than 1"),
        ("KSampler", "steps", 2.5, "whole number"),
        ("KSampler", "cfg", float("nan"), "a number"),
        ("KSampler", "cfg", True, "a number"),
        ("KSampler", "cfg", 101, "no more than 100"),
        ("KSampler", "scheduler", "karras", None),
        ("KSampler", "scheduler", "Karras", "offers no scheduler"),
        ("CheckpointLoaderSimple", "ckpt_name", "any.safetensors", None),
        ("CheckpointLoaderSimple", "ckpt_name", 5, "a text"),
        ("KSampler", "nothing", 5, "no input"),
    ],
)
def test_what_an_input_refuses(kind, name, value, why):
    found = refusal(kind, name, value)
    assert found is None if why is None else why in found
