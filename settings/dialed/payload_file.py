"""Text from a file or standard input, read with bounds: it may come from anyone."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path
from typing import Any, BinaryIO

from dialed.errors import PayloadError, shown

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins like that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MOST_BYTES = 16_000_000
STANDARD_INPUT = "-"


def read_text(source: str, standard_input: BinaryIO | None = None) -> str:
    """Read a text file, whatever it holds.

    Args:
        source: Path of a file, or ``-`` for standard input.
        standard_input: Stream to use for ``-``; the program's own where left out.

    Raises:
        PayloadError: It cannot be read, is too large, or is in no encoding that can be told.
    """
    place = place_of(source)
    return decoded(read_bytes(source, place, standard_input), place)


def place_of(source: str) -> str:
    """What messages call a source."""
    return "standard input" if source == STANDARD_INPUT else source


def encoding_of(raw: bytes) -> str:
    """The encoding that the first bytes of a text tell by their byte order mark; else UTF-8."""
    return next((name for mark, name in _MARKS if raw.startswith(mark)), "utf-8")


def decoded(raw: bytes, place: str) -> str:
    """The text that ``raw`` holds, without its byte order mark.

    Raises:
        PayloadError: It is not in the encoding that its mark tells, or without one no UTF-8.
    """
    encoding = encoding_of(raw)
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        name = encoding.removesuffix("-sig").upper()
        raise PayloadError(
            f"byte {error.start} is no {name}; save the file as UTF-8", place
        ) from error


def read_bytes(
    source: str, place: str, standard_input: BinaryIO | None = None, most: int | None = None
) -> bytes:
    """The bytes of a source.

    Args:
        source: Path of a file, or ``-`` for standard input.
        place: What messages call it.
        standard_input: Stream to use for ``-``; the program's own where left out.
        most: Read so many from the beginning; None for all.

    Raises:
        PayloadError: It cannot be read, or all of it is too large.
    """
    count = MOST_BYTES + 1 if most is None else most
    try:
        if source == STANDARD_INPUT:
            raw = (standard_input or sys.stdin.buffer).read(count)
        else:
            with Path(source).open("rb") as file:
                raw = file.read(count)
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
