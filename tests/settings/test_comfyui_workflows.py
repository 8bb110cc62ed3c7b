"""Workflows of ComfyUI's interface: fields by order, and all that the interface undoes before it sends a graph."""

import copy

import pytest
from comfyui_graphs import USUAL

import dialed
from dialed.parsers.comfyui.ui_workflow import read_workflow
from dialed.parsers.comfyui.widget_values import named_values


def node(identifier, kind, values=None, inputs=(), outputs=(), **more):
    """A node: inputs are (name, type, link), outputs are types."""
    return {
        "id": identifier,
        "type": kind,
        "mode": 0,
        "inputs": [{"name": n, "type": t, "link": link} for n, t, link in inputs],
        "outputs": [{"name": t, "type": t, "links": []} for t in outputs],
        "widgets_values": values,
        **more,
    }


MODEL, CLIP, VAE = "MODEL", "CLIP", "VAE"
COND, LATENT, IMAGE = "CONDITIONING", "LATENT", "IMAGE"


def nodes():
    """The usual graph as the interface saves it."""
    return [
        node(4, "CheckpointLoaderSimple", ["m.safetensors"], outputs=(MODEL, CLIP, VAE)),
        node(5, "EmptyLatentImage", [512, 768, 1], outputs=(LATENT,)),
        node(6, "CLIPTextEncode", ["a cat"], [("clip", CLIP, 3)], (COND,)),
        node(7, "CLIPTextEncode", ["dog"], [("clip", CLIP, 5)], (COND,)),
        node(
            3,
            "KSampler",
            [7, "randomize", 20, 6.5, "euler", "karras", 1],
            [
                ("model", MODEL, 1),
                ("positive", COND, 4),
                ("negative", COND, 6),
                ("latent_image", LATENT, 2),
            ],
            (LATENT,),
        ),
        node(8, "VAEDecode", None, [("samples", LATENT, 7), ("vae", VAE, 8)], (IMAGE,)),
        node(9, "SaveImage", ["x"], [("images", IMAGE, 9)]),
        node(10, "Note", ["remember the milk"]),
    ]


LINKS = [
    [1, 4, 0, 3, 0, MODEL],
    [2, 5, 0, 3, 3, LATENT],
    [3, 4, 1, 6, 0, CLIP],
    [4, 6, 0, 3, 1, COND],
    [5, 4, 1, 7, 0, CLIP],
    [6, 7, 0, 3, 2, COND],
    [7, 3, 0, 8, 0, LATENT],
    [8, 4, 2, 8, 1, VAE],
    [9, 8, 0, 9, 0, IMAGE],
]


def workflow(change=None, links=(), **more):
    """The usual workflow; ``change`` maps ids to nodes that replace or join it."""
    held = {each["id"]: each for each in nodes()} | (change or {})
    kept = {link[0]: link for link in LINKS} | {link[0]: link for link in links}
    return {
        "last_node_id": 20,
        "nodes": list(held.values()),
        "links": list(kept.values()),
        "version": 0.4,
        **more,
    }


def linked(identifier, name, link, changes=None):
    """One of the usual nodes with the link of one input changed."""
    found = copy.deepcopy(next(each for each in nodes() if each["id"] == identifier))
    for each in found["inputs"]:
        if each["name"] == name:
            each["link"] = link
    return found | (changes or {})


def objects(value):
    """The same with links as objects, as version 1 has them."""
    names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    return value | {
        "version": 1,
        "links": [dict(zip(names, link, strict=True)) for link in value["links"]],
    }


