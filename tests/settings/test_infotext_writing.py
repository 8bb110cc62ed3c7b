"""Infotext written: AUTOMATIC1111's own grammar reads it back."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dialed
from dialed.generation import ControlNet, Generation, Lora

# https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/036500223de0a3caaa86360a8ad3ed301e4367b0/modules/infotext_utils.py
PARAMETER = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')
SIZE = re.compile(r"^(\d+)x(\d+)$")


def tool_reads(text):
    """What `parse_generation_parameters` makes of the text, without the defaults that it fills in."""
    *lines, last = text.strip().split("\n")
    if len(PARAMETER.findall(last)) < 3:
        lines.append(last)
        last = ""
    found = {"Prompt": "", "Negative prompt": ""}
    into = "Prompt"
    for line in map(str.strip, lines):
        if line.startswith("Negative prompt:"):
            into = "Negative prompt"
        text = line.removeprefix("Negative prompt:").strip()
        found[into] += ("" if found[into] == "" else "\n") + text
    for name, value in PARAMETER.findall(last):
        quoted = value[0] == '"' and value[-1] == '"'
        stated = json.loads(value) if quoted else value
        if size := SIZE.match(stated):
            found |= {f"{name}-1": size.group(1), f"{name}-2": size.group(2)}
        else:
            found[name] = stated
    return found


CASES = [
    ({"prompt": "a cat"}, {"Prompt": "a cat"}),
    (
        {"prompt": "one\ntwo: three", "negative_prompt": "four, five\nsix"},
        {"Prompt": "one\ntwo: three", "Negative prompt": "four, five\nsix"},
    ),
    (
        {"num_inference_steps": 20, "sampler": "dpmpp_2m", "schedule": "karras", "seed": 2**53},
        {"Steps": "20", "Sampler": "DPM++ 2M", "Schedule type": "Karras", "Seed": str(2**53)},
    ),
    ({"width": 512, "height": 768}, {"Size-1": "512", "Size-2": "768"}),
    ({"model": 'a, b: "c"\nd', "clip_skip": 2}, {"Model": 'a, b: "c"\nd', "Clip skip": "2"}),
    ({"model": '"quoted"', "clip_skip": 2}, {"Model": '"quoted"'}),
    (
        {"hires_scale": 2.0, "hires_strength": 0.4, "hires_upscaler": "Latent"},
        {"Hires upscale": "2.0", "Denoising strength": "0.4", "Hires upscaler": "Latent"},
    ),
    ({"strength": 0.4, "prompt": "x"}, {"Denoising strength": "0.4"}),
]


@pytest.mark.parametrize(("canonical", "read"), CASES)
def test_the_tools_own_grammar_reads_it_back(canonical, read):
    found = tool_reads(dialed.translate(canonical, to="a1111").text)
    assert read.items() <= found.items()


words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]),
    min_size=1,
    max_size=12,
)
lines = st.lists(words, min_size=1, max_size=4).map(" ".join)
prompts = st.lists(lines, min_size=1, max_size=3).map("\n".join)
sample = settings(
    max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@sample
@given(
    prompts, prompts, st.text(min_size=1, max_size=30).filter(str.strip), st.integers(0, 2**64 - 1)
)
def test_any_text_is_read_back_or_noted(prompt, negative, model, seed):
    canonical = {"prompt": prompt, "negative_prompt": negative, "model": model, "seed": seed}
    there = dialed.translate(canonical, to="a1111")
    found = tool_reads(there.text)
    noted = {note.setting for note in there.notes if note.kind in {"approximate", "lost"}}
    assert found["Seed"] == str(seed)
    if not SIZE.match(model):
        assert found["Model"] == model
    for name, key in (("prompt", "Prompt"), ("negative_prompt", "Negative prompt")):
        assert name in noted or found[key] == canonical[name]


def test_adapters_become_tags_and_control_networks_values():
    generation = Generation(
        "comfyui",
        {"prompt": "a cat", "num_inference_steps": 20, "seed": 1},
        loras=(Lora("one", 0.8), Lora("two", 0.5, 0.25, "12ab"), Lora("three")),
        controlnets=(ControlNet("canny_model", 0.5, 0.0, 1.0, "canny"),),
    )
    text = dialed.translate(generation, to="forge").text
    read = dialed.parse(text)
    assert tool_reads(text)["Prompt"] == "a cat<lora:one:0.8><lora:two:0.25:0.5><lora:three:1>"
    assert read.loras == (Lora("one", 0.8), Lora("two", 0.5, 0.25, "12ab"), Lora("three", 1.0))
    assert read.controlnets == generation.controlnets


def test_tags_leave_the_prompt_where_a_tool_would_read_them_as_words():
    generation = dialed.parse("a cat <lora:one:0.8>\nSteps: 20, Sampler: Euler, Seed: 5")
    there = dialed.translate(generation, to="diffusers")
    assert there.payload["call"]["prompt"] == "a cat"
    assert there.payload["adapters"] == [{"name": "one", "weight": 0.8}]
    assert "load_lora_weights('one', adapter_name='lora_0')" in there.python
    compile(there.python, "shown", "exec")
    assert dialed.parse(there.payload).loras == generation.loras


def test_what_cannot_be_said_is_noted():
    generation = Generation("comfyui", {"prompt": "a"}, passes=({"num_inference_steps": 4},))
    notes = {(note.kind, note.setting) for note in dialed.translate(generation, to="a1111").notes}
    assert ("lost", "passes") in notes
    blank = dialed.translate({"prompt": "  a  \n\n"}, to="a1111").notes
    assert ("approximate", "prompt") in {(note.kind, note.setting) for note in blank}


def test_what_is_stated_goes_before_what_fills_the_line():
    text = dialed.translate({"rng_source": "cpu"}, to="a1111").text
    assert tool_reads(text)["RNG"] == "CPU"


def test_other_dialects_have_no_text():
    assert dialed.translate({"prompt": "a"}, to="replicate").text == ""
