"""What pydantic says about a record, told to the person who wrote the record."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from dialed.record_shape import field_names, record_type_at, written_path

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from dialed.record_base import Record

_SCALAR_BRANCHES = {"bool", "int", "float", "str"}

_RULES = {
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "date_type": "must be a date without quotes",
    "date_from_datetime_inexact": "must be a date without a time",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "tuple_type": "must be a list in [ ]",
    "string_too_short": "must not be empty",
    "finite_number": "must be a finite number",
    "too_short": "must have at least one entry",
    "scalar": "must be one number, one text, true or false",
    "union_tag_not_found": "must say how: it has no key how",
}

_CURES = {
    "string_type": 'write it in quotes: "..."',
    "int_type": "write a whole number without quotes and without a point",
    "float_type": "write a number without quotes",
    "bool_type": "write true or false without quotes",
    "date_type": "write it as 2026-01-31, without quotes",
    "date_from_datetime_inexact": "write it as 2026-01-31, without quotes",
    "dict_type": "write a table: { key = value } or a [header]",
    "model_type": "write a table: { key = value } or a [header]",
    "model_attributes_type": "write a table: { key = value } or a [header]",
    "tuple_type": "put it into [ ]",
    "string_too_short": "write a text, or leave the key out where it may be missing",
    "finite_number": "leave the key out where there is no bound",
    "too_short": "add an entry",
    "scalar": "write a single value",
    "union_tag_not_found": 'add how = "linear", "table", "names", "pair" or "function"',
}


class SchemaProblem(NamedTuple):
    """A problem without its file: the path as written, what is wrong and the cure."""

    path: tuple[str | int, ...]
    missing: bool
    message: str
    cure: str


def place_text(path: tuple[str | int, ...]) -> str:
    """``("aliases", 2, "name")`` as ``aliases[2].name``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def shown(value: Any) -> str:
    """``value`` as TOML would write it, shortened for a message."""
    text = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else None
    text = text or (f'"{value}"' if isinstance(value, str) else repr(value))
    return text if len(text) <= 60 else f"{text[:57]}..."


def _near(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}? " if close else ""


def _told(
    error: ErrorDetails, path: tuple[str | int, ...], owner: type[Record] | None
) -> tuple[str, str]:
    kind, value = error["type"], error["input"]
    name = str(path[-1]) if path else "the record"
    keys = field_names(owner) if owner else {}
    if kind == "missing":
        field = owner.model_fields[keys[name]] if owner and name in keys else None
        hint = f" ({field.description})" if field and field.description else ""
        return f"{name} is missing", f"add {name} = ...{hint}"
    if kind == "extra_forbidden":
        allowed = ", ".join(keys)
        return f"{name} is no key of this table", (
            f"{_near(name, list(keys))}Remove it or use one of: {allowed}" if keys else "remove it"
        )
    if kind == "value_error":
        return str(error["ctx"]["error"]), "make the two sides agree"
    context = error.get("ctx", {})
    rule = _RULES.get(kind)
    if kind in {"literal_error", "union_tag_invalid"}:
        expected = context.get("expected") or context.get("expected_tags", "")
        if kind == "union_tag_invalid":
            value = context.get("tag")
        close = _near(str(value), str(expected).replace("'", "").replace(" or ", ", ").split(", "))
        return f"{shown(value)} is not allowed", f"{close}Use one of {expected}".replace("'", '"')
    if kind == "string_pattern_mismatch":
        pattern = context["pattern"]
        wish = (
            "an https:// address" if pattern.startswith("^https") else f"text of the form {pattern}"
        )
        return f"{shown(value)} is not {wish}", f"write {wish}"
    rule = rule or error["msg"][:1].lower() + error["msg"][1:]
    return f"{shown(value)}: {rule}", _CURES.get(kind, f"change the value: {rule}")


def schema_problems(
    error: ValidationError, root: type[Record], written: dict[str, Any]
) -> Iterator[SchemaProblem]:
    """Tell every error of a failed validation once, in the order of the record.

    Args:
        error: What pydantic raised.
        root: The record type that was validated.
        written: The data that was validated.
    """
    seen = set()
    all_details = _without_echoes(error.errors(include_url=False))
    for details in all_details:
        path = written_path(details["loc"], written, missing=details["type"] == "missing")
        owner = record_type_at(root, path[:-1], written)
        message, cure = _told(details, path, owner)
        if (path, message) not in seen:
            seen.add((path, message))
            yield SchemaProblem(path, details["type"] == "missing", message, cure)


def _without_echoes(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """The errors without those that only repeat another.

    A wrong scalar fails each branch of its union, and a list that must not be empty also counts its
    invalid entries as absent.
    """
    branches: dict[tuple[str | int, ...], list[ErrorDetails]] = {}
    for details in errors:
        if details["loc"] and details["loc"][-1] in _SCALAR_BRANCHES:
            branches.setdefault(details["loc"][:-1], []).append(details)
    kept = []
    for details in errors:
        location = details["loc"]
        group = branches.get(location[:-1], []) if location else []
        if details in group:
            if details is not group[0]:
                continue
            told = next((one for one in group if not one["type"].endswith("_type")), None)
            names = {one["loc"][-1] for one in group}
            details["type"] = (
                told["type"] if told else "float_type" if "str" not in names else "scalar"
            )
        elif details["type"] == "too_short" and any(
            other["loc"][: len(location)] == location and other is not details for other in errors
        ):
            continue
        kept.append(details)
    return kept