SAME = [
    ("version 0.4", workflow()),
    ("version 1", objects(workflow())),
    (
        "a reroute",
        workflow(
            {
                11: node(11, "Reroute", None, [("", "*", 1)], ("*",)),
                3: linked(3, "model", 11),
            },
            [[11, 11, 0, 3, 0, MODEL], [1, 4, 0, 11, 0, MODEL]],
        ),
    ),
    (
        "a bypassed adapter",
        workflow(
            {
                11: node(
                    11,
                    "LoraLoader",
                    ["x.safetensors", 1, 1],
                    [("model", MODEL, 1), ("clip", CLIP, None)],
                    (MODEL, CLIP),
                    mode=4,
                ),
                3: linked(3, "model", 11),
            },
            [[11, 11, 0, 3, 0, MODEL], [1, 4, 0, 11, 0, MODEL]],
        ),
    ),
    (
        "a muted output beside the real one",
        workflow({11: node(11, "SaveImage", ["y"], [("images", IMAGE, 9)], mode=2)}),
    ),
    (
        "a primitive",
        workflow(
            {
                11: node(11, "PrimitiveNode", [20, "fixed"], outputs=("INT",)),
                3: linked(3, "", None)
                | {
                    "widgets_values": [7, "randomize", 1, 6.5, "euler", "karras", 1],
                    "inputs": [
                        *linked(3, "", None)["inputs"],
                        {"name": "steps", "type": "INT", "link": 11, "widget": {"name": "steps"}},
                    ],
                },
            },
            [[11, 11, 0, 3, 4, "INT"]],
        ),
    ),
    (
        "set and get",
        workflow(
            {
                11: node(11, "SetNode", ["the model"], [("MODEL", MODEL, 1)], ("*",)),
                12: node(12, "GetNode", ["the model"], [], (MODEL,)),
                3: linked(3, "model", 12),
            },
            [[12, 12, 0, 3, 0, MODEL], [1, 4, 0, 11, 0, MODEL]],
        ),
    ),
    (
        "sent everywhere",
        workflow(
            {
                11: node(11, "Anything Everywhere", None, [("MODEL", "*", 1)]),
                12: node(12, "Prompts Everywhere", None, [("CONDITIONING", "*", 4), ("CONDITIONING", "*", 6)]),
                3: linked(3, "model", None)
                | {
                    "inputs": [
                        {"name": "model", "type": MODEL, "link": None},
                        {"name": "positive", "type": COND, "link": None},
                        {"name": "negative", "type": COND, "link": None},
                        {"name": "latent_image", "type": LATENT, "link": 2},
                    ]
                },
            },
        ),
    ),
    (
        "sent everywhere, and listed",
        workflow(
            {3: linked(3, "model", None)},
            extra={
                "ue_links": [
                    {"downstream": 3, "downstream_slot": 0, "upstream": "4", "upstream_slot": 0},
                    {"downstream": 99, "downstream_slot": 0, "upstream": "4", "upstream_slot": 0},
                    "nonsense",
                ]
            },
        ),
    ),
    (
        "newer versions list every field among the inputs",
        workflow(
            {
                3: linked(3, "", None)
                | {
                    "inputs": [
                        *linked(3, "", None)["inputs"],
                        *(
                            {"name": n, "type": t, "link": None, "widget": {"name": n}}
                            for n, t in (
                                ("seed", "INT"),
                                ("steps", "INT"),
                                ("cfg", "FLOAT"),
                                ("sampler_name", "COMBO"),
                                ("scheduler", "COMBO"),
                                ("denoise", "FLOAT"),
                            )
                        ),
                    ]
                }
            }
        ),
    ),
    (
        "before there was a control after the seed",
        workflow({3: linked(3, "", None, {"widgets_values": [7, 20, 6.5, "euler", "karras", 1]})}),
    ),
    (
        "when that control was a flag",
        workflow({3: linked(3, "", None, {"widgets_values": [7, True, 20, 6.5, "euler", "karras", 1]})}),
    ),
    (
        "fields by name",
        workflow({5: node(5, "EmptyLatentImage", {"width": 512, "height": 768, "batch_size": 1}, outputs=(LATENT,))}),
    ),
    (
        "a loader that nobody knows",
        workflow({4: node(4, "QuantLoader", ["m.safetensors", 0, "auto"], outputs=(MODEL, CLIP, VAE))}),
    ),
    (
        "two ways to a picture, one of them muted",
        workflow({11: node(11, "PreviewImage", None, [("images", IMAGE, None)])}),
    ),
]  # fmt: skip


@pytest.mark.parametrize("value", [row[1] for row in SAME], ids=[row[0] for row in SAME])
def test_one_graph_in_many_shapes(value):
    assert dialed.detect(value) == "comfyui"
    found = dialed.parse(value)
    assert (found.settings, found.loras, found.problems) == (USUAL, (), ())


def test_a_loader_that_nobody_knows_and_a_name_without_an_ending():
    value = workflow({4: node(4, "QuantLoader", ["svdq-dev", 0], outputs=(MODEL, CLIP, VAE))})
    assert dialed.parse(value).settings == USUAL | {"model": "svdq-dev"}


