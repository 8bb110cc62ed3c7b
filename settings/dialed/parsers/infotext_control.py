"""The control networks that an infotext names, in the three ways that the ControlNet extension has written them.

* one key a field: ``ControlNet Enabled``, ``ControlNet-0 Module``, ... (until 2023);
* ``ControlNet 0: "preprocessor: canny, model: ..., starting/ending: (0, 1), ..."`` (2023);
* ``ControlNet 0: "Module: canny, Model: ..., Guidance Start: 0, ..."`` (since, and Forge).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from dialed.generation import ControlNet
from dialed.value_conversion import number

_KEY = re.compile(r"ControlNet(?:[ -]?(\d{1,3}))?(?: (\D.*))?", re.DOTALL)
_FIELD = re.compile(r"(?<![\w /])[ /]*+(\w[\w /]*+):\s*+(\([^():]*+\)|[^,]*+)")
_NUMBERS = {"weight": "weight", "guidance start": "start", "guidance end": "end"}
_NAMES = {"model": "model", "module": "preprocessor", "preprocessor": "preprocessor"}


def is_control_key(name: str) -> bool:
    """Whether ``name`` is one of the extension's."""
    return name.startswith("ControlNet") and _KEY.fullmatch(name) is not None


def read_control(pairs: Iterable[tuple[str, str]]) -> list[ControlNet]:
    """The control networks, in the order of their numbers.

    Args:
        pairs: The keys that `is_control_key` accepts, with their values.
    """
    units: dict[int, dict[str, str]] = {}
    for key, value in pairs:
        match = _KEY.fullmatch(key)
        if match is None:
            continue
        unit = units.setdefault(int(match.group(1) or 0), {})
        if match.group(2) is not None:
            unit[match.group(2)] = value
        else:
            unit |= dict(_FIELD.findall(value))
    return [_control(fields) for _, fields in sorted(units.items()) if _is_on(fields)]


def _is_on(fields: dict[str, str]) -> bool:
    return fields.get("Enabled", "True").strip().casefold() != "false"


def _control(fields: dict[str, str]) -> ControlNet:
    found: dict[str, Any] = {}
    extras: dict[str, Any] = {}
    for key, written in fields.items():
        value = written.strip()
        name = key.casefold()
        if name in _NAMES:
            found[_NAMES[name]] = value
        elif name in _NUMBERS and (plain := number(value)) is not None:
            found[_NUMBERS[name]] = float(plain)
        elif name == "starting/ending" and len(both := value.strip("()").split(",")) == 2:
            begin, end = (number(part) for part in both)
            found["start"] = None if begin is None else float(begin)
            found["end"] = None if end is None else float(end)
        elif name != "enabled":
            extras[key] = value
    return ControlNet(**found, extras=extras)
