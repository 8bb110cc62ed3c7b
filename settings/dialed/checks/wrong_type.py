"""DIAL201: a value of the wrong type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.checks.size_written_otherwise import sides
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
        if _is_share(case, setting, value):
            return ()
        if sides(setting, value) is not None:
            return ()  # DIAL211 speaks
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
        said = value.strip().casefold() if kind == "flag" and isinstance(value, str) else None
        fix = case.fix_value(setting, said == "true") if said in {"true", "false"} else None
    wrong = f"{case.called(setting)} = {shown(value)} is of the wrong type: it takes {NAMES[kind]}"
    if isinstance(value, Mapping):
        wrong += "; if that object holds all the settings, check what is inside it"
    return [Finding(setting, f"{wrong}; {fix}" if fix else wrong, fix)]


def _is_share(case: Case, setting: str, value: Any) -> bool:
    """Whether a share of the run stands as it was written, because the number of steps is not stated."""
    alias = case.facts.reader.key(case.key(setting)).alias
    convert = alias.convert if alias is not None else None
    if convert is None or convert.how != "function" or convert.name != "share_of_steps":
        return False
    return type(value) is float and 0 <= value <= 1


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
