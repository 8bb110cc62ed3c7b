"""Relative links of the prose lead to records; anything else would break when the site moves."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from dialed.lint.check import Check, Found
from dialed.prose_sections import without_code
from dialed.record_files import read_text
from dialed.record_kinds import RECORD_TYPES, Kind
from dialed.record_problem import RecordProblem
from dialed.records_loading import RecordSet

_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(\s*<?([^)\s>]+)")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|#", re.IGNORECASE)
"""Addresses with a scheme (`prose-headings` and `urls` look at those) and places on the same page."""


def _find(records: RecordSet) -> Iterator[Found]:
    known = {f"{kind}/{stem}.md" for kind in RECORD_TYPES for stem in records.records[kind]}
    for kind in RECORD_TYPES:
        for path in sorted((records.folder / kind).glob("*.md")):
            file = f"{kind}/{path.name}"
            text = read_text(path, file)
            if not isinstance(text, RecordProblem):
                yield from _of_text(kind, path.stem, file, without_code(text), known)


def _of_text(kind: Kind, stem: str, file: str, text: str, known: set[str]) -> Iterator[Found]:
    for match in _LINK.finditer(text):
        target = match.group(1)
        if _ELSEWHERE.match(target):
            continue
        line = text.count("\n", 0, match.start()) + 1
        reached = posixpath.normpath(posixpath.join(kind, target.partition("#")[0]))
        if reached not in known:
            message = f"the link to {target} leads to no record"
            cure = "link to a record as ../settings/strength.md, or to an https address"
            yield Found(kind, stem, (), message, cure, file, line)


CHECK = Check("prose-links", "Relative links of the prose lead to records.", _find)
