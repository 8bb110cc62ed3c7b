"""Graphs that nobody would make: read as far as they go, in bounded time, and never with another error."""

import json
import time

import pytest
from comfyui_graphs import USUAL, api, sampler, usual
from hypothesis import given, settings
from hypothesis import strategies as st

import dialed
from dialed.parsers.comfyui_graph import parse_as, recognise
from dialed.record_registry import default_registry

CIRCLES = [
    usual(sampler=sampler(latent_image="@sampler")),
    usual(positive=("ConditioningCombine", {"conditioning_1": "@positive", "conditioning_2": "@negative"})),
    usual(sampler=sampler(model="@a"), a=("LoraLoader", {"model": "@b"}), b=("LoraLoader", {"model": "@a"})),
    usual(sampler=sampler(steps="@a"), a=("INTConstant", {"value": "@b"}), b=("INTConstant", {"value": "@a"})),
    usual(positive=("CLIPTextEncode", {"text": "@j", "clip": "@j"}), j=("StringConcatenate", {"string_a": "@j", "string_b": "@j"})),
    usual(decode=("VAEDecode", {"samples": "@decode", "vae": "@decode"})),
]  # fmt: skip


@pytest.mark.parametrize("graph", CIRCLES)
def test_circles_end(graph):
    assert dialed.parse(graph).dialect == "comfyui"


BROKEN = [
    (usual(sampler=sampler(model=["nowhere", 0])), "nowhere"),
    (usual(sampler=sampler(sampler_name="Euler a")), "Euler a"),
    (usual(sampler=sampler(steps="many")), "many"),
    (usual(sampler=sampler(steps="@gone", gone="x")), "gone"),
    (usual(sampler=sampler(steps="@save")), "steps comes from SaveImage"),
    (usual() | {"9": "no node"}, "no class_type"),
    (usual() | {"9": {"class_type": "Note", "inputs": None}}, "inputs are None"),
    (usual(save=None, decode=None, sampler=None), "no node in it samples"),
]


@pytest.mark.parametrize(("graph", "problem"), BROKEN)
def test_what_is_odd_is_told(graph, problem):
    found = dialed.parse(graph, dialect="comfyui")
    assert any(problem in str(each) for each in found.problems)


def test_an_unknown_sampler_keeps_its_name():
    found = dialed.parse(usual(sampler=sampler(sampler_name="res_9s", scheduler="beta57")))
    assert found.settings["sampler"] == "res_9s"
    assert found.settings["schedule"] == "beta57"
    assert len(found.problems) == 2


@pytest.mark.parametrize(
    "value", [{}, [], {"a": 1}, {"prompt": "a cat"}, {"nodes": []}, {"nodes": 1, "links": 2}, "{}"]
)
def test_what_is_no_graph(value):
    assert recognise(value, default_registry()) == ()
    with pytest.raises(dialed.DialedError):
        parse_as(value, "comfyui", default_registry())


def chain(length):
    """A graph with that many nodes between model and sampler, and as many conditionings combined."""
    links = {f"m{i}": ("LoraLoaderModelOnly", {"model": f"@m{i + 1}"}) for i in range(length)}
    links[f"m{length}"] = ("CheckpointLoaderSimple", {"ckpt_name": "m.safetensors"})
    texts = {
        f"c{i}": (
            "ConditioningCombine",
            {"conditioning_1": f"@c{i + 1}", "conditioning_2": f"@c{i + 1}"},
        )
        for i in range(length)
    }
    texts[f"c{length}"] = ("CLIPTextEncode", {"text": "a", "clip": "@model.1"})
    return usual(sampler=sampler(model="@m0", positive="@c0"), **links, **texts)


def test_long_chains_and_wide_fans_take_linear_time():
    begun = time.perf_counter()
    dialed.parse(chain(50))
    first = time.perf_counter() - begun
    begun = time.perf_counter()
    found = dialed.parse(chain(1500))
    assert found.settings["prompt"] == "a"
    assert time.perf_counter() - begun < 60 * max(first, 0.05)


def test_a_fan_of_texts_does_not_grow_without_end():
    doubled = {
        f"s{i}": (
            "StringConcatenate",
            {"string_a": f"@s{i + 1}", "string_b": f"@s{i + 1}", "delimiter": ""},
        )
        for i in range(60)
    }
    doubled["s60"] = ("PrimitiveString", {"value": "ab"})
    found = dialed.parse(
        usual(positive=("CLIPTextEncode", {"text": "@s0", "clip": "@model.1"}), **doubled)
    )
    assert len(found.settings.get("prompt", "")) <= 4_000_000


