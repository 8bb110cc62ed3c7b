"""InvokeAI, SwarmUI, NovelAI, Fooocus, Draw Things, Midjourney: what they write, read with its meaning."""

import pytest
from payloads_invokeai_swarmui import INVOKEAI, INVOKEAI_READ, SD_METADATA, SWARMUI
from payloads_other_tools import (
    DRAWTHINGS,
    DRAWTHINGS_TEXT,
    FOOOCUS,
    FOOOCUS_INFOTEXT,
    JOB,
    NAI_V3,
    NAI_V4,
)
from tool_payloads import READ, told

import dialed
from dialed.errors import PayloadError
from dialed.generation import ControlNet, Lora
from dialed.parsing import detect, parse


@pytest.mark.parametrize(("payload", "dialect", "settings"), READ.values(), ids=READ)
def test_what_tools_write_is_recognised_and_read(payload, dialect, settings):
    assert detect(payload) == dialect
    generation = parse(payload)
    assert generation.dialect == dialect
    assert told(generation) == settings
    assert told(parse(payload, dialect)) == settings
    assert {type(value) for value in generation.settings.values()} <= {str, int, float, bool}


def test_adapters_and_control_networks():
    assert parse(FOOOCUS).loras == (Lora("sd_xl_offset_example-lora_1.0", 0.1, hash="4852686128"),)
    assert parse(FOOOCUS_INFOTEXT).loras == parse(FOOOCUS).loras
    generation = parse(DRAWTHINGS)
    assert generation.loras == (Lora("detail_lora_f16.ckpt", 0.75),)
    assert generation.controlnets == (ControlNet("canny.ckpt", weight=0.5, start=0, end=0.75),)
    described = parse(DRAWTHINGS_TEXT)
    assert described.loras == (Lora("detail_lora_f16.ckpt", 0.8),)
    assert described.controlnets == (ControlNet("tile.ckpt", weight=0.5, start=0.0, end=0.9),)


@pytest.mark.parametrize(
    ("loras", "weights"),
    [(["style/ink", "detail"], ["0.8", "0.5"]), ("style/ink,detail", "0.8, 0.5")],
    ids=["lists", "texts with commas"],
)
def test_adapters_of_swarmui(loras, weights):
    metadata = {
        "sui_image_params": {"prompt": "a", "loras": loras, "loraweights": weights},
        "sui_models": [{"name": "style/ink.safetensors", "param": "loras", "hash": "0x1"}],
    }
    assert parse(metadata).loras == (Lora("style/ink", 0.8, hash="0x1"), Lora("detail", 0.5))


@pytest.mark.parametrize(
    "lora",
    [
        {"lora": {"model_name": "ink", "base_model": "sd-1"}, "weight": 0.75},
        {"model": {"key": "k", "name": "ink", "type": "lora"}, "weight": 0.75},
    ],
    ids=["3.x", "5.x"],
)
def test_adapters_of_invokeai(lora):
    control = {
        "control_model": {"model_name": "canny"},
        "control_weight": 0.5,
        "begin_step_percent": 0,
        "end_step_percent": 0.8,
        "control_mode": "balanced",
        "image": {"image_name": "a.png"},
    }
    generation = parse(INVOKEAI | {"loras": [lora], "controlnets": [control]})
    assert generation.loras == (Lora("ink", 0.75),)
    (found,) = generation.controlnets
    assert (found.model, found.weight, found.start, found.end) == ("canny", 0.5, 0, 0.8)
    assert found.extras == {"control_mode": "balanced", "image": {"image_name": "a.png"}}
    assert told(generation) == INVOKEAI_READ


def test_what_is_no_setting_is_kept_under_its_own_name():
    assert parse(NAI_V4).extras["v4_prompt"]["caption"]["char_captions"]
    assert parse(SWARMUI).extras["sui_extra_data"]["date"] == "2025-01-25"
    assert parse(SWARMUI).extras["aspectratio"] == "Custom"
    assert parse(FOOOCUS).extras["styles"] == "['Fooocus V2', 'Fooocus Sharp']"
    assert parse(FOOOCUS).extras["refiner_switch"] == 0.5
    assert parse(DRAWTHINGS).extras["v2"] == DRAWTHINGS["v2"]
    assert parse(SD_METADATA).extras["app_version"] == "v2.2.4"
    flags = parse(READ["Midjourney"][0]).extras
    assert flags == {"stylize": 250, "version": "6.1"}
    assert parse(READ["Midjourney, as pasted"][0]).extras == {"Job ID": JOB, "niji": "6"}


ODD = {
    "unknown sampler": (INVOKEAI | {"scheduler": "warp"}, "sampler", "warp", "scheduler"),
    "unknown schedule": (NAI_V3, "schedule", "native", "noise_schedule"),
    "number that is none": (INVOKEAI | {"steps": "many"}, "num_inference_steps", "many", "steps"),
    "list for a number": (INVOKEAI | {"cfg_scale": [1, 2]}, "guidance_scale", None, "cfg_scale"),
    "list for a text": (INVOKEAI | {"positive_prompt": ["a"]}, "prompt", None, "positive_prompt"),
}


@pytest.mark.parametrize(("payload", "setting", "value", "place"), ODD.values(), ids=ODD)
def test_what_cannot_be_understood_is_kept_and_reported(payload, setting, value, place):
    generation = parse(payload)
    assert generation.settings.get(setting) == value
    assert place in [problem.place for problem in generation.problems]
    if value is None:
        assert generation.extras[place] == payload[place]


def test_a_random_seed_stays_as_written():
    assert parse({"sui_image_params": {"prompt": "a", "seed": -1}}).settings["seed"] == -1
    assert parse({"sui_image_params": {"prompt": "a", "seed": "dice"}}).settings["seed"] == "dice"


def test_a_translation_to_midjourney_is_one_line_that_reads_back():
    settings = {"prompt": "a lake", "negative_prompt": "fog", "aspect_ratio": "16:9", "seed": 7}
    written = dialed.translate(settings | {"tiling": True}, to="midjourney")
    assert written.text == "a lake --no fog --ar 16:9 --seed 7 --tile"
    assert parse(written.text).settings == settings | {"tiling": True}


NOT_THEIRS = [
    "a lake at night",
    "a lake -- at night -- with boats",
    "run it with -s and -A, he said",
    "a lake\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 7, Size: 512x768",
    {"prompt": "a lake", "steps": 20, "cfg_scale": 7},
    {"nodes": [], "links": []},
    [],
    {},
]


@pytest.mark.parametrize("payload", NOT_THEIRS, ids=str)
def test_what_others_write_is_left_to_them(payload):
    theirs = {"invokeai", "swarmui", "novelai", "fooocus", "drawthings", "midjourney"}
    assert detect(payload) not in theirs


@pytest.mark.parametrize("dialect", ["invokeai", "swarmui", "novelai", "fooocus", "drawthings"])
def test_what_holds_no_settings_is_refused(dialect):
    for payload in ([1], "[1]"):
        with pytest.raises(PayloadError):
            parse(payload, dialect)
