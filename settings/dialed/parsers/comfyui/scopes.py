"""Levels of a workflow (the outermost, and each use of a subgraph) and where their links really come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from dialed.parsers.comfyui.graph import MOST_NODES, Link
from dialed.parsers.comfyui.saved_nodes import a_list, an_id, clean_nodes
from dialed.parsers.comfyui.widget_values import named_values

MUTED, BYPASSED = 2, 4
INPUTS, OUTPUTS = "-10", "-20"
"""Ids of the two ends of a subgraph: what comes in and what goes out."""

GETTERS = frozenset({"GetNode", "easy getNode"})
SETTERS = frozenset({"SetNode", "easy setNode"})
REROUTES = frozenset({"Reroute", "Reroute (rgthree)", "ReroutePrimitive|pysssss"})


class Constant(NamedTuple):
    """A value that a link carries: from a primitive, or from a field of a subgraph."""

    value: Any


class Scope:
    """One level.

    Attributes:
        path: What the ids of its nodes begin with.
        nodes: Node by id.
        links: (origin, slot, target, target slot) by id.
        outer: The level around it and the node that stands for it there.
        inner: The levels of the subgraphs used in it, by the id of the node that stands for them.
        ends: For each output of a subgraph the link that feeds it.
        names: Names of a subgraph's inputs.
        off: Whether it is part of something muted or bypassed.
    """

    def __init__(self, path: str, outer: tuple[Scope, str] | None) -> None:
        self.path, self.outer = path, outer
        self.nodes: dict[str, Mapping[str, Any]] = {}
        self.links: dict[str, tuple[str, int, str, int]] = {}
        self.inner: dict[str, Scope] = {}
        self.ends: dict[int, str] = {}
        self.names: list[str] = []
        self.off = False


def _slot(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def read_scope(value: Mapping[str, Any], path: str, outer: tuple[Scope, str] | None) -> Scope:
    """Read the nodes and links of one level; what is none is left out."""
    scope = Scope(path, outer)
    for node in clean_nodes(value.get("nodes")):
        if (identifier := an_id(node["id"])) is not None:
            scope.nodes[identifier] = node
    for link in a_list(value.get("links")):
        if isinstance(link, Mapping):
            row = [
                link.get(k) for k in ("id", "origin_id", "origin_slot", "target_id", "target_slot")
            ]
        elif isinstance(link, list) and len(link) >= 5:
            row = link[:5]
        else:
            continue
        name, origin, target = an_id(row[0]), an_id(row[1]), an_id(row[3])
        if name is None or origin is None or target is None:
            continue
        scope.links[name] = (origin, _slot(row[2]), target, _slot(row[4]))
        if target == OUTPUTS:
            scope.ends[_slot(row[4])] = name
    for each in a_list(value.get("inputs")):
        scope.names.append(str(each.get("name")) if isinstance(each, Mapping) else "")
    return scope


class Wiring:
    """Follows links through all that only the interface knows."""

    def __init__(self) -> None:
        self._set: dict[str, tuple[Scope, str]] = {}
        self._known: dict[tuple[int, str], Link | Constant | None] = {}

    def add(self, scope: Scope) -> None:
        """Note the named places (SetNode) of a level."""
        for identifier, node in scope.nodes.items():
            values = node["widgets_values"]
            if node["type"] in SETTERS and isinstance(values, list) and values:
                self._set.setdefault(str(values[0]), (scope, identifier))

    def origin(self, scope: Scope, link: str) -> Link | Constant | None:
        """Where ``link`` really comes from; None where from nothing that runs."""
        trail: dict[tuple[int, str], None] = {}
        found: Link | Constant | None = None
        while True:
            key = (id(scope), link)
            if key in trail or len(trail) > MOST_NODES:
                break  # a circle
            if key in self._known:
                found = self._known[key]
                break
            trail[key] = None
            step = self._step(scope, link)
            if not isinstance(step, tuple) or isinstance(step, Link | Constant):
                found = step
                break
            scope, link = step
        for key in trail:
            self._known[key] = found
        return found

    def _step(self, scope: Scope, link: str) -> Link | Constant | tuple[Scope, str] | None:
        """One step back: the origin, or the link to go on with."""
        row = scope.links.get(link)
        if row is None:
            return None
        identifier, slot, _target, _target_slot = row
        if identifier == INPUTS and scope.outer is not None:
            return self._from_outside(scope, slot)
        node = scope.nodes.get(identifier)
        if node is None:
            return None
        kind, mode = node["type"], node["mode"]
        if mode == MUTED:
            return None
        if mode == BYPASSED:
            return _through(scope, node, slot)
        if identifier in scope.inner:
            inner = scope.inner[identifier]
            return (inner, inner.ends[slot]) if slot in inner.ends else None
        if kind in REROUTES:
            return _first(scope, node)
        if kind in GETTERS:
            values = node["widgets_values"]
            name = str(values[0]) if isinstance(values, list) and values else ""
            place = self._set.get(name)
            return _first(place[0], place[0].nodes[place[1]]) if place else None
        if kind in SETTERS:
            return _first(scope, node)
        if kind == "PrimitiveNode":
            values = node["widgets_values"]
            return Constant(values[0]) if isinstance(values, list) and values else None
        return Link(scope.path + identifier, slot)

    def _from_outside(self, scope: Scope, slot: int) -> Constant | tuple[Scope, str] | None:
        if scope.outer is None:
            return None
        outer, identifier = scope.outer
        node = outer.nodes[identifier]
        name = scope.names[slot] if 0 <= slot < len(scope.names) else None
        inputs = node["inputs"]
        chosen = next((each for each in inputs if each["name"] == name), None)
        if chosen is None and 0 <= slot < len(inputs):
            chosen = inputs[slot]
        if chosen is None:
            return None
        link = chosen["link"]
        if link is not None:
            return outer, link
        if chosen["widget"] is not None:
            # A field of the subgraph's own node stands for the field inside.
            values = named_values("", node["widgets_values"], inputs)
            if chosen["widget"] in values:
                return Constant(values[chosen["widget"]])
        return None


def _first(scope: Scope, node: Mapping[str, Any]) -> tuple[Scope, str] | None:
    for each in node["inputs"]:
        if (link := each["link"]) is not None:
            return scope, link
    return None


def _through(scope: Scope, node: Mapping[str, Any], slot: int) -> tuple[Scope, str] | None:
    """What a bypassed node hands on: an input of the output's type, the one at the same place first."""
    outputs = node["outputs"]
    wanted = outputs[slot]["type"] if 0 <= slot < len(outputs) else "*"
    inputs = node["inputs"]
    rated = sorted(range(len(inputs)), key=lambda place: place != slot)
    for place in rated:
        each = inputs[place]
        if each["type"] in {wanted, "*"} or wanted == "*":
            link = each["link"]
            if link is not None:
                return scope, link
            if place == slot:
                continue
    return None
