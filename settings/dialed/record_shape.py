"""Which record type stands at a place of a record: for the order of its keys and for hints about them."""

from __future__ import annotations

import types
import typing
from typing import Annotated, Any, TypeGuard, Union

from dialed.record_base import Record


def _is_record(annotation: Any) -> TypeGuard[type[Record]]:
    return isinstance(annotation, type) and issubclass(annotation, Record)


def _members(annotation: Any) -> list[Any]:
    """The types that ``annotation`` allows, without ``None`` and without the wrapping of ``Annotated``."""
    origin = typing.get_origin(annotation)
    if origin is Annotated:
        return _members(typing.get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        return [m for part in typing.get_args(annotation) for m in _members(part)]
    return [] if annotation is types.NoneType else [annotation]


def _chosen(members: list[Any], written: Any) -> Any:
    if len(members) <= 1:
        return members[0] if members else None
    how = written.get("how") if isinstance(written, dict) else None
    for member in members:
        fields = member.model_fields if _is_record(member) else {}
        if "how" in fields and how in typing.get_args(fields["how"].annotation):
            return member
    return None


def field_names(record_type: type[Record]) -> dict[str, str]:
    """Keys of a record type as they are written, in order -> names of its fields."""
    return {field.alias or name: name for name, field in record_type.model_fields.items()}


def written_path(
    location: tuple[str | int, ...], written: Any, *, missing: bool
) -> tuple[str | int, ...]:
    """A pydantic error location without the parts that only name a union's branch.

    Args:
        location: The location as pydantic gives it.
        written: The data that was validated.
        missing: Whether the last part is a key that is not there.
    """
    path: list[str | int] = []
    for number, part in enumerate(location):
        absent = missing and number == len(location) - 1
        keyed = isinstance(written, dict) and part in written
        indexed = (
            isinstance(written, list | tuple) and isinstance(part, int) and part < len(written)
        )
        if keyed or indexed:
            written = written[part]
        elif not absent:
            continue
        path.append(part)
    return tuple(path)


def record_type_at(
    root: type[Record], path: tuple[str | int, ...], written: Any
) -> type[Record] | None:
    """The record type that describes what stands at ``path``; None where that is no table of known keys.

    Args:
        root: Type of the whole record.
        path: Keys and indexes as written.
        written: The whole record as plain data.
    """
    current: Any = root
    for part in path:
        if _is_record(current):
            name = field_names(current).get(str(part))
            if name is None:
                return None
            annotation = current.model_fields[name].annotation
        else:
            arguments = typing.get_args(current)
            if not arguments:
                return None
            annotation = arguments[0] if isinstance(part, int) else arguments[-1]
        try:
            written = written[part]
        except (KeyError, IndexError, TypeError):
            written = None
        current = _chosen(_members(annotation), written)
    return current if _is_record(current) else None
