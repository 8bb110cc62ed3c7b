"""JSON that may come from anyone: read with bounds on size, depth and numbers."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any, NoReturn

from dialed.errors import PayloadError, shown

MOST_CHARACTERS = 16_000_000
MOST_DEPTH = 64
MOST_PARTS = 500_000

Pairs = list[tuple[str, Any]]


def read_json(
    text: str,
    place: str = "",
    *,
    pairs: Callable[[Pairs], dict[str, Any]] | None = None,
    forgiving: bool = False,
) -> Any:
    """Read JSON text.

    Args:
        text: The text.
        place: File or key that it stands in, for messages.
        pairs: Makes an object from its pairs; without it a name that stands twice has its last value, as
            in every tool that reads such files.
        forgiving: Read what tools leave in pictures: NaN, infinities and numbers too large to hold stay
            texts, halves of characters are replaced. Otherwise such numbers are refused.

    Raises:
        PayloadError: It is no JSON, too long, too deep, or holds a number that JSON has none for.
    """
    if len(text) > MOST_CHARACTERS:
        raise PayloadError(
            f"longer than {MOST_CHARACTERS // 1_000_000} million characters; settings never are",
            place,
        )
    try:
        value = json.loads(
            text,
            object_pairs_hook=pairs,
            parse_constant=str if forgiving else _no_constant,
            parse_float=_float_or_text if forgiving else _finite,
            parse_int=_int_or_text if forgiving else int,
        )
    except json.JSONDecodeError as error:
        where = f"{place}:{error.lineno}:{error.colno}" if place else f"line {error.lineno}"
        raise PayloadError(f"no JSON: {error.msg}", where) from error
    except RecursionError as error:
        raise PayloadError(f"nested deeper than {MOST_DEPTH} levels", place) from error
    except PayloadError as error:
        raise PayloadError(str(error), place) from error
    except ValueError as error:  # a whole number of thousands of digits
        raise PayloadError(f"a number cannot be read: {error}", place) from error
    refuse_depth(value, place)
    return _without_halves(value) if forgiving and _HALF_CHARACTER.search(text) else value


def refuse_depth(value: object, place: str = "") -> None:
    """Refuse what is nested deeper than anybody's settings.

    Raises:
        PayloadError: It is.
    """
    level = [value]
    for _ in range(MOST_DEPTH):
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
        if len(level) > MOST_PARTS:  # it may hold itself, and more than once
            raise PayloadError("holds more than anybody's settings", place)
    raise PayloadError(f"nested deeper than {MOST_DEPTH} levels", place)


def whole_characters(text: str) -> str:
    """``text`` with halves of characters replaced: they can be neither printed nor stored."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


def _without_halves(value: Any) -> Any:
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, dict):
        return {whole_characters(k): _without_halves(inner) for k, inner in value.items()}
    if isinstance(value, list):
        return [_without_halves(inner) for inner in value]
    return value


def _no_constant(name: str) -> NoReturn:
    raise PayloadError(
        f"{name} is no JSON value; write the number that is meant, or leave the key out"
    )


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise PayloadError(f"{shown(text)} is beyond what a number can hold")
    return value


def _float_or_text(text: str) -> float | str:
    value = float(text)
    return value if math.isfinite(value) else text


def _int_or_text(text: str) -> int | str:
    return int(text) if len(text) <= 300 else text
