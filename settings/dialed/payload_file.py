"""Text from a file or standard input, read with bounds: it may come from anyone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, BinaryIO

from dialed.errors import PayloadError, shown

MOST_BYTES = 16_000_000
STANDARD_INPUT = "-"


def read_text(source: str, standard_input: BinaryIO | None = None) -> str:
    """Read a text file, whatever it holds.

    Args:
        source: Path of a file, or ``-`` for standard input.
        standard_input: Stream to use for ``-``; the program's own where left out.

    Raises:
        PayloadError: It cannot be read, is too large, or is no UTF-8.
    """
    place = "standard input" if source == STANDARD_INPUT else source
    raw = _bytes(source, place, standard_input)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PayloadError(
            f"byte {error.start} is no UTF-8; save the file as UTF-8", place
        ) from error


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


def no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object from its pairs, for `read_json`.

    Raises:
        PayloadError: A name stands twice.
    """
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise PayloadError(
                f"{shown(name)} stands twice, as {shown(found[name])} and {shown(value)}; "
                "programs disagree about which counts, so keep one"
            )
        found[name] = value
    return found
