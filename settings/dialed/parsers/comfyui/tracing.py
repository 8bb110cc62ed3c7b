"""Which input of a node to follow: through switches, pipes, and nodes that nobody knows."""

from __future__ import annotations

import re
from typing import Any

from dialed.parsers.comfyui.graph import Graph, Link, Node

_PIPE = re.compile(
    r"pipe|ctx|context|(^|_)bus$|tuple|dependencies|bundle|settings?$|_config$", re.IGNORECASE
)
_SWITCH = re.compile(r"switch|selector|select|mux|any_?(to|index)", re.IGNORECASE)
_CHOOSERS = (
    "select",
    "index",
    "selected_index",
    "input",
    "Input",
    "switch",
    "boolean",
    "select_input",
    "choice",
)
_TRUE = re.compile(r"(on_)?true$|^yes$", re.IGNORECASE)
_FALSE = re.compile(r"(on_)?false$|^no$", re.IGNORECASE)


def is_pipe(graph: Graph, node: Node, name: str, link: Link) -> bool:
    """Whether an input carries many things at once."""
    carried = graph.type_of(link) or node.type_of(name) or ""
    return bool(_PIPE.search(carried) or (carried in {"", "*"} and _PIPE.search(name)))


def switched(node: Node, chooser: Any = None) -> Any:
    """What a switch hands on: a link, a value, or None where ``node`` is no switch.

    Args:
        node: A node.
        chooser: The value of its choosing field where that is linked, already followed.
    """
    if not _SWITCH.search(node.kind):
        return None
    fields = [n for n in _CHOOSERS if n in node.inputs and not isinstance(node.inputs[n], Link)]
    chosen = chooser if chooser is not None else node.inputs[fields[0]] if fields else None
    choices = [name for name in node.inputs if name not in _CHOOSERS]
    if isinstance(chosen, bool):
        wanted = _TRUE if chosen else _FALSE
        named = [name for name in choices if wanted.search(name)]
        return node.inputs[named[0]] if named else None
    if isinstance(chosen, int):
        numbered: dict[int, str] = {}
        for name in choices:
            if digits := re.search(r"(\d+)$", name):
                numbered.setdefault(int(digits.group(1)), name)
        chosen_name = numbered.get(chosen)
        return node.inputs[chosen_name] if chosen_name is not None else None
    links = [value for name, value in node.links() if name in choices]
    return links[0] if links else None


def back(graph: Graph, node: Node, slot: int, wanted: str, role: str = "") -> list[Link]:
    """Where a node that only hands things on has ``wanted`` from, likeliest first.

    Args:
        graph: The graph.
        node: The node.
        slot: The output that was reached.
        wanted: Type of the thing.
        role: ``positive`` or ``negative``, where a node may have both.
    """
    through = switched(node)
    if isinstance(through, Link):
        return [through]
    found = graph.inputs_of_type(node, wanted)
    if role and len(found) > 1:
        found = _of_role(node, slot, found, role)
    links = [link for _, link in found]
    if links:
        return links
    pipes = [link for name, link in node.links() if is_pipe(graph, node, name, link)]
    if pipes:
        return pipes
    everything = list(node.links())
    if len(everything) == 1 and graph.type_of(everything[0][1]) in {None, wanted, "*"}:
        return [everything[0][1]]
    return []


def _of_role(
    node: Node, slot: int, found: list[tuple[str, Link]], role: str
) -> list[tuple[str, Link]]:
    other = "negative" if role == "positive" else "positive"
    names = [name.casefold() for name, _ in found]
    if not any(role in name for name in names) or not any(other in name for name in names):
        of_role = [row for row, name in zip(found, names, strict=True) if role in name]
        return of_role or found
    outputs = [place for place in range(12) if node.output(place) == "CONDITIONING"]
    if len(outputs) == 2 and slot in outputs:
        role = ("positive", "negative")[outputs.index(slot)]
    return [row for row, name in zip(found, names, strict=True) if role in name]
