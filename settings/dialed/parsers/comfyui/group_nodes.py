"""Group nodes of older workflows: one node that stands for several, defined in ``extra.groupNodes``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialed.parsers.comfyui.node_facts import VALUE_TYPES, facts_of
from dialed.parsers.comfyui.saved_nodes import a_list, clean_nodes

MOST_INNER = 200
PREFIXES = ("workflow>", "workflow/")


def expanded(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """``value`` with each group node opened as if it were a subgraph; unchanged where it has none."""
    extra = value.get("extra")
    groups = extra.get("groupNodes") if isinstance(extra, Mapping) else None
    if not isinstance(groups, Mapping) or not groups:
        return value
    nodes: list[Any] = []
    links = [list(link) if isinstance(link, list) else link for link in a_list(value.get("links"))]
    most = 1 + max((link[0] for link in links if _is_row(link) and type(link[0]) is int), default=0)
    for node in clean_nodes(value.get("nodes")):
        prefix = next((p for p in PREFIXES if node["type"].startswith(p)), None)
        group = groups.get(node["type"].removeprefix(prefix)) if prefix else None
        if not isinstance(group, Mapping):
            nodes.append(node)
            continue
        opened, wired = _opened(node, group, most)
        nodes += opened
        most += len(wired) + 1
        for link in links:
            if _is_row(link) and link[1] == node["id"]:
                _reroute_output(link, opened, group)
        links += wired
    return {**value, "nodes": nodes, "links": links}


def _is_row(link: Any) -> bool:
    return isinstance(link, list) and len(link) >= 5


def _opened(
    node: Mapping[str, Any], group: Mapping[str, Any], first: int
) -> tuple[list[dict[str, Any]], list[list[Any]]]:
    """The inner nodes, with the group's links and values, and the links between them."""
    inner = clean_nodes(a_list(group.get("nodes"))[:MOST_INNER])
    links: list[list[Any]] = []
    linked: set[tuple[int, int]] = set()
    for place, each in enumerate(inner):
        each["id"] = f"{node['id']}:{place}"
        each["mode"] = node["mode"]
        for given in each["inputs"]:
            given["link"] = None
    for row in a_list(group.get("links")):
        if not (_is_row(row) and all(type(n) is int for n in row[:4])):
            continue
        origin, slot, target, target_slot = row[:4]
        if not (0 <= origin < len(inner) and 0 <= target < len(inner)):
            continue
        if not 0 <= target_slot < len(inner[target]["inputs"]):
            continue
        number = first + len(links)
        links.append([number, inner[origin]["id"], slot, inner[target]["id"], target_slot])
        inner[target]["inputs"][target_slot]["link"] = number
        linked.add((target, target_slot))
    # The group's own inputs are what is not linked inside, in the order of the inner nodes.
    outside = iter(node["inputs"])
    for place, each in enumerate(inner):
        for slot, given in enumerate(each["inputs"]):
            if (place, slot) not in linked and given["widget"] is None:
                source = next(outside, None)
                given["link"] = source["link"] if source is not None else None
    values = node["widgets_values"]
    if isinstance(values, list):
        start = 0
        for each in inner:
            own = each["widgets_values"]
            count = len(own) if isinstance(own, list) else _fields(each)
            if count and start + count <= len(values):
                each["widgets_values"] = values[start : start + count]
            start += count
    return inner, links


def _rows(group: Mapping[str, Any], name: str) -> list[list[Any]]:
    rows = a_list(group.get(name))
    return [
        row
        for row in rows
        if isinstance(row, list) and all(type(n) is int for n in row[:2]) and row[1:]
    ]


def _fields(node: Mapping[str, Any]) -> int:
    facts = facts_of(node["type"])
    return sum(type_ in VALUE_TYPES | {"CONTROL"} for _, type_ in facts.fields()) if facts else 0


def _reroute_output(
    link: list[Any], opened: list[dict[str, Any]], group: Mapping[str, Any]
) -> None:
    """Let a link from the group come from the inner node whose output it is."""
    inside = {(row[0], row[1]) for row in _rows(group, "links")}
    external = {(row[0], row[1]) for row in _rows(group, "external")}
    free = [
        (place, slot)
        for place, each in enumerate(opened)
        for slot, _ in enumerate(each["outputs"])
        if (place, slot) not in inside or (place, slot) in external
    ]
    if type(link[2]) is int and 0 <= link[2] < len(free):
        place, slot = free[link[2]]
        link[1], link[2] = opened[place]["id"], slot
