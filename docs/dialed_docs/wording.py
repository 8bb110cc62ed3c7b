"""How values, bounds and conversions are written for people."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from dialed.conversion import Conversion, Function, Linear, Names, Pair, Table
from dialed.model_types import Model
from dialed.setting_types import Condition, Limits, ValueRange

PLAIN_NAME = re.compile(r"^[A-Za-z0-9][\w.+-]*$")


def number(value: float) -> str:
    """A number without needless digits: ``4``, ``7.5``, ``0.001``."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def value_text(value: Any) -> str:
    """A setting value as it stands in a caption: text in quotes unless it is a plain name."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, str):
        return value if PLAIN_NAME.match(value) else json.dumps(value, ensure_ascii=False)
    return ", ".join(value_text(part) for part in value)


def stretch(low: float | None, high: float | None) -> str:
    """A stretch of numbers: ``20 to 30``, ``from 40``, ``up to 10``."""
    if low is not None and high is not None:
        return number(low) if low == high else f"{number(low)} to {number(high)}"
    if low is not None:
        return f"from {number(low)}"
    return f"up to {number(high)}" if high is not None else ""


def range_text(value_range: ValueRange) -> str:
    """What a value range covers."""
    if value_range.values:
        return ", ".join(value_text(value) for value in value_range.values)
    return stretch(value_range.low, value_range.high)


def limits_text(limits: Limits) -> str:
    """Values that can work at all, in one phrase; empty where nothing is limited."""
    parts: list[str] = []
    if limits.choices:
        parts.append("one of " + ", ".join(value_text(choice) for choice in limits.choices))
    if limits.min is not None:
        parts.append(f"{'above' if limits.exclusive_min else 'at least'} {number(limits.min)}")
    if limits.max is not None:
        parts.append(f"{'below' if limits.exclusive_max else 'at most'} {number(limits.max)}")
    if limits.multiple_of is not None:
        parts.append(f"a multiple of {number(limits.multiple_of)}")
    if limits.max_length is not None:
        parts.append(f"at most {limits.max_length} characters")
    return ", ".join(parts)


def linear_text(conversion: Linear, name: str, identifier: str) -> str:
    """``strength = 1 - image_strength``."""
    factor, offset = conversion.factor, conversion.offset
    if name == identifier:
        name, identifier = f"{name} there", f"{identifier} here"
    scaled = name if abs(factor) == 1 else f"{number(abs(factor))} × {name}"
    if factor < 0:
        return f"{identifier} = {number(offset)} − {scaled}"
    if offset == 0:
        return f"{identifier} = {scaled}"
    return f"{identifier} = {scaled} {'+' if offset > 0 else '−'} {number(abs(offset))}"


def conversion_text(conversion: Conversion | None, name: str, identifier: str) -> str:
    """How the written value becomes the canonical one, in words or as a formula."""
    match conversion:
        case None:
            return "same value"
        case Linear():
            return linear_text(conversion, name, identifier)
        case Table():
            pairs = (
                f"{value_text(r.written)} → {value_text(r.canonical)}" for r in conversion.rows
            )
            return "; ".join(pairs)
        case Names():
            other = " and schedule in one name" if conversion.combined else ""
            return f"by the tool's own names of {conversion.of}{other}"
        case Pair():
            return conversion.separator.join(conversion.parts)
        case Function():
            return FUNCTIONS[conversion.name]


FUNCTIONS = {
    "steps_run": "the steps that really run: steps × strength",
    "hires_steps_asked": "the steps asked for; steps × the strength of the second pass really run",
    "share_of_steps": "a share of the run: the number of steps × this share",
    "generator_seed": "the seed of a torch.Generator",
    "text_seed": "a whole number written as text",
    "whole_number": "the same value, whole numbers only",
    "first_pass_size": "the size of the first pass, before upscaling",
}

OPERATORS = {
    "equals": "is {value}",
    "at_most": "is {value} or less",
    "at_least": "is {value} or more",
    "absent": "is not given",
    "present": "is given",
}


def condition_text(condition: Condition, models: Mapping[str, Model]) -> str:
    """A condition in words: ``guidance_scale is 1 or less``."""
    parts: list[str] = []
    if condition.setting and condition.op:
        if condition.op == "in":
            values = " or ".join(value_text(value) for value in condition.values)
            parts.append(f"{condition.setting} is {values}")
        else:
            value = "" if condition.value is None else value_text(condition.value)
            words = OPERATORS[condition.op].format(value=value)
            parts.append(f"{condition.setting} {words}")
    if condition.families or condition.models:
        named = (*condition.families, *condition.models)
        parts.append("with " + " or ".join(models[m].title if m in models else m for m in named))
    if condition.tasks:
        parts.append("for " + " or ".join(condition.tasks))
    if condition.guidance:
        parts.append("with a model whose guidance is " + " or ".join(condition.guidance))
    if condition.sampler_stochastic is not None:
        parts.append(
            "with a sampler that adds noise at each step"
            if condition.sampler_stochastic
            else "with a deterministic sampler"
        )
    if condition.dialects:
        parts.append("in " + " or ".join(condition.dialects))
    return ", ".join(parts)
