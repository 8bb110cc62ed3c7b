"""API graphs: ``{"3": {"class_type": "KSampler", "inputs": {"seed": 1, "model": ["4", 0]}}}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialed.errors import PayloadError, shown
from dialed.parsers.comfyui.beside_graph import BESIDE
from dialed.parsers.comfyui.graph import MOST_NODES, Graph, Link, Node


def _link(value: Any) -> Link | None:
    """A list of a node's id and the number of its output is a link; no other value is a list of two."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    node, slot = value
    if isinstance(node, bool) or isinstance(slot, bool) or not isinstance(node, str | int):
        return None
    if isinstance(slot, float) and slot.is_integer():
        slot = int(slot)
    return Link(str(node), slot) if isinstance(slot, int) else None


def read_api_graph(value: Mapping[str, Any]) -> Graph:
    """Read an API graph; nodes that are none are left out, with a problem each.

    Raises:
        PayloadError: It has more nodes than any graph that a person makes.
    """
    if len(value) > MOST_NODES:
        raise PayloadError(f"a graph of {len(value)} nodes: more than {MOST_NODES} are not read")
    graph = Graph()
    for identifier, each in value.items():
        if identifier in BESIDE:
            continue
        kind = each.get("class_type") if isinstance(each, Mapping) else None
        if not isinstance(kind, str):
            graph.problem(f"node {identifier}", f"has no class_type but {shown(each)}; left out")
            continue
        inputs = each.get("inputs")
        if not isinstance(inputs, Mapping):
            graph.problem(f"node {identifier}", f"its inputs are {shown(inputs)}, not a mapping")
            inputs = {}
        meta = each.get("_meta")
        title = meta.get("title") if isinstance(meta, Mapping) else None
        node = Node(str(identifier), kind, {}, title=title if isinstance(title, str) else "")
        for name, given in inputs.items():
            link = _link(given)
            wrapped = isinstance(given, Mapping) and set(given) == {"__value__"}
            plain = given["__value__"] if wrapped else given  # so the interface writes a list
            node.inputs[str(name)] = plain if link is None else link
        graph.add(node)
    for node in graph.nodes.values():
        for name, link in list(node.links()):
            if link.node not in graph.nodes:
                graph.problem(
                    f"node {node.id}", f"{name} comes from node {link.node}, which is not there"
                )
                del node.inputs[name]
    return graph
