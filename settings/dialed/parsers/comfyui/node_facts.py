"""What is known about node classes: their inputs in order, and what comes out.

``core_nodes.json`` holds ComfyUI's own nodes with defaults and limits, ``other_nodes.json`` the names, types and
order of the inputs of nodes that others wrote; each names its sources and their commits. They are facts read from
the node definitions (``INPUT_TYPES`` and ``define_schema``); a node that is in neither file is read by its links.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any, NamedTuple, cast

VALUE_TYPES = frozenset({"INT", "FLOAT", "STRING", "BOOLEAN", "COMBO"})
"""Types whose inputs are fields of the interface, unless they are only ever linked."""

SEEDS = frozenset({"seed", "noise_seed"})
CONTROL = "control_after_generate"
"""The field that the interface adds after a seed: what happens to it after each run."""


WEIGHTS = (".safetensors", ".ckpt", ".gguf", ".sft", ".pt", ".pth", ".bin")


def is_weight_file(value: object) -> bool:
    """Whether ``value`` is the name of a file of weights, by its ending."""
    return isinstance(value, str) and value.casefold().endswith(WEIGHTS)


class Input(NamedTuple):
    """One input of a node class.

    Attributes:
        name: As the node names it.
        type: ``INT``, ``MODEL``, ...; ``COMBO`` for a choice of texts; ``*`` for anything.
        facts: ``default``, ``min``, ``max``, ``step``, ``choices``; ``optional``, ``link`` (never a field),
            ``control`` (a seed), ``upload`` (has a button that is saved as a field too).
    """

    name: str
    type: str
    facts: Mapping[str, Any]

    @property
    def is_field(self) -> bool:
        """Whether the interface shows a field for it, whose value it saves."""
        return self.type in VALUE_TYPES and not self.facts.get("link")


class NodeFacts(NamedTuple):
    """One node class: ``inputs`` in the order of its definition, types and names of its outputs, whether it saves."""

    inputs: tuple[Input, ...]
    outputs: tuple[str, ...]
    names: tuple[str, ...]
    saves: bool

    def input(self, name: str) -> Input | None:
        """The input of that name."""
        return next((each for each in self.inputs if each.name == name), None)

    def fields(self) -> Iterator[tuple[str, str]]:
        """Name and type of every value that the interface saves, in its order."""
        for each in self.inputs:
            if not each.is_field:
                continue
            yield each.name, each.type
            if each.facts.get("control") or (each.type == "INT" and each.name in SEEDS):
                yield CONTROL, "CONTROL"
            if each.facts.get("upload"):
                yield "upload", "UPLOAD"


@functools.cache
def _file(name: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return cast("dict[str, Any]", json.loads(text))


@functools.cache
def facts_of(kind: str) -> NodeFacts | None:
    """What is known about the node class ``kind``, or None."""
    known = _file("core_nodes.json")["nodes"].get(kind) or _file("other_nodes.json")["nodes"].get(
        kind
    )
    if known is None:
        return None
    inputs = tuple(Input(row[0], row[1], row[2] if len(row) > 2 else {}) for row in known["inputs"])
    return NodeFacts(
        inputs, tuple(known["outputs"]), tuple(known.get("names", ())), bool(known.get("saves"))
    )


@functools.cache
def names_of(choices: str) -> frozenset[str]:
    """The names that a field of samplers (``@samplers``) or schedules (``@schedulers``) offers."""
    return frozenset(_file("core_nodes.json")["choices"].get(choices, ()))


@functools.cache
def core_classes() -> frozenset[str]:
    """The classes of ComfyUI's own nodes."""
    return frozenset(_file("core_nodes.json")["nodes"])
