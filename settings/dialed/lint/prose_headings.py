"""Prose has its headings, all of them and in order, each with text, and no HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialed.lint.check import Check, Found
from dialed.prose_sections import Section, split_sections, without_code
from dialed.record_files import read_text
from dialed.record_kinds import PROSE_HEADINGS, RECORD_TYPES, Kind
from dialed.record_problem import RecordProblem
from dialed.records_loading import RecordSet

_TAG = re.compile(r"<(?!https://)(?:/?[a-zA-Z][^>\n]*>?|!--)")
_LINK = re.compile(r"\]\((?:http:|javascript:|data:|//)", re.IGNORECASE)


def _find(records: RecordSet) -> Iterator[Found]:
    for kind in RECORD_TYPES:
        for path in sorted((records.folder / kind).glob("*.md")):
            file = f"{kind}/{path.name}"
            text = read_text(path, file)
            if isinstance(text, RecordProblem):
                yield Found(kind, path.stem, (), text.message, text.cure, file, text.line)
                continue
            for line, message, cure in (*_headings(kind, split_sections(text)), *_markup(text)):
                yield Found(kind, path.stem, (), message, cure, file, line)


def _headings(kind: Kind, sections: list[Section]) -> Iterator[tuple[int, str, str]]:
    wanted = PROSE_HEADINGS[kind]
    expected = ", ".join(f"## {heading}" for heading in wanted)
    met: list[str] = []
    for section in sections:
        if section.level == 0:
            yield section.line, "text above the first heading", f"move it below one of {expected}"
        elif section.level == 1:
            yield (
                section.line,
                f'a first-level heading "{section.heading}"',
                "remove it: the title is in the TOML",
            )
        elif section.heading not in wanted:
            message = f'"{section.heading}" is no heading of the prose of {kind}'
            yield section.line, message, f"use {expected} (third-level headings are free)"
        elif section.heading in met:
            yield section.line, f'the heading "{section.heading}" stands twice', "join the two"
        else:
            if met and wanted.index(section.heading) < max(wanted.index(name) for name in met):
                yield (
                    section.line,
                    f'"{section.heading}" stands too late',
                    f"keep the order {expected}",
                )
            met.append(section.heading)
            if not section.text:
                yield section.line, f'nothing stands under "{section.heading}"', "write the section"
    for heading in wanted:
        if heading not in met:
            yield (
                0,
                f'the heading "{heading}" is missing',
                f"add ## {heading}; the order is {expected}",
            )


def _markup(text: str) -> Iterator[tuple[int, str, str]]:
    plain = without_code(text)
    for match in _TAG.finditer(plain):
        line = plain.count("\n", 0, match.start()) + 1
        yield (
            line,
            f"HTML in the prose: {match.group()[:40]}",
            "write Markdown, or put it in backticks",
        )
    for match in _LINK.finditer(plain):
        line = plain.count("\n", 0, match.start()) + 1
        yield line, "a link that is neither https nor relative", "link to an https address"


CHECK = Check(
    "prose-headings", "Prose has exactly the headings of its kind, in order, each with text.", _find
)
