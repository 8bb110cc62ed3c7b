"""A payload from a JSON file or standard input, read with bounds: it may come from anyone."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from dialed.errors import PayloadError, shown

MOST_BYTES = 16_000_000
MOST_DEPTH = 64
STANDARD_INPUT = "-"


def read_payload(source: str, standard_input: BinaryIO | None = None) -> dict[str, Any]:
    """Read one JSON object.

    Args:
        source: Path of a file, or ``-`` for standard input.
        standard_input: Stream to use for ``-``; the program's own where left out.

    Raises:
        PayloadError: It cannot be read, is too large or too deep, is no JSON object, states a name twice,
            or holds a number that JSON has none for.
    """
    place = "standard input" if source == STANDARD_INPUT else source
    raw = _bytes(source, place, standard_input)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PayloadError(
            f"byte {error.start} is no UTF-8; save the file as UTF-8", place
        ) from error
    try:
        payload = json.loads(
            text,
            object_pairs_hook=_no_name_twice,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    except json.JSONDecodeError as error:
        where = f"{place}:{error.lineno}:{error.colno}"
        raise PayloadError(f"no JSON: {error.msg}", where) from error
    except RecursionError as error:
        raise PayloadError(f"nested deeper than {MOST_DEPTH} levels", place) from error
    except PayloadError as error:
        raise PayloadError(str(error), place) from error
    except ValueError as error:  # a whole number of thousands of digits
        raise PayloadError(f"a number cannot be read: {error}", place) from error
    if not isinstance(payload, dict):
        raise PayloadError(
            f"settings are a JSON object of names to values, not {shown(payload)}", place
        )
    _refuse_depth(payload, place)
    return payload


def _bytes(source: str, place: str, standard_input: BinaryIO | None) -> bytes:
    try:
        if source == STANDARD_INPUT:
            stream = standard_input or sys.stdin.buffer
            raw = stream.read(MOST_BYTES + 1)
        else:
            with Path(source).open("rb") as file:
                raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise PayloadError(f"cannot be read: {error.strerror or error}", place) from error
    except ValueError as error:  # a null character in the path
        raise PayloadError(f"is no path: {error}", shown(source)) from error
    if len(raw) > MOST_BYTES:
        raise PayloadError(
            f"larger than {MOST_BYTES // 1_000_000} MB; settings are never that large", place
        )
    return raw


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise PayloadError(
                f"{shown(name)} stands twice, as {shown(found[name])} and {shown(value)}; "
                "programs disagree about which counts, so keep one"
            )
        found[name] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise PayloadError(
        f"{name} is no JSON value; write the number that is meant, or leave the key out"
    )


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise PayloadError(f"{shown(text)} is beyond what a number can hold")
    return value


def _refuse_depth(payload: object, place: str) -> None:
    level: list[Any] = [payload]
    depth = 0
    while level:
        depth += 1
        if depth > MOST_DEPTH:
            raise PayloadError(f"nested deeper than {MOST_DEPTH} levels", place)
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
