"""Numbers and texts, followed through links: primitives, switches, joined strings, small sums."""

from __future__ import annotations

import re
from typing import Any

from dialed.parsers.comfyui.arithmetic import calculated, calculates, size_of_shape
from dialed.parsers.comfyui.graph import Graph, Link, Node
from dialed.parsers.comfyui.joined_texts import joined
from dialed.parsers.comfyui.tracing import is_pipe, switched

DEEPEST = 60
_SMALLEST_SIDE = 16

_SIZE = re.compile(r"(\d{2,5})\s*[x×*]\s*(\d{2,5})")
_PLAIN = (
    "populated_text",
    "value",
    "text",
    "string",
    "prompt",
    "int",
    "float",
    "number",
    "seed",
    "noise_seed",
    "Value",
    "Number",
    "Text",
    "text_positive",
    "STRING",
    "content",
    "text_0",
    "wildcard_text",
    "anything",
)


class Missing:
    """What a link carries cannot be told from the graph."""


MISSING = Missing()


class Values:
    """Values of inputs, followed to where they are stated."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._known: dict[tuple[Link, str], Any] = {}

    def of(self, node: Node, name: str) -> Any:
        """The value of an input, or `MISSING`; what only a run could tell leaves a problem."""
        if name not in node.inputs:
            return MISSING
        value = node.inputs[name]
        if isinstance(value, Link):
            found = self.follow(value, name)
            if found is MISSING:
                origin = self._graph.origin(value)
                kind = origin.kind if origin else "nothing"
                self._graph.problem(
                    f"node {node.id} ({node.kind})",
                    f"{name} comes from {kind}, which says no value",
                )
            return found
        if isinstance(value, dict) and isinstance(value.get("content"), str):
            return value["content"]  # a list of files with pictures saves its choice so
        return value

    def first(self, node: Node, *names: str) -> Any:
        """The value of the first of ``names`` that the node has."""
        for name in names:
            if name in node.inputs:
                return self.of(node, name)
        return MISSING

    def follow(self, link: Link, name: str, depth: int = 0) -> Any:
        """What ``link`` carries to an input called ``name``."""
        key = (link, name)
        if key not in self._known:
            self._known[key] = MISSING  # a circle says nothing
            self._known[key] = self._followed(link, name, depth)
        return self._known[key]

    def _followed(self, link: Link, name: str, depth: int) -> Any:
        node = self._graph.origin(link)
        if node is None or depth > DEEPEST:
            return MISSING

        def value(key: str) -> Any:
            held = node.inputs.get(key, MISSING)
            return self.follow(held, name, depth + 1) if isinstance(held, Link) else held

        choosers = [
            k
            for k in ("select", "index", "switch", "boolean")
            if isinstance(node.inputs.get(k), Link)
        ]
        chooser = value(choosers[0]) if choosers else None
        through = switched(node, None if chooser is MISSING else chooser)
        if through is not None:
            return self.follow(through, name, depth + 1) if isinstance(through, Link) else through
        if (text := joined(node, value)) is not None:
            return text
        if (result := calculated(node, value)) is not None:
            return result
        if calculates(node):
            return MISSING
        if (side := _side(node, name)) is not None:
            return side
        return self._plain(node, link.slot, name, value, depth)

    def _plain(self, node: Node, slot: int, name: str, value: Any, depth: int) -> Any:
        """The field that the node must mean: one of the same name, its only one, or a usual name."""
        told = _told(node, slot)
        for wanted in (told, name):
            key = _alike(node, wanted)
            if key is not None and _may_be(name, node.inputs[key]):
                return value(key)
            if wanted and wanted not in _TYPES:
                for key, link in node.links():
                    if is_pipe(self._graph, node, key, link):
                        found = self.follow(link, wanted, depth + 1)
                        if found is not MISSING:
                            return found
        if slot == 1 and node.output(1) == node.output(0) == "STRING":
            for key in ("text_negative", "negative", "negative_prompt"):
                if key in node.inputs:
                    return value(key)
        for key in _PLAIN:
            if key in node.inputs and _may_be(name, node.inputs[key]):
                return value(key)
        return self._only(node, slot, name, depth)

    def _only(self, node: Node, slot: int, name: str, depth: int) -> Any:
        """What a node can only mean: its only number, its only link, its only field."""
        carried = node.output(slot)
        if carried in {"INT", "FLOAT", "BOOLEAN"}:
            numbers = [v for v in node.inputs.values() if isinstance(v, int | float)]
            if len(numbers) == 1:
                # Megapixels or a share are no side: the node works the sides out when it runs.
                small = name in {"width", "height"} and numbers[0] < _SMALLEST_SIDE
                return MISSING if small else numbers[0]
        links = list(node.links())
        if len(links) == 1 and not is_pipe(self._graph, node, *links[0]):
            plain = {None, carried, "INT", "FLOAT", "STRING", "COMBO"}
            if self._graph.type_of(links[0][1]) in plain:
                return self.follow(links[0][1], name, depth + 1)
            return MISSING
        fields = [v for v in node.inputs.values() if not isinstance(v, Link)]
        alone = len(fields) == 1 and not links and _may_be(name, fields[0])
        return fields[0] if alone else MISSING


_TYPES = frozenset(
    {"int", "float", "string", "text", "value", "number", "seed", "boolean", "output", ""}
)
_WORDS = frozenset(
    {
        "sampler_name",
        "scheduler",
        "text",
        "text_g",
        "text_l",
        "clip_l",
        "clip_g",
        "t5xxl",
        "prompt",
        "string",
        "positive",
        "negative",
    }
)
_NUMBERS = frozenset(
    {
        "seed",
        "noise_seed",
        "steps",
        "cfg",
        "denoise",
        "width",
        "height",
        "batch_size",
        "start_at_step",
        "end_at_step",
    }
)


def _may_be(name: str, value: Any) -> bool:
    """Whether a value can be what an input called ``name`` takes."""
    if isinstance(value, Link):
        return True
    if name in _WORDS:
        return isinstance(value, str)
    if name in _NUMBERS:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        # Megapixels or a share are no side: the node works the sides out when it runs.
        small = name in {"width", "height"} and number and 0 < value < _SMALLEST_SIDE
        return number and not small
    return not isinstance(value, bool) or name in {"value", "boolean", "switch"}


def _alike(node: Node, wanted: str) -> str | None:
    """The input whose name says ``wanted``: the same name, else the only one that begins alike."""
    plain = wanted.casefold().replace(" ", "_")
    if not plain or plain in _TYPES - {"seed", "text", "value"}:
        return None
    names = {key: key.casefold().replace(" ", "_") for key in node.inputs}
    for key, name in names.items():
        if name == plain:
            return key
    alike = [
        k
        for k, name in names.items()
        if len(name) > 3 and (name.startswith(plain) or plain.startswith(name))
    ]
    return max(alike, key=len) if alike and len({len(k) for k in alike}) == len(alike) else None


def _told(node: Node, slot: int) -> str:
    """What the output itself says it is."""
    return node.output_name(slot).strip().casefold().replace(" ", "_")


def _side(node: Node, name: str) -> Any:
    """Width or height where a node states both in one text (``1024x768 (4:3)``)."""
    plain = name.casefold().replace("empty_latent_", "")
    if plain not in {"width", "height"}:
        return None
    sizes = size_of_shape(node) or sizes_in(node)
    return sizes[plain == "height"] if sizes else None


def sizes_in(node: Node) -> tuple[int, int] | None:
    """Width and height that a field of the node states in one text."""
    for key, value in node.inputs.items():
        if isinstance(value, str) and len(value) < 80 and (found := _SIZE.search(value)):
            if key.casefold() not in {
                "resolution",
                "dimensions",
                "aspect_ratio",
                "size",
                "preset",
                "ratio",
                "ratio_selected",
                "dimension",
                "image_size",
                "base_resolution",
            }:
                continue
            width, height = int(found.group(1)), int(found.group(2))
            swap = next(
                (
                    node.inputs[k]
                    for k in ("swap_dimensions", "invert", "swap", "orientation")
                    if k in node.inputs
                ),
                None,
            )
            if swap is True or swap in ("On", "on", "true"):
                width, height = height, width
            return width, height
    return None
