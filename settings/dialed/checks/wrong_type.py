"""DIAL201: a value of the wrong type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.errors import shown
from dialed.value_conversion import number, tidy

NAMES = {
    "integer": "a whole number",
    "number": "a number",
    "flag": "true or false",
    "text": "a text",
    "choice": "one of its names",
    "list": "a list",
}


def find(case: Case, setting: str, value: Any) -> Sequence[Finding]:
    """Compare the value's type with the setting's kind."""
    kind = case.registry.settings[setting].kind
    if kind in {"integer", "number"}:
        if type(value) is int or (type(value) is float and (kind == "number" or value != value)):  # noqa: PLR0124
            return ()
        if type(value) is float and value in {float("inf"), float("-inf")}:
            return ()
        meant = number(value)
        if meant is not None:
            meant = tidy(meant, whole=kind == "integer")
        certain = type(meant) is int or (meant is not None and kind == "number")
        fix = case.fix_value(setting, meant) if certain else None
    else:
        wanted = {
            "flag": bool,
            "text": str,
            "choice": (str, int, float),
            "list": (list, tuple),
        }.get(kind)
        if wanted is None or isinstance(value, wanted):  # type: ignore[arg-type]
            return ()
        fix = None
    wrong = f"{case.called(setting)} = {shown(value)} is of the wrong type: it takes {NAMES[kind]}"
    return [Finding(setting, f"{wrong}; {fix}" if fix else wrong, fix)]


CHECK = Check(
    code="DIAL201",
    name="wrong-type",
    severity="error",
    looks_at="value",
    what="The value is of another type than the setting takes.",
    why="A number in quotes is a text. Some tools convert it silently, some refuse the request, and some "
    "compare it as text, where 9 comes after 10.",
    bad=Example({"num_inference_steps": "25"}),
    good=Example({"num_inference_steps": 25}),
    function=find,
)
