"""The prose of a record: Markdown taken apart at its second-level headings."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dialed.errors import RecordError
from dialed.record_files import read_text
from dialed.record_kinds import RECORD_TYPES, Kind
from dialed.record_problem import RecordProblem
from dialed.records_loading import RECORDS_FOLDER

_FENCE = re.compile(r"^ {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_TICKS = re.compile(r"`+")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")


class Section(NamedTuple):
    """A heading and what stands under it.

    Attributes:
        level: Number of ``#``; 0 for text above the first heading.
        heading: Text of the heading.
        line: Its line, counted from 1.
        text: The Markdown below it, without white space around.
    """

    level: int
    heading: str
    line: int
    text: str


def split_sections(markdown: str) -> list[Section]:
    """Cut Markdown at its first- and second-level headings; deeper ones stay in the text.

    Args:
        markdown: Any Markdown; headings inside fenced code are code.
    """
    sections: list[Section] = []
    level, heading, start, lines = 0, "", 1, list[str]()

    def close() -> None:
        text = "\n".join(lines).strip()
        if level or text:
            sections.append(Section(level, heading, start, text))

    for number, (line, in_code) in enumerate(_lines(markdown), start=1):
        match = None if in_code else _HEADING.match(line)
        if match is not None and len(match[1]) <= 2:
            close()
            level, heading, start, lines = len(match[1]), match[2], number, []
        else:
            lines.append(line)
    close()
    return sections


def _lines(markdown: str) -> Iterator[tuple[str, bool]]:
    """Lines, each with whether it belongs to fenced code."""
    fence = ""
    for line in markdown.splitlines():
        match = _FENCE.match(line)
        if fence:
            yield line, True
            if match is not None and match[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
        else:
            fence = match[1] if match is not None else ""
            yield line, bool(fence)


def without_code(markdown: str) -> str:
    """The same text with spaces in place of fenced code and code spans; lines stay where they are."""
    shown = ["" if in_code else line for line, in_code in _lines(markdown)]
    return "\n\n".join(map(_without_spans, "\n".join(shown).split("\n\n")))


def _without_spans(paragraph: str) -> str:
    runs = list(_TICKS.finditer(paragraph))
    of_length: dict[int, list[int]] = {}
    for number, run in enumerate(runs):
        of_length.setdefault(len(run.group()), []).append(number)
    parts, at, number = [], 0, 0
    while number < len(runs):
        alike = of_length[len(runs[number].group())]
        place = bisect.bisect_right(alike, number)
        if place < len(alike):
            start, end = runs[number].start(), runs[alike[place]].end()
            parts += [paragraph[at:start], re.sub(r"[^\n]", " ", paragraph[start:end])]
            at, number = end, alike[place]
        number += 1
    return "".join([*parts, paragraph[at:]])


def read_prose(kind: Kind, identifier: str, folder: Path | None = None) -> dict[str, str]:
    """The prose of one record: heading -> Markdown below it, in the order of the file.

    Args:
        kind: ``settings``, ``models``, ``samplers``, ``schedules`` or ``dialects``.
        identifier: Id of the record.
        folder: Folder of the records; left out: those of the package.

    Returns:
        An empty dictionary where the record has no prose.

    Raises:
        ValueError: There is no such kind of record.
        RecordError: The file is there and cannot be read.
    """
    if kind not in RECORD_TYPES:
        raise ValueError(f"{kind!r} is no kind of record; use one of {', '.join(RECORD_TYPES)}")
    file = f"{kind}/{identifier}.md"
    path = (RECORDS_FOLDER if folder is None else Path(folder)) / file
    if "/" in identifier or "\\" in identifier or not path.exists():
        return {}
    text = read_text(path, file)
    if isinstance(text, RecordProblem):
        raise RecordError([text])
    return {section.heading: section.text for section in split_sections(text) if section.level == 2}
