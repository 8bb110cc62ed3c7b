"""Every dialect that a record names has a record."""

from __future__ import annotations

from collections.abc import Iterator

from dialed.lint.check import Check, Found
from dialed.lint.record_parts import all_parts
from dialed.record_kinds import Kind
from dialed.records_loading import RecordSet
from dialed.sampler_types import ToolName
from dialed.setting_types import Alias, Condition
from dialed.suggestion import near
from dialed.toml_statements import Path


def _named(records: RecordSet) -> Iterator[tuple[Kind, str, Path, str]]:
    for kind, stem, path, alias in all_parts(records, Alias):
        yield kind, stem, (*path, "dialect"), alias.dialect
    for kind, stem, path, tool_name in all_parts(records, ToolName):
        yield kind, stem, (*path, "dialect"), tool_name.dialect
    for kind, stem, path, condition in all_parts(records, Condition):
        yield from (
            (kind, stem, (*path, "dialects", i), n) for i, n in enumerate(condition.dialects)
        )


def _find(records: RecordSet) -> Iterator[Found]:
    known = sorted({*records.dialects, *records.stems.get("dialects", ())})
    for kind, stem, path, name in _named(records):
        if name not in known:
            close = near(name, known)
            hint = f"did you mean {close[0]}? Else " if close else ""
            yield Found(
                kind,
                stem,
                path,
                f'there is no dialect "{name}"',
                f"{hint}write dialects/{name}.toml",
            )


CHECK = Check("known-dialects", "Every dialect that is named has a record.", _find)