def test_too_many_nodes_are_refused():
    many = api(**{f"n{i}": ("Note", {}) for i in range(10_001)})
    with pytest.raises(dialed.PayloadError, match="10001 nodes"):
        dialed.parse(many)
    workflow = {"nodes": [{"id": i, "type": "Note"} for i in range(10_001)], "links": []}
    with pytest.raises(dialed.PayloadError, match="10000 nodes"):
        dialed.parse(workflow)


BASE = usual()
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["euler", "karras", "fixed", "@model", "model", "1024x768", "<lora:a:1>"]),
    st.tuples(st.sampled_from([*BASE, "x"]), st.integers(-2, 4)).map(list),
)
VALUES = st.recursive(
    LEAVES,
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=5), v, max_size=3),
    max_leaves=5,
)
KINDS = st.sampled_from(
    ["KSampler", "KSamplerAdvanced", "SamplerCustomAdvanced", "LoraLoader", "CLIPTextEncode", "Any Switch (rgthree)",
     "StringConcatenate", "SimpleMath+", "Efficient Loader", "VAEDecode", "SaveImage", "ControlNetApplyAdvanced",
     "LatentUpscaleBy", "BasicScheduler", "Context (rgthree)", "Odd"]
)  # fmt: skip
NAMES = st.sampled_from(
    ["model", "positive", "negative", "latent_image", "samples", "images", "steps", "cfg", "seed", "sampler_name",
     "scheduler", "denoise", "text", "value", "width", "height", "lora_name", "lora_1", "select", "any_01", "sigmas",
     "guider", "pipe", "expression", "a", "upscale_model", "control_net", "stop_at_clip_layer"]
)  # fmt: skip
NODES = st.fixed_dictionaries(
    {"class_type": KINDS, "inputs": st.dictionaries(NAMES, VALUES, max_size=6)}
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from([*BASE, "x", "y"]), NODES, max_size=6))
def test_any_api_graph_is_read_or_refused(changed):
    try:
        found = parse_as(BASE | changed, "comfyui", default_registry())
    except dialed.DialedError:
        return
    assert found.dialect == "comfyui"


SLOTS = st.fixed_dictionaries(
    {"name": NAMES | VALUES, "type": st.sampled_from(["MODEL", "*", "INT", "LATENT", 5, None])},
    optional={"link": st.integers(0, 9) | VALUES, "widget": st.just({"name": "steps"}) | VALUES},
)
PLACED = st.fixed_dictionaries(
    {"id": st.integers(0, 9) | VALUES, "type": KINDS | st.sampled_from(["Reroute", "GetNode", "SetNode", "PrimitiveNode", "sub", "workflow>g"]) | VALUES},
    optional={
        "mode": st.sampled_from([0, 2, 4]) | VALUES,
        "inputs": st.lists(SLOTS, max_size=4) | VALUES,
        "outputs": st.lists(SLOTS, max_size=3) | VALUES,
        "widgets_values": st.lists(LEAVES, max_size=9) | VALUES,
    },
)  # fmt: skip
WIRES = st.lists(st.integers(-20, 9) | VALUES, min_size=6, max_size=6)
LEVEL = {"nodes": st.lists(PLACED, max_size=8), "links": st.lists(WIRES | VALUES, max_size=9)}


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        LEVEL,
        optional={
            "definitions": VALUES
            | st.fixed_dictionaries(
                {"subgraphs": st.lists(st.fixed_dictionaries({"id": st.just("sub"), **LEVEL}), max_size=2)}
            ),
            "extra": VALUES
            | st.fixed_dictionaries({"groupNodes": st.fixed_dictionaries({"g": VALUES | st.fixed_dictionaries(LEVEL)})}),
        },
    )
)  # fmt: skip
def test_any_workflow_is_read_or_refused(value):
    try:
        found = parse_as(value, "comfyui", default_registry())
    except dialed.DialedError:
        return
    assert found.dialect == "comfyui"


def test_what_a_stranger_wrote_never_runs():
    graph = usual(
        sampler=sampler(steps="@sum"),
        sum=("SimpleMath+", {"value": "__import__('os').getpid()", "a": 1}),
    )
    found = dialed.parse(graph)
    assert "num_inference_steps" not in found.settings or not isinstance(
        found.settings["num_inference_steps"], int
    )
    assert json.dumps(found.extras, default=str)
    assert (
        found.settings.items()
        <= (USUAL | {"num_inference_steps": found.settings.get("num_inference_steps")}).items()
    )
