"""The one kind of graph that API graphs and workflows are read into: nodes, named inputs, links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dialed.generation import ReadingProblem
from dialed.parsers.comfyui.node_facts import facts_of

MOST_NODES = 10_000
LONGEST_PATH = 2_000
"""Nodes that one walk may pass: every real graph is far below, and a hostile one ends."""

_NAMED = {
    "model": "MODEL",
    "basemodel": "MODEL",
    "clip": "CLIP",
    "vae": "VAE",
    "optionalvae": "VAE",
    "positive": "CONDITIONING",
    "negative": "CONDITIONING",
    "conditioning": "CONDITIONING",
    "cond": "CONDITIONING",
    "latent": "LATENT",
    "latents": "LATENT",
    "latentimage": "LATENT",
    "samples": "LATENT",
    "image": "IMAGE",
    "images": "IMAGE",
    "pixels": "IMAGE",
    "mask": "MASK",
    "sampler": "SAMPLER",
    "sigmas": "SIGMAS",
    "noise": "NOISE",
    "guider": "GUIDER",
    "controlnet": "CONTROL_NET",
    "upscalemodel": "UPSCALE_MODEL",
    "clipvision": "CLIP_VISION",
    "text": "STRING",
    "prompt": "STRING",
    "string": "STRING",
    "seed": "INT",
    "noiseseed": "INT",
    "steps": "INT",
    "cfg": "FLOAT",
    "denoise": "FLOAT",
    "samplername": "COMBO",
    "scheduler": "COMBO",
    "width": "INT",
    "height": "INT",
}


class Link(NamedTuple):
    """One output of one node."""

    node: str
    slot: int


@dataclass(slots=True)
class Node:
    """One node.

    Attributes:
        id: As the graph names it; nodes inside a subgraph are ``outer:inner``.
        kind: Its class.
        inputs: Name -> value or `Link`. What is not connected has no key.
        types: Name -> type of an input, where the graph itself says it.
        outputs: Types of its outputs, where the graph itself says them.
        names: Names of its outputs, likewise.
        title: What a person called it.
    """

    id: str
    kind: str
    inputs: dict[str, Any]
    types: dict[str, str] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    title: str = ""

    def type_of(self, name: str) -> str | None:
        """Type of the input ``name``: as the graph says, as the class says, or as its name suggests."""
        stated = self.types.get(name)
        if stated and stated != "*":
            return stated
        facts = facts_of(self.kind)
        known = facts.input(name) if facts else None
        if known is not None and known.type != "*":
            return known.type
        return _NAMED.get(_bare(name))

    def output(self, slot: int) -> str | None:
        """Type of an output, where it is known."""
        if 0 <= slot < len(self.outputs) and self.outputs[slot] not in {"*", ""}:
            return self.outputs[slot]
        facts = facts_of(self.kind)
        if facts and 0 <= slot < len(facts.outputs) and facts.outputs[slot] != "*":
            return facts.outputs[slot]
        return None

    def output_name(self, slot: int) -> str:
        """Name of an output, where it has one of its own; else empty."""
        facts = facts_of(self.kind)
        for names in (self.names, facts.names if facts else ()):
            if len(names) > 1 and 0 <= slot < len(names):
                return names[slot]
        return ""

    def links(self) -> Iterator[tuple[str, Link]]:
        """Name and origin of every connected input."""
        for name, value in self.inputs.items():
            if isinstance(value, Link):
                yield name, value

    def link(self, *names: str) -> Link | None:
        """The first of the inputs ``names`` that is connected."""
        for name in names:
            value = self.inputs.get(name)
            if isinstance(value, Link):
                return value
        return None


def _bare(name: str) -> str:
    return name.rstrip("0123456789_ ").replace("_", "").replace(" ", "").casefold()


class Graph:
    """Nodes by id, and what was odd about them."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.problems: dict[tuple[str, str], ReadingProblem] = {}
        self._consumers: dict[str, list[tuple[Node, str]]] | None = None

    def problem(self, place: str, message: str) -> None:
        """Note something odd, once."""
        if len(self.problems) < 200:
            self.problems.setdefault((place, message), ReadingProblem(place, message))

    def add(self, node: Node) -> None:
        """Add a node."""
        self.nodes[node.id] = node

    def origin(self, link: Link | None) -> Node | None:
        """The node that ``link`` comes from."""
        return self.nodes.get(link.node) if link is not None else None

    def type_of(self, link: Link) -> str | None:
        """Type of what ``link`` carries, as far as its origin tells."""
        node = self.nodes.get(link.node)
        return node.output(link.slot) if node is not None else None

    def consumers(self, node: Node) -> list[tuple[Node, str]]:
        """The nodes, and the names of their inputs, that take something from ``node``."""
        if self._consumers is None:
            self._consumers = {}
            for each in self.nodes.values():
                for name, link in each.links():
                    self._consumers.setdefault(link.node, []).append((each, name))
        return self._consumers.get(node.id, [])

    def inputs_of_type(self, node: Node, wanted: str) -> list[tuple[str, Link]]:
        """The connected inputs of ``node`` that carry ``wanted``; those known for sure come first."""
        sure: list[tuple[str, Link]] = []
        likely: list[tuple[str, Link]] = []
        for name, link in node.links():
            carried = self.type_of(link)
            stated = node.type_of(name)
            if wanted in {carried, stated} and carried in {wanted, None}:
                (sure if wanted in (carried, stated) else likely).append((name, link))
        return sure + likely
