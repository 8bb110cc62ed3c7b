"""Nothing of a template is left in a record: neither its texts nor its addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialed.lint.check import Check, Found
from dialed.record_files import read_text
from dialed.record_kinds import RECORD_TYPES
from dialed.record_problem import RecordProblem
from dialed.record_templates import LEFT_OVER
from dialed.records_loading import RecordSet

_LEFT = re.compile(rf"{LEFT_OVER}|https://example\.org", re.IGNORECASE)
_CURE = "write your own, or remove the line"


def _find(records: RecordSet) -> Iterator[Found]:
    texts = {file.file: (kind, stem, file.text) for (kind, stem), file in records.files.items()}
    for kind in RECORD_TYPES:
        for path in sorted((records.folder / kind).glob("*.md")):
            text = read_text(path, f"{kind}/{path.name}")
            if not isinstance(text, RecordProblem):
                texts[f"{kind}/{path.name}"] = (kind, path.stem, text)
    for file, (kind, stem, text) in texts.items():
        for number, line in enumerate(text.splitlines(), start=1):
            if match := _LEFT.search(line):
                message = f'"{match.group()}" is left from the template'
                yield Found(kind, stem, (), message, _CURE, file, number)


CHECK = Check("template-text", "Every text of a template has been replaced or removed.", _find)
