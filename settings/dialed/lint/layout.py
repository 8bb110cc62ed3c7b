"""Record files are laid out in one way, so that a diff shows what changed and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from dialed.errors import DialedError
from dialed.lint.check import Check, Found
from dialed.record_format import format_record
from dialed.records_loading import RecordSet


def _find(records: RecordSet) -> Iterator[Found]:
    for (kind, stem), file in records.files.items():
        name = f"{kind}/{stem}.toml"
        try:
            wanted = format_record(kind, file.text)
        except DialedError as error:
            yield Found(
                kind, stem, (), f"it cannot be laid out: {error}", "lay it out by hand", name
            )
            continue
        if wanted != file.text:
            pairs = zip(wanted.splitlines(), file.text.splitlines(), strict=False)
            line = next((n for n, (a, b) in enumerate(pairs, start=1) if a != b), 0)
            message = "order of keys or layout is not the canonical one"
            yield Found(kind, stem, (), message, "run `dialed records format`", name, line)


CHECK = Check("layout", "A record file is written in the canonical order and layout.", _find)
