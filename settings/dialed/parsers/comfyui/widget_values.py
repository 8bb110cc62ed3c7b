"""Which saved value belongs to which field: workflows save the values of a node's fields without their names.

The order is that of the node's definition, but definitions change from version to version, and fields are added
that belong to no input (what happens to a seed after a run). So the values are laid along the fields that are
expected, and where the count or a kind does not fit, the best alignment is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dialed.parsers.comfyui.node_facts import (
    CONTROL,
    SEEDS,
    VALUE_TYPES,
    facts_of,
    is_weight_file,
    names_of,
)

MOST_FIELDS = 200
MOST_PAIRS = 2_500
"""Pairs of fields and values that are weighed against each other; longer lists are taken in order."""
CONTROLS = frozenset({"fixed", "increment", "decrement", "randomize", "increment-wrap"})

_SIZE = re.compile(r"\s*\d{2,5}\s*[x×]\s*\d{2,5}\b")

Field = tuple[str, str]


def named_values(kind: str, values: Any, inputs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Names for the saved values of one node.

    Args:
        kind: Class of the node.
        values: Its ``widgets_values``: a list, or a mapping that names them itself.
        inputs: Its inputs (`clean_nodes`): newer versions list every field there, older ones those that were made inputs.
    """
    if isinstance(values, Mapping):
        return {str(name): value for name, value in values.items()}
    if not isinstance(values, list) or not values:
        return {}
    values = values[:MOST_FIELDS]
    listed = _listed_fields(inputs)
    facts = facts_of(kind)
    if facts is not None:
        expected = list(facts.fields())
        if listed and _counts(listed, values):
            # The node itself lists its fields, so it knows better than a definition of another date.
            known = dict(expected)
            listed = [(name, known.get(name, type_)) for name, type_ in listed]
            if {name for name, _ in listed} >= {n for n, t in expected if t in VALUE_TYPES} or _fit(
                expected, values
            ) < _fit(listed, values):
                expected = listed
        return _aligned(expected, values)
    if listed and _counts(listed, values):
        return _aligned(listed, values)
    return _guessed(values) | _aligned(listed, [])


def _counts(fields: Sequence[Field], values: Sequence[Any]) -> bool:
    """Whether there are about as many values as fields."""
    controls = sum(isinstance(value, str) and value in CONTROLS for value in values)
    return len(values) - controls - 1 <= sum(t != "CONTROL" for _, t in fields) <= len(values)


def _listed_fields(inputs: Sequence[Mapping[str, Any]]) -> list[Field]:
    """The fields that a node lists among its inputs, each seed followed by what happens to it."""
    fields: list[Field] = []
    for each in inputs:
        name, type_ = each["widget"], each["type"]
        if name is None:
            continue
        fields.append((name, type_ if type_ in VALUE_TYPES else "*"))
        if name in SEEDS:
            fields.append((CONTROL, "CONTROL"))
    return fields


def _suits(type_: str, name: str, value: Any) -> int:
    """How well a value suits a field: below zero it cannot be it."""
    if value is None:
        return 0
    if type_ == "CONTROL":
        return (
            4
            if isinstance(value, str) and value in CONTROLS
            else 1
            if value in (True, False) and isinstance(value, bool)
            else -6
        )
    if isinstance(value, bool):
        return 3 if type_ == "BOOLEAN" else 0 if type_ in {"*", "COMBO"} else -4
    if type_ == "UPLOAD":
        return 3 if value in ("image", "video", "audio") else -6 if isinstance(value, str) else -4
    if isinstance(value, int | float):
        if type_ == "INT":
            return 3 if float(value).is_integer() else -3
        return {"FLOAT": 3, "*": 1, "COMBO": -1, "STRING": -3}.get(type_, -4)
    if isinstance(value, str):
        if value in CONTROLS and type_ != "COMBO":
            return -2
        if name in {"sampler_name", "scheduler"}:
            return 4 if value in names_of(f"@{name.removesuffix('_name')}s") else 1
        return {"COMBO": 2, "STRING": 3 if type_ == "STRING" else 2, "*": 1}.get(type_, -3)
    return 1 if type_ == "*" else -2


