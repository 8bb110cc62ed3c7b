"""Building an API graph of ComfyUI node by node, each checked against what is known of its class."""

from __future__ import annotations

from typing import Any

from dialed.parsers.comfyui.node_facts import Input, facts_of, names_of
from dialed.value_conversion import number

Out = list[Any]
"""A link: id of a node and the number of its output."""


class GraphBuilder:
    """An API graph in the making. Ids count up from "1"."""

    def __init__(self) -> None:
        self.nodes: dict[str, dict[str, Any]] = {}

    def add(self, kind: str, title: str = "", **inputs: Any) -> str:
        """Add a node and return its id; inputs that are left out and have a default get it.

        Raises:
            ValueError: A required input is missing: the writer is wrong, not the settings.
        """
        facts = facts_of(kind)
        if facts is None:
            raise ValueError(f"nothing is known of the node {kind}")
        given: dict[str, Any] = {}
        for each in facts.inputs:
            if each.name in inputs:
                given[each.name] = inputs[each.name]
            elif "default" in each.facts and not each.facts.get("optional"):
                given[each.name] = each.facts["default"]
            elif not each.facts.get("optional"):
                raise ValueError(f"{kind} needs {each.name}")
        identifier = str(len(self.nodes) + 1)
        self.nodes[identifier] = {"class_type": kind, "inputs": given}
        if title:
            self.nodes[identifier]["_meta"] = {"title": title}
        return identifier

    def out(self, identifier: str, type_: str) -> Out:
        """The first output of that type of a node."""
        facts = facts_of(self.nodes[identifier]["class_type"])
        return [identifier, facts.outputs.index(type_) if facts is not None else 0]


def refusal(kind: str, name: str, value: Any) -> str | None:
    """Why ComfyUI would refuse ``value`` in that input, or None where it takes it.

    The rules are those of ``validate_inputs`` in its ``execution.py``.
    """
    facts = facts_of(kind)
    known = facts.input(name) if facts is not None else None
    if known is None:
        return f"{kind} has no input {name}"
    if known.type in {"INT", "FLOAT"}:
        return _of_number(kind, known, value)
    choices = known.facts.get("choices")
    if known.type == "COMBO" and choices is not None:
        allowed = names_of(choices) if isinstance(choices, str) else frozenset(map(str, choices))
        if allowed and str(value) not in allowed:
            return f"{kind} offers no {name} of that name"
    if known.type in {"STRING", "COMBO"} and not isinstance(value, str):
        return "it must be a text"
    return None


def _of_number(kind: str, known: Input, value: Any) -> str | None:
    plain = None if isinstance(value, str) else number(value)
    if plain is None:
        return "it must be a number"
    if known.type == "INT" and not float(plain).is_integer():
        return "it must be a whole number"
    low, high = known.facts.get("min"), known.facts.get("max")
    if low is not None and plain < low:
        return f"{kind} takes no less than {low}"
    if high is not None and plain > high:
        return f"{kind} takes no more than {high}"
    return None
