"""Adapters that a node loads: by fields, by numbered fields of a stack, by rows, or by tags in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dialed.generation import Lora
from dialed.parsers.comfyui.graph import Graph, Node
from dialed.parsers.comfyui.node_facts import is_weight_file
from dialed.parsers.comfyui.scalars import MISSING, Values

_NAME = re.compile(
    r"^(?:lora|lora_name|loraname|lora_file|add_lora|name)(?:_|\s)?(\d*)(?:_name)?$", re.IGNORECASE
)
_TAG = re.compile(r"<lora:([^:<>]{1,200})(?::(-?[\d.]{1,12}))?(?::(-?[\d.]{1,12}))?>")
_STACKS = re.compile(r"lora_?stack|^lora$|^loras$|lora_params", re.IGNORECASE)
NONE = frozenset({"", "none", "None", "[None]", "NONE", "null"})
MOST_LORAS = 500


def loras_of(graph: Graph, values: Values, node: Node) -> list[Lora]:
    """The adapters that ``node`` itself adds, in its order, with those of the stacks linked to it first."""
    found: list[Lora] = []
    stacks = [
        link
        for name, link in node.links()
        if _STACKS.search(name) or graph.type_of(link) == "LORA_STACK"
    ]
    seen: set[str] = set()
    chain: list[Node] = []
    while stacks and len(seen) < 100:
        stack = graph.origin(stacks.pop(0))
        if stack is None or stack.id in seen:
            continue
        seen.add(stack.id)
        chain.insert(0, stack)
        stacks += [
            link
            for name, link in stack.links()
            if _STACKS.search(name) or graph.type_of(link) == "LORA_STACK"
        ]
    for each in (*chain, node):
        found += _own(values, each, stacked=each is not node)
    return found[:MOST_LORAS]


def _own(values: Values, node: Node, *, stacked: bool) -> Iterator[Lora]:
    kind = node.kind.casefold()
    about = "lora" in kind or stacked
    yield from _listed(node)
    if about and not isinstance(node.inputs.get("loras"), list | Mapping):
        for key in ("text", "lora_syntax", "populated_text"):
            text = node.inputs.get(key)
            if isinstance(text, str):
                yield from (Lora(n, _number(w), _number(t)) for n, w, t in _TAG.findall(text))
    elif "wildcard" in kind and isinstance(text := node.inputs.get("populated_text"), str):
        yield from (Lora(n, _number(w), _number(t)) for n, w, t in _TAG.findall(text))
    if about and is_weight_file(file := node.inputs.get("file_name")):
        yield Lora(str(file), _number(node.inputs.get("value")))  # a loader that nobody knows
    limit = node.inputs.get("lora_count", node.inputs.get("num_loras"))
    numbered = _numbered(node)
    for name in list(node.inputs):
        match = _NAME.match(name)
        if match is None or (name.casefold() == "name" and not about):
            continue
        suffix = match.group(1)
        file = values.of(node, name)
        if not isinstance(file, str) or file in NONE or "<lora:" in file or _off(node, suffix):
            continue
        if suffix and isinstance(limit, int) and int(suffix) > limit:
            continue
        weight, clip = _weights(values, node, numbered.get(suffix.lstrip("0"), []))
        yield Lora(file, weight, clip)


def _listed(node: Node) -> Iterator[Lora]:
    """Adapters that stand in lists and rows of their own."""
    for name, given in node.inputs.items():
        if isinstance(given, Mapping) and isinstance(given.get("lora"), str):
            if given.get("on", True) is not False and given["lora"] not in NONE:
                yield Lora(
                    given["lora"], _number(given.get("strength")), _number(given.get("strengthTwo"))
                )
        elif isinstance(given, list) and name == "loras":
            yield from _rows(given)
        elif name == "lora_names" and isinstance(given, str):
            names = [each.strip() for each in given.split(",")]
            weights = str(node.inputs.get("lora_weights", "")).split(",")
            for place, each in enumerate(names):
                if each not in NONE:
                    yield Lora(each, _number(weights[place]) if place < len(weights) else None)


def _rows(rows: list[Any]) -> Iterator[Lora]:
    for row in rows:
        if (
            isinstance(row, Mapping)
            and isinstance(row.get("name"), str)
            and row.get("active", True)
        ):
            weight = _number(row.get("strength"))
            clip = _number(row.get("clipStrength"))
            yield Lora(row["name"], weight, clip)


def _off(node: Node, suffix: str) -> bool:
    for name in (
        f"switch_{suffix}",
        f"enabled_{suffix}",
        f"lora_{suffix}_enabled",
        f"switch{suffix}",
        "toggle",
    ):
        if node.inputs.get(name) in (False, "Off", "off", "disable"):
            return True
    return False


def _numbered(node: Node) -> dict[str, list[str]]:
    """The inputs of a node by the number in their name."""
    found: dict[str, list[str]] = {}
    for name in node.inputs:
        found.setdefault(re.sub(r"\D", "", name).lstrip("0"), []).append(name)
    return found


def _weights(values: Values, node: Node, numbered: list[str]) -> tuple[float | None, float | None]:
    """Weights on the denoiser and on the text encoder, among the inputs of one number."""
    named = [n for n in numbered if re.search(r"str|weight|wt|multiplier", n, re.IGNORECASE)]
    simple = node.inputs.get("input_mode") == "simple" or node.inputs.get("mode") == "simple"
    clip = [n for n in named if "clip" in n.casefold() or "_te" in n.casefold()]
    plain = [n for n in named if n not in clip]
    if simple:
        clip = []
        plain = [n for n in plain if "model" not in n.casefold()] or plain
    elif clip:
        plain = [n for n in plain if "model" in n.casefold()] or plain

    def number(names: list[str]) -> float | None:
        if not names:
            return None
        value = values.of(node, names[0])
        return None if value is MISSING else _number(value)

    return number(plain), number(clip)


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
