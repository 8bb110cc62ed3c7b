"""What `dialed check` prints: text for people, JSON for programs, annotations for GitHub."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from collections import Counter
from typing import TYPE_CHECKING, TextIO

from dialed.payload_file import STANDARD_INPUT
from dialed.payload_mending import line_and_column, member_of, members
from dialed.terminal_text import painted, plain_json, print_json, safe

if TYPE_CHECKING:
    from dialed.check_sources import Document
    from dialed.checking import Problem, Report

GITHUB_LEVELS = {"error": "error", "warning": "warning", "hint": "notice"}
_SEVERITIES = ("error", "warning", "hint")
_INDENT = 18


class Totals:
    """What was met in all files so far."""

    def __init__(self) -> None:
        self.files = 0
        self.skipped = 0
        self.fixed = 0
        self.problems: Counter[str] = Counter()

    def add(self, report: Report) -> None:
        """Count one file."""
        self.files += 1
        self.problems.update(problem.severity for problem in report.problems)

    @property
    def failed(self) -> bool:
        """Whether there were errors or warnings."""
        return self.problems["error"] + self.problems["warning"] > 0


def counted(number: int, name: str) -> str:
    """``3 errors``, ``1 error``."""
    return f"{number} {name}{'s' if number != 1 else ''}"


def places(document: Document, report: Report) -> list[tuple[int, int] | None]:
    """Line and column of each problem in a JSON text; None where it has no place."""
    if document.text is None or not report.problems:
        return [None] * len(report.problems)
    known = members(document.text)
    found: list[tuple[int, int] | None] = []
    for problem in report.problems:
        member = member_of(known, problem.key) if problem.key is not None else None
        start = member.name_start if member is not None else None
        found.append(None if start is None else line_and_column(document.text, start))
    return found


def print_text(
    document: Document, report: Report, *, heading: bool, stream: TextIO | None = None
) -> None:
    """The problems of one file as aligned lines; the file's name above them where there are several."""
    stream = stream or sys.stdout
    if heading and report.problems:
        print(painted(safe(document.path), "strong", stream), file=stream)
    for problem, place in zip(report.problems, places(document, report), strict=True):
        head = painted(f"{problem.rule} {problem.severity:<7}", problem.severity, stream)
        where = f"{place[0]}:{place[1]}: " if place is not None and heading else ""
        lines = _wrapped(f"{where}{safe(problem.message)}", stream)
        print(f"{'  ' if heading else ''}{head}  {lines}", file=stream)


def _wrapped(text: str, stream: TextIO) -> str:
    if not stream.isatty():
        return text
    columns = max(60, shutil.get_terminal_size().columns)
    return textwrap.fill(text, columns - _INDENT, subsequent_indent=" " * _INDENT)


def print_summary(
    totals: Totals,
    settings: int | None = None,
    stream: TextIO | None = None,
    *,
    dry: bool = False,
) -> None:
    """One line about everything: of one file the number of settings, of several the number of files."""
    stream = stream or sys.stdout
    what = counted(settings, "setting") if settings is not None else counted(totals.files, "file")
    said = [counted(totals.problems[s], s) for s in _SEVERITIES if totals.problems[s]]
    if totals.fixed:
        said.insert(0, f"{totals.fixed} {'would be ' if dry else ''}fixed")
    line = f"{what}: {', '.join(said)}" if said else f"{what}, no problem"
    if totals.skipped:
        line += f"; {counted(totals.skipped, 'file')} without settings"
    print(line if said else painted(line, "good", stream), file=stream)


def print_json_report(document: Document, report: Report, *, several: bool) -> None:
    """One object: indented for one file, on a line of its own with the file's name for several."""
    content = {"ok": report.ok, "settings": report.settings, "problems": report.problems}
    if not several:
        print_json(content)
        return
    line = plain_json({"file": document.path, **content})
    print(json.dumps(line, ensure_ascii=True, allow_nan=False))


def print_github(document: Document, report: Report) -> None:
    """Workflow commands, which GitHub turns into annotations."""
    for problem, place in zip(report.problems, places(document, report), strict=True):
        print(annotation(document.path, problem, place))


def annotation(path: str, problem: Problem, place: tuple[int, int] | None) -> str:
    """One workflow command, escaped as the runner unescapes it."""
    from dialed.checks import CHECKS

    properties = {} if path == STANDARD_INPUT else {"file": path.replace(os.sep, "/")}
    if place is not None:
        properties |= {"line": str(place[0]), "col": str(place[1])}
    properties["title"] = f"{problem.rule} {CHECKS[problem.rule].name}"
    written = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties.items())
    level = GITHUB_LEVELS[problem.severity]
    return f"::{level} {written}::{_escaped(safe(problem.message), '')}"


def _escaped(text: str, more: str) -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
