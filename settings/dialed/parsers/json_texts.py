"""Texts that hold JSON inside other data, as pictures' metadata does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialed.bounded_json import read_json
from dialed.errors import PayloadError
from dialed.generation import ReadingProblem


def opened(value: object) -> Any:
    """``value``, or the object or list that it spells as JSON; None where it is neither.

    Numbers that JSON has none for stay texts.
    """
    if isinstance(value, str):
        if value.lstrip("\ufeff \t\r\n\0")[:1] not in {"{", "["}:
            return None
        try:
            return read_json(value.strip("\ufeff \t\r\n\0"), forgiving=True)
        except PayloadError:
            return None
    return value if isinstance(value, Mapping | list) else None


def opened_object(
    value: object, place: str, problems: list[ReadingProblem]
) -> Mapping[str, Any] | None:
    """The object that ``value`` is or spells; None, and a problem, where it is something else."""
    found = opened(value)
    if isinstance(found, Mapping):
        return found
    if value is not None:
        problems.append(ReadingProblem(place, "is no JSON object; left as it stands"))
    return None
