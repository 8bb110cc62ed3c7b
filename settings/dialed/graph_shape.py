"""The shape by which a graph of ComfyUI is told from settings, and what graphs come wrapped in.

A request's body, the texts of a PNG and an entry of the history hold a graph too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from dialed.bounded_json import read_json
from dialed.errors import PayloadError

DEEPEST = 5
KEYS = ("prompt", "output", "workflow", "extra_pnginfo", "extra_data", "graph", "input")
"""Members that hold a graph, those that say what ran before those that say what was drawn."""


class Found(NamedTuple):
    """A graph and its kind."""

    kind: Literal["api", "ui"]
    value: Mapping[str, Any]


def is_api_graph(value: object) -> bool:
    """Whether ``value`` looks like an API graph: most of its members are nodes with a class."""
    if not isinstance(value, Mapping) or not value:
        return False
    nodes = sum(
        isinstance(v, Mapping) and isinstance(v.get("class_type"), str) for v in value.values()
    )
    return 2 * nodes > len(value) or (nodes > 0 and len(value) <= 4)


def is_workflow(value: object) -> bool:
    """Whether ``value`` looks like a workflow of the interface."""
    return (
        isinstance(value, Mapping)
        and isinstance(value.get("nodes"), list)
        and isinstance(value.get("links", []), list)
        and any(isinstance(node, Mapping) and "type" in node for node in value["nodes"][:50])
    )


def _opened(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
        try:
            return read_json(value, forgiving=True)
        except PayloadError:
            return None
    return value


def _graphs(value: Any, depth: int) -> Iterator[Found]:
    if depth > DEEPEST:
        return
    value = _opened(value)
    if isinstance(value, list):
        # An entry of the history or the queue: number, id, graph, extra data, outputs.
        for each in value[:6]:
            if isinstance(each, Mapping):
                yield from _graphs(each, depth + 1)
        return
    if not isinstance(value, Mapping):
        return
    if is_workflow(value):
        yield Found("ui", value)
    elif is_api_graph(value):
        yield Found("api", value)
    else:
        for key in KEYS:
            if isinstance(value.get(key), Mapping | list | str):
                yield from _graphs(value[key], depth + 1)
        if len(value) == 1:
            yield from _graphs(next(iter(value.values())), depth + 1)


def find_graph(value: Any) -> Found | None:
    """The graph in ``value``: the API graph where there is one, for it says what ran."""
    workflow: Found | None = None
    for found in _graphs(value, 0):
        if found.kind == "api":
            return found
        workflow = workflow or found
    return workflow


def is_graph(payload: Mapping[str, Any]) -> bool:
    """Whether a mapping is or wraps a graph; settings, which are mostly plain values, are told apart at once."""
    nested = any(isinstance(value, (dict, list)) for value in payload.values())
    return nested and find_graph(payload) is not None