def _fit(fields: Sequence[Field], values: Sequence[Any]) -> float:
    """How well the values fit the fields one by one."""
    pairs = zip(fields, values, strict=False)
    return sum(_suits(t, n, v) for (n, t), v in pairs) - 2 * abs(len(fields) - len(values))


def _aligned(fields: Sequence[Field], values: Sequence[Any]) -> dict[str, Any]:
    """The alignment of values along fields, both in order, that suits best."""
    fields = fields[:MOST_FIELDS]
    rows, columns = len(fields), len(values)
    if not rows or not columns:
        return {}
    if rows == columns and all(
        _suits(t, n, v) >= 0 for (n, t), v in zip(fields, values, strict=True)
    ):
        return {n: v for (n, t), v in zip(fields, values, strict=True) if t in VALUE_TYPES | {"*"}}
    if rows * columns > MOST_PAIRS:
        return {n: v for (n, t), v in zip(fields, values, strict=False) if _suits(t, n, v) >= 0}
    gap = [-0.1 if type_ in {"CONTROL", "UPLOAD"} else -1.0 for _, type_ in fields]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for row in range(rows - 1, -1, -1):
        # Fields that are left over at the end cost nothing: older versions had fewer.
        best[row][columns] = best[row + 1][columns]
    for column in range(columns - 1, -1, -1):
        best[rows][column] = best[rows][column + 1] - 1.0
    for row in range(rows - 1, -1, -1):
        name, type_ = fields[row]
        for column in range(columns - 1, -1, -1):
            take = _suits(type_, name, values[column]) + best[row + 1][column + 1]
            best[row][column] = max(
                take, best[row + 1][column] + gap[row], best[row][column + 1] - 1.0
            )
    found: dict[str, Any] = {}
    row = column = 0
    while row < rows and column < columns:
        name, type_ = fields[row]
        suits = _suits(type_, name, values[column])
        if best[row][column] == suits + best[row + 1][column + 1]:
            if suits >= 0 and type_ in VALUE_TYPES | {"*"}:
                found[name] = values[column]
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column] + gap[row]:
            row += 1
        else:
            column += 1
    return found


def _guessed(values: Sequence[Any]) -> dict[str, Any]:
    """Names for the values of a node that nobody knows, by what such values are everywhere.

    A seed is the whole number before what happens to it; steps and guidance follow; sampler and schedule are
    known by their names; the number after them is the denoising strength.
    """
    found: dict[str, Any] = {}
    for place, value in enumerate(values):
        before = values[place - 1] if place else None
        if isinstance(value, str):
            if value in CONTROLS and _whole(before):
                found.setdefault("seed", before)
                following = values[place + 1 : place + 3]
                if following and _whole(following[0]) and 0 < following[0] <= 1000:
                    found.setdefault("steps", following[0])
                    if len(following) > 1 and _number(following[1]):
                        found.setdefault("cfg", following[1])
            elif value in names_of("@samplers") and "sampler_name" not in found:
                found["sampler_name"] = value
            elif value in names_of("@schedulers") and "sampler_name" in found:
                found.setdefault("scheduler", value)
                after = values[place + 1] if place + 1 < len(values) else None
                if isinstance(after, int | float) and 0 <= after <= 1:
                    found.setdefault("denoise", after)
            elif is_weight_file(value):
                found.setdefault("file_name", value)
            elif _SIZE.match(value):
                found["resolution"] = value
                if place + 1 < len(values) and _whole(values[place + 1]):
                    found["batch_size"] = values[place + 1]
            elif value not in CONTROLS:
                found.setdefault("text", value)
        elif _number(value):
            found.setdefault("value", value)
    return found


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
