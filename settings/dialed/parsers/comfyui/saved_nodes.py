"""The nodes of a workflow as they were saved, with everything that is of the wrong kind taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MOST_SLOTS = 500


def an_id(value: Any) -> str | None:
    """An id as a text; ids are numbers or texts."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def a_list(value: Any) -> list[Any]:
    """``value`` if it is a list, else nothing."""
    return value if isinstance(value, list) else []


def clean_nodes(value: Any) -> list[dict[str, Any]]:
    """The nodes of a list, each with ``id``, ``type``, ``mode``, ``inputs``, ``outputs`` and ``widgets_values``.

    A slot has a ``name``, a ``type`` and, among the inputs, a ``link`` (id or None) and a ``widget`` (the name of
    its field or None).
    """
    return [_node(each) for each in a_list(value) if isinstance(each, Mapping)]


def _node(value: Mapping[str, Any]) -> dict[str, Any]:
    mode, title, saved = value.get("mode"), value.get("title"), value.get("widgets_values")
    kind = value.get("type")
    return {
        "id": value.get("id"),
        "type": kind if isinstance(kind, str) else "",
        "mode": mode if isinstance(mode, int) else 0,
        "title": title if isinstance(title, str) else "",
        "inputs": _slots(value.get("inputs")),
        "outputs": _slots(value.get("outputs")),
        "widgets_values": saved if isinstance(saved, list | Mapping) else None,
    }


def _slots(value: Any) -> list[dict[str, Any]]:
    return [_slot(each) for each in a_list(value)[:MOST_SLOTS] if isinstance(each, Mapping)]


def _slot(value: Mapping[str, Any]) -> dict[str, Any]:
    name, type_, widget = value.get("name"), value.get("type"), value.get("widget")
    field = widget.get("name") if isinstance(widget, Mapping) else None
    return {
        "name": name if isinstance(name, str) else "",
        # Older versions saved the choices of a field as its type.
        "type": type_
        if isinstance(type_, str)
        else "COMBO"
        if isinstance(type_, Sequence)
        else "*",
        "link": an_id(value.get("link")),
        "widget": field if isinstance(field, str) else None,
    }
