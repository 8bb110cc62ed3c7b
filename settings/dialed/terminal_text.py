"""Text for people at a terminal: aligned columns, a little colour, no control characters from outside."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

_CODES = {"error": "31", "warning": "33", "hint": "36", "strong": "1", "quiet": "2", "good": "32"}


def safe(value: object) -> str:
    """``value`` as one line without control characters, so that it cannot drive a terminal."""
    text = str(value)
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def wants_colour(stream: TextIO) -> bool:
    """Whether ``stream`` is a terminal and ``NO_COLOR`` is not set."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and stream.isatty()


def painted(text: str, style: str, stream: TextIO | None = None) -> str:
    """``text`` in a colour, where the stream shows colours."""
    if not wants_colour(stream or sys.stdout):
        return text
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m"


def width(text: str) -> int:
    """Columns that ``text`` takes at a terminal: wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def table(rows: Iterable[Sequence[Any]], *, indent: str = "") -> str:
    """Rows as aligned columns; the last column is as long as it likes."""
    cells = [[safe(cell) for cell in row] for row in rows]
    if not cells:
        return ""
    widths = [
        max(width(row[i]) for row in cells if i < len(row)) for i in range(max(map(len, cells)))
    ]
    lines = []
    for row in cells:
        padded = [cell + " " * (widths[i] - width(cell)) for i, cell in enumerate(row[:-1])]
        lines.append((indent + "  ".join([*padded, row[-1]])).rstrip())
    return "\n".join(lines)


def plain_json(value: Any) -> Any:
    """``value`` with records and dataclasses turned into what JSON can hold."""
    import dataclasses
    from collections.abc import Mapping

    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", by_alias=True, exclude_none=True)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain_json(inner) for inner in value]
    if isinstance(value, float) and (value != value or value in {float("inf"), float("-inf")}):  # noqa: PLR0124
        return str(value)
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def print_json(value: Any) -> None:
    """Print ``value`` as indented JSON."""
    import json

    ascii_only = (sys.stdout.encoding or "ascii").lower().replace("-", "") != "utf8"
    print(json.dumps(plain_json(value), indent=2, ensure_ascii=ascii_only, allow_nan=False))
