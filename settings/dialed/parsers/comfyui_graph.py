"""ComfyUI: API graphs and workflows, as a mapping, as JSON text, and in what they come wrapped in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialed.errors import PayloadError
from dialed.generation import Generation
from dialed.graph_shape import find_graph
from dialed.parsers.comfyui.api_graph import read_api_graph
from dialed.parsers.comfyui.beside_graph import with_what_stands_beside
from dialed.parsers.comfyui.everywhere import feed
from dialed.parsers.comfyui.reading import read_graph
from dialed.parsers.comfyui.ui_workflow import read_workflow

if TYPE_CHECKING:
    from dialed.parsing import Written
    from dialed.record_registry import Registry

DIALECTS = ("comfyui",)


def recognise(value: Written, registry: Registry) -> tuple[str, ...]:
    """``comfyui`` where ``value`` is or wraps a graph of nodes."""
    del registry
    if isinstance(value, str):
        return ()  # JSON text has been opened before
    return DIALECTS if find_graph(value) is not None else ()


def parse_as(value: Written, dialect: str, registry: Registry) -> Generation:
    """Read a graph.

    Raises:
        PayloadError: There is no graph in it, or one that no person made.
    """
    del dialect
    found = find_graph(value)
    if found is None:
        raise PayloadError(
            "no graph of ComfyUI: expected nodes with a class_type, or a workflow with nodes and links"
        )
    graph = read_api_graph(found.value) if found.kind == "api" else read_workflow(found.value)
    feed(graph)
    return with_what_stands_beside(read_graph(graph, registry), found.value, registry)
