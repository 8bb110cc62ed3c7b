"""What graphs come wrapped in: a request's body, the texts of a PNG, an entry of the history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from dialed.bounded_json import read_json
from dialed.errors import PayloadError
from dialed.parsers.comfyui.api_graph import is_api_graph
from dialed.parsers.comfyui.ui_workflow import is_workflow

DEEPEST = 5
KEYS = ("prompt", "output", "workflow", "extra_pnginfo", "extra_data", "graph", "input")
"""Members that hold a graph, those that say what ran before those that say what was drawn."""


class Found(NamedTuple):
    """A graph and its kind."""

    kind: Literal["api", "ui"]
    value: Mapping[str, Any]


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
