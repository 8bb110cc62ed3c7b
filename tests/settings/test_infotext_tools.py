"""Infotext read: which tool wrote it, what only one tool says, and what the text comes wrapped in."""

import json
import time

import pytest
from infotext_lines import BASE, LINE, read

import dialed
from dialed.generation import Lora

TOOLS = [
    ("Version: v1.10.1", "a1111"),
    ("Version: f2.0.1v1.10.1-previous-669-gdfdcbab6", "forge"),
    ("Distilled CFG Scale: 3.5", "forge"),
    ("Module 1: ae, Module 2: clip_l", "forge"),
    ("App: SD.Next, Version: 67ccbe0", "sdnext"),
    ("Civitai metadata: {}", "a1111"),
    ("Version: ComfyUI", "a1111"),
]


@pytest.mark.parametrize(("pairs", "dialect"), TOOLS)
def test_which_tool_wrote_it(pairs, dialect):
    text = f"a cat\n{LINE}, {pairs}"
    assert dialed.detect(text) == dialect
    assert dialed.parse(text).dialect == dialect


def test_sdnext_has_names_of_its_own():
    text = (
        "a cat\nNegative prompt: \nSteps: 30, Size: 512x512, Sampler: LMSD, Seed: 42, CFG scale: 6, App: SD.Next, "
        "Sampler sigma: exponential, Sampler eta delta: 31337, Hires scale: 2, Hires strength: 0.3, "
        "LoRA networks: one, LoRA hashes: 12ab"
    )
    found = dialed.parse(text)
    assert found.dialect == "sdnext"
    assert found.settings["sampler"] == "lms"
    assert found.settings["schedule"] == "exponential"
    assert found.settings["hires_scale"] == 2.0
    assert found.settings["hires_strength"] == 0.3
    assert found.loras == (Lora("one", hash="12ab"),)


def test_one_name_of_sdnext_hangs_on_the_pipeline():
    # "CFG true" goes to true_cfg_scale of FLUX and to pag_scale of Stable Diffusion (modules/pag/__init__.py there).
    text = "x\nSteps: 30, Seed: 4, App: SD.Next, Pipeline: {}, CFG true: 4"
    flux = dialed.parse(text.format("FluxPipeline")).settings
    other = dialed.parse(text.format("StableDiffusionXLPipeline")).settings
    assert (flux.get("guidance_scale"), flux.get("pag_scale")) == (4.0, None)
    assert (other.get("guidance_scale"), other.get("pag_scale")) == (None, 4.0)
    unknown = dialed.parse(text.format("SomeOtherPipeline"))
    assert unknown.extras["CFG true"] == "4"


def test_the_guidance_that_civitai_writes_for_flux_is_the_embedded_one():
    # Forge mends these files by the same signs: 'Civitai' and 'FLUX' in the last line (modules/infotext_utils.py).
    found = read(
        'CFG scale: 3.5, Civitai resources: [{"type":"checkpoint","modelVersionId":691639,"modelName":"FLUX"}]'
    )
    assert found.settings["distilled_guidance_scale"] == 3.5
    assert "guidance_scale" not in found.settings
    assert found.settings["model"] == "FLUX"


def test_the_same_as_a_mapping():
    pairs = {
        "Steps": "20",
        "Sampler": "DPM++ 2M Karras",
        "Seed": 5,
        "Size": "512x768",
        "Prompt": "a cat",
    }
    assert dialed.detect(pairs) == "a1111"
    assert dialed.parse(pairs).settings == {
        "prompt": "a cat",
        "num_inference_steps": 20,
        "sampler": "dpmpp_2m",
        "schedule": "karras",
        "seed": 5,
        "width": 512,
        "height": 768,
    }


MAPPINGS = [
    # What parse_generation_parameters gives, with the defaults that it fills in.
    (
        {"Prompt": "a", "Negative prompt": "", "Steps": "20", "Sampler": "Euler", "Size-1": "512", "Size-2": "768",
         "Hires resize-1": 0, "Hires resize-2": 0},
        {"prompt": "a", "negative_prompt": "", "num_inference_steps": 20, "sampler": "euler", "width": 512, "height": 768},
    ),
    # What Civitai's API gives as `meta` of a picture.
    (
        {"prompt": "a", "negativePrompt": "b", "cfgScale": 7, "steps": 30, "sampler": "DPM++ 2M Karras", "seed": 5,
         "clipSkip": 2, "Size": "512x768", "Model": "m", "hashes": {"model": "ab12"}},
        {"prompt": "a", "negative_prompt": "b", "guidance_scale": 7.0, "num_inference_steps": 30, "sampler": "dpmpp_2m",
         "schedule": "karras", "seed": 5, "clip_skip": 2, "width": 512, "height": 768, "model": "m", "model_hash": "ab12"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("mapping", "stated"), MAPPINGS, ids=["tool", "civitai"])
def test_mappings_that_stand_for_an_infotext(mapping, stated):
    assert dialed.detect(mapping) == "a1111"
    assert dialed.parse(mapping).settings == stated


@pytest.mark.parametrize(
    "wrap",
    [
        lambda t: {"parameters": t},
        lambda t: {"info": t, "items": {}},  # /sdapi/v1/png-info
        lambda t: {
            "images": ["..."],
            "parameters": {},
            "info": json.dumps({"infotexts": [t, "x"]}),
        },
        lambda t: json.dumps({"parameters": t}),
        lambda t: t.encode(),
        lambda t: t.encode("utf-16"),
    ],
)
def test_the_same_text_in_other_wrappings(wrap):
    text = f"a cat\n{LINE}"
    assert dialed.parse(wrap(text)).settings == dialed.parse(text).settings


def test_carriage_returns_and_a_byte_order_mark():
    text = "\ufeffa cat\r\nNegative prompt: dog\r\nSteps: 20, Sampler: Euler, Seed: 5\r\n"
    found = dialed.parse(text).settings
    assert found == {"prompt": "a cat", "negative_prompt": "dog"} | BASE


def test_ten_megabytes_of_prompt_are_read():
    text = f"{'word, ' * 1_600_000}\n{LINE}"
    begun = time.process_time()
    found = dialed.parse(text)
    assert found.settings["seed"] == 5
    assert time.process_time() - begun < 10


def test_half_a_character_is_replaced():
    found = dialed.parse(f"a \ud83d cat\n{LINE}").settings["prompt"]
    json.dumps(found, ensure_ascii=False).encode("utf-8")
