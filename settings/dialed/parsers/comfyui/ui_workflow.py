"""Workflows of the interface: ``{"nodes": [...], "links": [...]}``, versions 0.4 and 1, with subgraphs.

What the interface does before it sends a graph is done here too: muted nodes are left out, bypassed ones are
passed through, and nodes that only the interface knows (reroutes, primitives, set and get) disappear.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dialed.errors import PayloadError
from dialed.parsers.comfyui.graph import MOST_NODES, Graph, Link, Node
from dialed.parsers.comfyui.group_nodes import expanded
from dialed.parsers.comfyui.saved_nodes import a_list, an_id
from dialed.parsers.comfyui.scopes import (
    BYPASSED,
    GETTERS,
    MUTED,
    REROUTES,
    SETTERS,
    Constant,
    Scope,
    Wiring,
    read_scope,
)
from dialed.parsers.comfyui.widget_values import named_values

VIRTUAL = frozenset({"PrimitiveNode", "Note", "MarkdownNote"}) | GETTERS | SETTERS | REROUTES
DEEPEST = 20
"""Subgraphs within subgraphs that are opened: nobody nests deeper, and a loop of definitions ends."""


def read_workflow(value: Mapping[str, Any]) -> Graph:
    """Read a workflow into the graph that ComfyUI would run.

    Raises:
        PayloadError: It has more nodes than any graph that a person makes.
    """
    graph = Graph()
    wiring = Wiring()
    scopes = list(_scopes(value, wiring))
    if sum(len(scope.nodes) for scope in scopes) > MOST_NODES:
        raise PayloadError(f"a workflow of more than {MOST_NODES} nodes is not read")
    for scope in scopes:
        for identifier, given in scope.nodes.items():
            if given["type"] in VIRTUAL or given["mode"] in {MUTED, BYPASSED} or scope.off:
                continue
            if identifier in scope.inner:
                continue  # an opened subgraph: its own nodes stand for it
            graph.add(_node(scope, identifier, given, wiring))
    _feed_as_told(graph, value, scopes[0])
    for node in graph.nodes.values():
        for name, link in list(node.links()):
            if link.node not in graph.nodes:
                graph.problem(f"node {node.id}", f"{name} is linked to a node that does not run")
                del node.inputs[name]
    return graph


def _feed_as_told(graph: Graph, value: Mapping[str, Any], scope: Scope) -> None:
    """Add the links that "Anything Everywhere" nodes make, where the workflow lists them."""
    extra = value.get("extra")
    for row in a_list(extra.get("ue_links")) if isinstance(extra, Mapping) else ():
        if not isinstance(row, Mapping):
            continue
        node = graph.nodes.get(an_id(row.get("downstream")) or "")
        slot, origin, out = (
            row.get("downstream_slot"),
            an_id(row.get("upstream")),
            row.get("upstream_slot"),
        )
        if (
            node is None
            or origin not in graph.nodes
            or type(slot) is not int
            or type(out) is not int
        ):
            continue
        inputs = scope.nodes[node.id]["inputs"]
        if 0 <= slot < len(inputs) and inputs[slot]["link"] is None:
            node.inputs[inputs[slot]["name"]] = Link(origin, out)


def _scopes(value: Mapping[str, Any], wiring: Wiring) -> Iterator[Scope]:
    """The outermost level and every subgraph that is used, once for each use."""
    definitions: dict[str, Mapping[str, Any]] = {}
    held = value.get("definitions")
    for each in a_list(held.get("subgraphs")) if isinstance(held, Mapping) else ():
        if isinstance(each, Mapping) and isinstance(each.get("id"), str):
            definitions[each["id"]] = each
    opened = 0
    waiting = [(read_scope(expanded(value), "", None), 0)]
    while waiting:
        scope, depth = waiting.pop()
        wiring.add(scope)
        yield scope
        for identifier, node in scope.nodes.items():
            definition = definitions.get(node["type"])
            if definition is None or depth >= DEEPEST:
                continue
            opened += len(a_list(definition.get("nodes")))
            if opened > MOST_NODES:
                raise PayloadError(f"a workflow of more than {MOST_NODES} nodes is not read")
            inner = read_scope(definition, f"{scope.path}{identifier}:", (scope, identifier))
            inner.off = scope.off or node["mode"] in {MUTED, BYPASSED}
            scope.inner[identifier] = inner
            waiting.append((inner, depth + 1))


def _node(scope: Scope, identifier: str, given: Mapping[str, Any], wiring: Wiring) -> Node:
    listed, kind = given["inputs"], given["type"]
    node = Node(scope.path + identifier, kind, {}, title=given["title"])
    node.outputs = tuple(each["type"] for each in given["outputs"])
    node.names = tuple(each["name"] for each in given["outputs"])
    node.inputs.update(named_values(kind, given["widgets_values"], listed))
    for each in listed:
        name, link = each["name"], each["link"]
        node.types.setdefault(name, each["type"])
        if link is None:
            continue
        found = wiring.origin(scope, link)
        if isinstance(node.inputs.get(name), Link):
            name = f"{name} {len(node.inputs) + 1}"  # several inputs may bear one name
        if isinstance(found, Constant):
            node.inputs[name] = found.value
        elif found is not None:
            node.inputs[name] = Link(found.node, found.slot)
        # A link from nowhere leaves the field's own value, as the interface does.
    return node
