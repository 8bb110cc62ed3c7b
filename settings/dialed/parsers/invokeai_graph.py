"""InvokeAI's graph of nodes, where a picture carries no flat metadata: enough of it to tell the settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_CORE = "core_metadata"
_FIELDS = (
    "steps",
    "num_steps",
    "cfg_scale",
    "guidance",
    "scheduler",
    "seed",
    "width",
    "height",
    "clip_skip",
    "denoising_start",
    "cfg_rescale_multiplier",
)
_MOST_NODES = 5000


def is_graph(value: Mapping[str, Any]) -> bool:
    """Whether ``value`` is such a graph: nodes by id, each with a type, and edges between fields."""
    nodes, edges = value.get("nodes"), value.get("edges")
    if not isinstance(nodes, Mapping) or not isinstance(edges, list):
        return False
    first = next(iter(nodes.values()), None)
    return isinstance(first, Mapping) and isinstance(first.get("type"), str)


def core_of(graph: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a graph under the names of the flat metadata.

    A node that gathers metadata is believed; without one the nodes that denoise, make noise and read the prompt
    are asked. A value that comes over an edge is taken from the node at its other end.
    """
    nodes = {
        str(key): node
        for key, node in list(graph["nodes"].items())[:_MOST_NODES]
        if isinstance(node, Mapping)
    }
    sources = _sources(graph["edges"])
    for key, node in nodes.items():
        if node.get("type") == _CORE:
            return _core(key, node, nodes, sources)
    found: dict[str, Any] = {}
    for key, node in nodes.items():
        kind = str(node.get("type", ""))
        if "denoise" in kind or kind in {"noise", "t2l", "l2l", "txt2img", "clip_skip"}:
            for field in _FIELDS:
                value = _value(key, field, nodes, sources)
                if value is not None:
                    found.setdefault("steps" if field == "num_steps" else field, value)
        if "denoise" in kind or kind in {"t2l", "l2l"}:
            _prompts(key, nodes, sources, found)
        if kind.endswith("model_loader") and isinstance(node.get("model"), Mapping | str):
            found.setdefault("vae" if kind.startswith("vae") else "model", node["model"])
    return found


Ends = Mapping[tuple[str, str], tuple[str, str]]


def _sources(edges: list[Any]) -> dict[tuple[str, str], tuple[str, str]]:
    """(node, field) at the end of an edge -> (node, field) at its beginning."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for edge in edges:
        ends = [
            edge.get(name) if isinstance(edge, Mapping) else None
            for name in ("source", "destination")
        ]
        if all(isinstance(end, Mapping) for end in ends):
            (from_node, from_field), (to_node, to_field) = (
                (str(end.get("node_id")), str(end.get("field"))) for end in ends if end is not None
            )
            found.setdefault((to_node, to_field), (from_node, from_field))
    return found


def _core(
    key: str, node: Mapping[str, Any], nodes: Mapping[str, Mapping[str, Any]], sources: Ends
) -> dict[str, Any]:
    aside = {"id", "type", "is_intermediate", "use_cache", "workflow"}
    found = {name: value for name, value in node.items() if name not in aside and value is not None}
    for to_node, field in sources:
        if to_node == key and (value := _value(key, field, nodes, sources)) is not None:
            found[field] = value
    return found


def _value(key: str, field: str, nodes: Mapping[str, Mapping[str, Any]], sources: Ends) -> Any:
    """The value of a field, followed over a few edges to the node that states it."""
    for _ in range(8):
        source = sources.get((key, field))
        if source is None:
            value = nodes.get(key, {}).get(field)
            return value if isinstance(value, str | int | float | Mapping) else None
        key, field = source[0], source[1]
        if field in {"value", "item"} and (key, field) not in sources:
            node = nodes.get(key, {})
            return next((node[n] for n in ("value", "item", "a") if n in node), None)
    return None


def _prompts(
    key: str, nodes: Mapping[str, Mapping[str, Any]], sources: Ends, found: dict[str, Any]
) -> None:
    for ends, name in (
        (("positive_conditioning", "positive_text_conditioning"), "positive_prompt"),
        (("negative_conditioning", "negative_text_conditioning"), "negative_prompt"),
    ):
        for end in ends:
            source = sources.get((key, end))
            for _ in range(8):  # through collectors to the node that reads the prompt
                if source is None:
                    break
                text = _value(source[0], "prompt", nodes, sources)
                if isinstance(text, str):
                    found.setdefault(name, text)
                    break
                source = sources.get((source[0], "item"))
