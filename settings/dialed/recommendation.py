"""`defaults`: what to set everything to with one model, with evidence.

The values stand in the setting records, model by model; here they are turned round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialed.record_registry import Registry, default_registry

if TYPE_CHECKING:
    from dialed.model_types import Model
    from dialed.record_base import Evidence, Scalar
    from dialed.setting_types import ModelValue, Setting


@dataclass(frozen=True, slots=True)
class Default:
    """What to set one setting to with one model.

    Attributes:
        setting: Canonical id.
        value: Recommended value, canonical.
        low: Lower end of the usual range, where the source states one.
        high: Upper end of it.
        evidence: Where the value was read.
        note: What else the source says.
        model: Id of the model or family that the record names.
        others: Values of other sources that disagree.
    """

    setting: str
    value: Scalar
    low: float | None
    high: float | None
    evidence: Evidence
    note: str | None
    model: str
    others: tuple[ModelValue, ...] = ()


def values_for(
    setting: Setting, model: Model, registry: Registry
) -> Iterator[tuple[int, ModelValue]]:
    """(distance, value) for each value of ``setting`` that holds for ``model``: 0 is the model itself."""
    distance = {name: i for i, name in enumerate(ancestry(model, registry))}
    for value in setting.values:
        if value.model in distance:
            yield distance[value.model], value


def ancestry(model: Model, registry: Registry) -> list[str]:
    """The model, what it inherits from, nearest first, and its family."""
    line = [model.id]
    parent = model.inherits
    while parent is not None and parent not in line and parent in registry.models:
        line.append(parent)
        parent = registry.models[parent].inherits
    return line if model.family in line else [*line, model.family]


def recommended(
    setting: Setting, model: Model, registry: Registry, task: str | None = None
) -> Default | None:
    """The value of ``setting`` to start from with ``model``, or None where no source states one.

    The nearest record wins (the model before its family); among equals the recommended one, then one
    for the task, then the first. A family's value is none for a member that ignores the setting.
    """
    found = [(d, v) for d, v in values_for(setting, model, registry) if v.task in {None, task}]
    if not found:
        return None
    nearest = min(distance for distance, _ in found)
    if nearest > 0 and any(ignored.setting == setting.id for ignored in model.ignores):
        return None  # what the family takes is nothing to this member
    of_nearest = [value for distance, value in found if distance == nearest]
    of_nearest.sort(key=lambda value: (not value.recommended, value.task is None))
    best, *others = of_nearest
    return Default(
        setting.id,
        best.value,
        best.low,
        best.high,
        best.evidence,
        best.note,
        best.model,
        tuple(others),
    )


def defaults(
    model: str, *, task: str | None = "text-to-image", registry: Registry | None = None
) -> dict[str, Default]:
    """What to set everything to with ``model``.

    Args:
        model: Model or family: id, hub repository or alias, case-blind.
        task: Values that hold for another task only are left out.
        registry: Other records than those that came with the package.

    Returns:
        Canonical id -> recommended value with its evidence, in record order.

    Raises:
        UnknownModelError: There is no model of that name; ``.suggestions`` holds near ones.
    """
    registry = registry or default_registry()
    record = registry.model(model)
    found = {}
    for setting in registry.settings.values():
        best = recommended(setting, record, registry, task)
        if best is not None:
            found[setting.id] = best
    return found
