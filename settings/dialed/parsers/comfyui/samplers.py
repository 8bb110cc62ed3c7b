"""Which nodes sample, and what each of them states."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from dialed.parsers.comfyui.conditioning import Conditioning, control_of, read_conditioning
from dialed.parsers.comfyui.graph import Graph, Link, Node
from dialed.parsers.comfyui.model_chain import ModelChain, read_clip_skip, read_model
from dialed.parsers.comfyui.node_facts import facts_of
from dialed.parsers.comfyui.pixel_path import CARRIES
from dialed.parsers.comfyui.sampler_parts import SCHEDULES, read_noise, read_sampler, read_sigmas
from dialed.parsers.comfyui.scalars import MISSING, Values
from dialed.parsers.comfyui.tracing import back, is_pipe

_PIPES = re.compile(r"pipe|context|tuple|bus", re.IGNORECASE)
STATED = {
    "seed": ("seed", "noise_seed", "seed_num", "base_seed"),
    "steps": ("steps", "step", "total_steps"),
    "cfg": ("cfg", "cfg_scale", "guidance_scale", "true_gs"),
    "sampler_name": ("sampler_name", "sampler", "sampler_mode"),
    "scheduler": ("scheduler", "scheduler_name", "schedule"),
    "denoise": ("denoise", "denoising", "denoise_strength", "strength"),
    "start_at_step": ("start_at_step",),
    "end_at_step": ("end_at_step",),
    "add_noise": ("add_noise",),
    "return_with_leftover_noise": ("return_with_leftover_noise",),
}
"""What a sampler states, by ComfyUI's name, and the names that other people's samplers give to it."""

PARTIAL = ("start_at_step", "end_at_step", "add_noise", "return_with_leftover_noise")


@dataclass(slots=True)
class Sampling:
    """One pass of a sampler.

    Attributes:
        node: The node.
        stated: What it states, by ComfyUI's names (``steps``, ``cfg``, ``seed``, ...).
        steps_run: Whether ``steps`` counts the steps inside ``denoise`` rather than the whole schedule.
        positive: What it is told to draw.
        negative: What it is told to avoid.
        model: The model it samples.
        clip_skip: ComfyUI's number of the last layer of the text encoder, where stated.
        passed: Nodes of its schedule and guidance.
    """

    node: Node
    stated: dict[str, Any] = field(default_factory=dict)
    steps_run: bool = True
    positive: Conditioning = field(default_factory=Conditioning)
    negative: Conditioning = field(default_factory=Conditioning)
    model: ModelChain = field(default_factory=ModelChain)
    clip_skip: int | None = None
    passed: list[Node] = field(default_factory=list)


_TELLING = ("sampler_name", "sampler", "cfg", "scheduler", "denoise", "seed", "noise_seed")


def sampler_test(graph: Graph) -> Any:
    """A function that tells whether a node samples; each node is looked at once."""
    known: dict[str, bool] = {}

    def test(node: Node) -> bool:
        if node.id not in known:
            known[node.id] = _samples(graph, node)
        return known[node.id]

    return test


def _samples(graph: Graph, node: Node) -> bool:
    inputs = node.inputs
    if isinstance(inputs.get("sigmas"), Link) and node.link("sampler", "guider", "noise"):
        return True
    if not any(name in inputs for name in STATED["steps"][:1]):
        return False
    if not any(name in inputs for name in _TELLING):
        return False
    facts = facts_of(node.kind)
    outputs = facts.outputs if facts is not None else node.outputs
    if outputs and not any(
        kind in CARRIES or kind == "*" or _PIPES.search(kind) for kind in outputs
    ):
        return False
    if re.search(
        r"unsampl|provider|xy.?plot|config|parameter|settings|caption", node.kind, re.IGNORECASE
    ):
        return False
    links = list(node.links())
    return any(
        node.type_of(name) in {"MODEL", "GUIDER"}
        or graph.type_of(link) in {"MODEL", "GUIDER"}
        or is_pipe(graph, node, name, link)
        for name, link in links
    ) or any(name.casefold() == "model" for name, _ in links)


def read_sampling(graph: Graph, values: Values, node: Node) -> Sampling:
    """Everything that one pass states."""
    found = Sampling(node)
    if isinstance(node.inputs.get("sigmas"), Link):
        _read_parts(graph, values, found)
    else:
        for name, names in STATED.items():
            value = values.first(node, *names)
            if value is not MISSING and not (name == "denoise" and not _is_share(value)):
                found.stated[name] = value
        link = node.link("sampler")
        if link is not None and not isinstance(found.stated.get("sampler_name"), str):
            read_sampler(graph, values, link, found.stated)
    guider = graph.origin(node.link("guider"))
    base = guider if guider is not None else node
    found.positive = read_conditioning(
        graph, values, _conditioning(graph, base, "positive"), "positive"
    )
    negative = _conditioning(graph, base, "negative")
    if negative is not None:
        found.negative = read_conditioning(graph, values, negative, "negative")
    for name, each in node.links():
        applied = graph.origin(each) if "control" in name.casefold() else None
        control = control_of(graph, values, applied) if applied is not None else None
        if control is not None:
            found.positive.controlnets.append(control)
    link = base.link("model", "basic_model", "base_model") or node.link("model")
    if link is None:
        onward = back(graph, base, 0, "MODEL")
        link = onward[0] if onward else None
    found.model = read_model(graph, values, link)
    for encoder in found.positive.encoders:
        found.clip_skip = read_clip_skip(graph, values, encoder)
        if found.clip_skip is not None:
            break
    return found


def _is_share(value: Any) -> bool:
    return not isinstance(value, int | float) or 0 <= value <= 1


def _read_parts(graph: Graph, values: Values, found: Sampling) -> None:
    node, stated = found.node, found.stated
    for name in ("noise_seed", "seed", "add_noise", "cfg"):
        value = values.of(node, name) if name in node.inputs else MISSING
        if value is not MISSING:
            stated["seed" if name == "noise_seed" else name] = value
    read_noise(graph, values, node.link("noise"), stated)
    if "noise_seed" in stated:
        stated["seed"] = stated.pop("noise_seed")
    read_sampler(graph, values, node.link("sampler"), stated)
    found.passed += read_sigmas(graph, values, node.link("sigmas"), stated)
    made = found.passed[-1] if found.passed else None
    split = any(each.kind == "SplitSigmasDenoise" for each in found.passed)
    found.steps_run = made is not None and made.kind not in SCHEDULES and not split
    guider = graph.origin(node.link("guider"))
    if guider is not None:
        found.passed.append(guider)
        cfg = values.first(guider, "cfg", "cfg_conds")
        if cfg is not MISSING:
            stated["cfg"] = cfg
        second = values.first(guider, "cfg_cond2_negative")
        if second is not MISSING:
            stated["image_guidance_scale"] = second


def _conditioning(graph: Graph, node: Node, role: str) -> Link | None:
    names = (
        ("positive", "conditioning", "cond1", "positive_cond", "base_positive")
        if role == "positive"
        else (
            "negative",
            "negative_cond",
            "base_negative",
        )
    )
    link = node.link(*names)
    if link is not None:
        return link
    short = "neg" if role == "negative" else "pos"
    for name, each in node.links():
        if name.casefold().startswith((short, role)) and node.type_of(name) in {
            None,
            "CONDITIONING",
        }:
            return each
    link = node.link("text_embeds", "prompt_embeds")
    if link is not None:
        return link
    for name, each in node.links():
        if is_pipe(graph, node, name, each):
            return each
    return None