def subgraph(**instance):
    """The usual workflow with encoders and sampler inside a subgraph."""
    inner = [copy.deepcopy(each) for each in nodes() if each["id"] in {6, 7, 3}]
    identifier = "0a1b2c3d-0000-4000-8000-000000000001"
    wires = [
        (1, -10, 0, 3, 0, MODEL),
        (3, -10, 1, 6, 0, CLIP),
        (5, -10, 1, 7, 0, CLIP),
        (2, -10, 2, 3, 3, LATENT),
        (20, -10, 3, 3, 4, "INT"),
        (4, 6, 0, 3, 1, COND),
        (6, 7, 0, 3, 2, COND),
        (7, 3, 0, -20, 0, LATENT),
    ]
    inner[-1]["inputs"].append(
        {"name": "steps", "type": "INT", "link": 20, "widget": {"name": "steps"}}
    )
    names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    definition = {
        "id": identifier,
        "version": 1,
        "nodes": inner,
        "links": [dict(zip(names, wire, strict=True)) for wire in wires],
        "inputs": [{"name": n, "type": t} for n, t in (("model", MODEL), ("clip", CLIP), ("latent", LATENT), ("steps", "INT"))],
        "outputs": [{"name": "LATENT", "type": LATENT}],
    }  # fmt: skip
    outer = [each for each in nodes() if each["id"] in {4, 5, 8, 9}]
    outer.append(
        {
            "id": 30,
            "type": identifier,
            "mode": 0,
            "inputs": [
                {"name": "model", "type": MODEL, "link": 1},
                {"name": "clip", "type": CLIP, "link": 3},
                {"name": "latent", "type": LATENT, "link": 2},
                {"name": "steps", "type": "INT", "link": None, "widget": {"name": "steps"}},
            ],
            "outputs": [{"name": "LATENT", "type": LATENT, "links": [7]}],
            "widgets_values": [],
            **instance,
        }
    )
    links = [
        [1, 4, 0, 30, 0, MODEL],
        [2, 5, 0, 30, 2, LATENT],
        [3, 4, 1, 30, 1, CLIP],
        [7, 30, 0, 8, 0, LATENT],
        [8, 4, 2, 8, 1, VAE],
        [9, 8, 0, 9, 0, IMAGE],
    ]
    return {
        "nodes": outer,
        "links": links,
        "version": 0.4,
        "definitions": {"subgraphs": [definition]},
    }


def test_subgraphs_are_opened():
    assert dialed.parse(subgraph()).settings == USUAL
    # A field of the subgraph's own node stands for the field inside.
    found = dialed.parse(subgraph(widgets_values=[33]))
    assert found.settings == USUAL | {"num_inference_steps": 33}
    assert set(read_workflow(subgraph()).nodes) == {"4", "5", "8", "9", "30:3", "30:6", "30:7"}


def test_a_muted_subgraph_is_gone():
    found = dialed.parse(subgraph(mode=2))
    assert found.settings == {}
    assert found.problems


def test_a_subgraph_within_itself_ends():
    value = subgraph()
    definition = value["definitions"]["subgraphs"][0]
    definition["nodes"].append({"id": 99, "type": definition["id"], "inputs": [], "outputs": []})
    assert dialed.parse(value).settings == USUAL


def test_group_nodes_are_opened():
    encoders = [each for each in nodes() if each["id"] in {6, 7}]
    group = {
        "nodes": [{**each, "index": place} for place, each in enumerate(encoders)],
        "links": [],
        "external": [],
    }
    value = workflow()
    value["nodes"] = [each for each in value["nodes"] if each["id"] not in {6, 7}]
    value["nodes"].append(
        {
            "id": 40,
            "type": "workflow>Prompts",
            "mode": 0,
            "inputs": [
                {"name": "clip", "type": CLIP, "link": 3},
                {"name": "CLIPTextEncode clip", "type": CLIP, "link": 5},
            ],
            "outputs": [{"name": COND, "type": COND}, {"name": COND, "type": COND}],
            "widgets_values": ["a cat", "dog"],
        }
    )
    value["links"] = [
        [4, 40, 0, 3, 1, COND] if link[0] == 4 else [6, 40, 1, 3, 2, COND] if link[0] == 6 else link
        for link in value["links"]
    ]
    value["extra"] = {"groupNodes": {"Prompts": group}}
    assert dialed.parse(value).settings == USUAL


FIELDS = [
    ("KSampler", [5, "fixed", 20, 8, "euler", "normal", 0.5], [], {"seed": 5, "steps": 20, "denoise": 0.5}),
    ("SaveImage", ["prefix"], [], {"filename_prefix": "prefix"}),
    ("LoadImage", ["a.png", "image"], [], {"image": "a.png"}),
    ("UNETLoader", ["m.safetensors"], [], {"unet_name": "m.safetensors"}),
    ("DualCLIPLoader", ["a", "b", "flux", "default"], [], {"clip_name2": "b", "type": "flux"}),
    # A node nobody knows, old and new.
    ("Odd", [5, "fixed", 20, 7.5, "euler", "karras", 0.4], [], {"seed": 5, "steps": 20, "cfg": 7.5, "denoise": 0.4}),
    ("Odd", ["x.safetensors", 0.5], [("file", "COMBO"), ("much", "FLOAT")], {"file": "x.safetensors", "much": 0.5}),
    ("Odd", [9, "randomize", "hello"], [("seed", "INT"), ("words", "STRING")], {"seed": 9, "words": "hello"}),
    ("Odd", ["1024x768"], [], {"resolution": "1024x768"}),
    ("Odd", {"a": 1}, [], {"a": 1}),
    ("KSampler", [], [], {}),
    ("KSampler", "nonsense", [], {}),
    ("KSampler", [None] * 500, [], {}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "values", "fields", "named"), FIELDS)
def test_fields_by_their_order(kind, values, fields, named):
    inputs = [{"name": n, "type": t, "link": None, "widget": n} for n, t in fields]
    found = named_values(kind, values, inputs)
    assert {name: found.get(name) for name in named} == named
