"""Whether a value can be a value of a setting: its kind and its limits."""

from __future__ import annotations

import math
from decimal import Decimal

from dialed.record_base import Scalar
from dialed.schema_problems import shown
from dialed.setting_types import Setting

NUMERIC = frozenset({"integer", "number"})
"""Kinds whose values are numbers."""


def broken_rule(
    setting: Setting, value: Scalar, *, whole: bool = True, multiples: bool = True
) -> str | None:
    """What keeps ``value`` from being a value of ``setting``, in words; None if nothing does.

    Args:
        setting: The setting.
        value: A canonical value.
        whole: Whether an integer setting wants an integer (the bounds of its ranges may be written 1.0).
        multiples: Whether ``multiple_of`` counts.
    """
    kind, limits, name = setting.kind, setting.limits, setting.id
    told = f"{shown(value)} cannot be a value of {name}"
    flag = isinstance(value, bool)
    number = isinstance(value, (int, float)) and not flag
    if kind in NUMERIC and not number:
        return f"{told}: it must be a number"
    if kind == "integer" and whole and not isinstance(value, int):
        return f"{told}: it must be a whole number"
    if kind == "flag" and not flag:
        return f"{told}: it must be true or false"
    if kind in {"text", "image"} and not isinstance(value, str):
        return f"{told}: it must be text"
    if limits.choices and value not in limits.choices:
        return f"{told}: it is not among its choices"
    if isinstance(value, str) and limits.max_length is not None and len(value) > limits.max_length:
        return f"{told}: it is longer than {limits.max_length} characters"
    if number and isinstance(value, (int, float)):
        return _outside(setting, value, told, multiples=multiples)
    return None


def _outside(setting: Setting, value: float, told: str, *, multiples: bool) -> str | None:
    limits = setting.limits
    if not math.isfinite(value):
        return f"{told}: it is not finite"
    low, high = limits.min, limits.max
    if low is not None and (value < low or (limits.exclusive_min and value == low)):
        return f"{told}: it must be {'above' if limits.exclusive_min else 'at least'} {low}"
    if high is not None and (value > high or (limits.exclusive_max and value == high)):
        return f"{told}: it must be {'below' if limits.exclusive_max else 'at most'} {high}"
    step = limits.multiple_of
    if multiples and step is not None and Decimal(str(value)) % Decimal(str(step)):
        return f"{told}: it must be a multiple of {step:g}"
    return None
