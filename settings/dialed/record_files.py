"""Reading one record file: its bytes, its text, its TOML, each with a clear problem where that fails."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialed.record_problem import RecordProblem
from dialed.toml_statements import Layout, read_layout

LARGEST = 200_000
"""Bytes that a record file may have; ten times the largest that anybody would want to read."""

_AT = re.compile(r"\s*\(at line (\d+), column (\d+)\)")


@dataclass(frozen=True)
class RecordFile:
    """A record as it is written.

    Attributes:
        file: Path relative to the records folder, with ``/``.
        text: The whole text.
        written: Its TOML as plain data, before inheritance.
        layout: Where everything stands.
    """

    file: str
    text: str
    written: dict[str, Any]
    layout: Layout


def read_text(path: Path, file: str) -> str | RecordProblem:
    """The text of a file, or the problem that keeps it from being read.

    Args:
        path: The file.
        file: What to call it in a problem.
    """

    def problem(message: str, cure: str, line: int = 0) -> RecordProblem:
        return RecordProblem(file, line, "", message, cure, "readable")

    try:
        if path.is_dir():
            return problem("it is a folder, not a file", "rename or remove the folder")
        if path.exists() and not path.is_file():
            return problem("it is not a regular file", "replace it by a text file")
        size = path.stat().st_size
        if size > LARGEST:
            return problem(
                f"it has {size:,} bytes, and a record may have {LARGEST:,}",
                "split it or remove what is no record",
            )
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        return problem(f"it cannot be read ({reason})", "restore the file or its permissions")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        bad = f"byte 0x{content[error.start]:02x}"
        return problem(f"it is not UTF-8 ({bad} at offset {error.start})", "save it as UTF-8", line)
    if text.startswith("\ufeff"):
        return problem("it begins with a byte order mark", "save it as UTF-8 without a mark", 1)
    return text


def parse_toml(text: str, file: str) -> RecordFile | RecordProblem:
    """Parse the text of a record.

    Args:
        text: The TOML.
        file: What to call it in a problem.
    """
    try:
        written = tomllib.loads(text)
        layout = read_layout(text)
    except tomllib.TOMLDecodeError as error:
        return _syntax_problem(str(error), text, file)
    except RecursionError:
        return RecordProblem(
            file, 0, "", "lists or tables are nested too deeply", "flatten them", "toml-syntax"
        )
    except ValueError as error:  # a number too long for Python to read
        return RecordProblem(
            file, 0, "", f"a value cannot be read ({error})", "shorten it", "toml-syntax"
        )
    return RecordFile(file, text, written, layout)


def _syntax_problem(told: str, text: str, file: str) -> RecordProblem:
    match = _AT.search(told)
    line, column = (int(match[1]), int(match[2])) if match else (text.count("\n") + 1, 0)
    reason = _AT.sub("", told).replace("(at end of document)", "").strip()
    if "overwrite" in reason or "declare" in reason or "mutate" in reason:
        return RecordProblem(
            file,
            line,
            "",
            f"a key or table stands twice ({reason})",
            "keep one of the two",
            "toml-syntax",
        )
    place = f"column {column}" if column else "end of file"
    return RecordProblem(
        file,
        line,
        "",
        f"not TOML at {place}: {reason}",
        "mend the syntax there or just above",
        "toml-syntax",
    )
