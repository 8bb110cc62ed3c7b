"""LoRAs and control networks of a payload, whichever way it states them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dialed.value_conversion import number

if TYPE_CHECKING:
    from dialed.checking_case import Case

MOST = 200
"""Adapters that are looked at; nobody loads more."""
NAMES = ("name", "lora_name", "model", "path", "lora", "file", "id")
WEIGHTS = ("weight", "strength", "strength_model", "scale", "model")


class Adapter(NamedTuple):
    """One LoRA as it was written: its name without folder and ending, and its strength where stated."""

    name: str
    weight: float | None


class Control(NamedTuple):
    """One control network: its name, and the shares of the run between which it acts."""

    name: str
    start: float | None
    end: float | None


def _named(value: Any) -> str | None:
    if isinstance(value, Mapping):
        value = next((value[key] for key in NAMES if isinstance(value.get(key), str)), None)
    return value if isinstance(value, str) and value.strip() else None


def _read(entry: Any) -> Adapter | None:
    if isinstance(entry, str):
        return Adapter(entry, None)
    if not isinstance(entry, Mapping):
        return None
    name = next(filter(None, (_named(entry.get(key)) for key in NAMES)), None)
    weights = (number(entry.get(key)) for key in WEIGHTS if not isinstance(entry.get(key), str))
    weight = next((found for found in weights if found is not None), None)
    return Adapter(name, weight) if name is not None else None


def adapters(case: Case) -> Iterator[Adapter]:
    """The LoRAs that are loaded, in the order written."""
    if case.generation is not None:
        for lora in itertools.islice(case.generation.loras, MOST):
            yield Adapter(lora.name, lora.weight)
        return
    listed = case.settings.get("loras")
    if isinstance(listed, list | tuple):
        for entry in listed[:MOST]:
            if (found := _read(entry)) is not None:
                yield found


def controls(case: Case) -> Iterator[Control]:
    """The control networks that are used, in the order written."""
    if case.generation is not None:
        for control in itertools.islice(case.generation.controlnets, MOST):
            yield Control(control.model or "control network", control.start, control.end)
    start, end = case.number("control_guidance_start"), case.number("control_guidance_end")
    if start is not None or end is not None:
        yield Control("the control network", start, end)
