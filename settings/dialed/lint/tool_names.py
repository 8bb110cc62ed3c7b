"""A name that a tool gives to a sampler or schedule means one of them, and one of several names is the one to write."""

from __future__ import annotations

from collections.abc import Iterator

from dialed.lint.check import Check, Found
from dialed.record_kinds import Kind
from dialed.records_loading import RecordSet
from dialed.sampler_types import Sampler, Schedule
from dialed.suggestion import fold
from dialed.toml_statements import Path


def _find(records: RecordSet) -> Iterator[Found]:
    yield from _of_kind("samplers", list(records.samplers.values()))
    yield from _of_kind("schedules", list(records.schedules.values()))


def _of_kind(kind: Kind, of_kind: list[Sampler] | list[Schedule]) -> Iterator[Found]:
    owners: dict[tuple[str, str], str] = {}
    preferred: dict[tuple[str, str, str | None], str] = {}
    for record in of_kind:
        for index, tool in enumerate(record.names):
            path: Path = ("names", index, "name")
            owner = owners.setdefault((tool.dialect, fold(tool.name)), record.id)
            if owner != record.id:
                message = f'"{tool.name}" in dialect {tool.dialect} also names {owner}'
                yield Found(
                    kind, record.id, path, message, "leave it at the one whose algorithm runs"
                )
            first = preferred.get((record.id, tool.dialect, tool.schedule))
            if tool.preferred and first is not None:
                path = ("names", index, "preferred")
                message = f'"{first}" is preferred in dialect {tool.dialect} already'
                yield Found(kind, record.id, path, message, "leave preferred at the name to write")
            elif tool.preferred:
                preferred[record.id, tool.dialect, tool.schedule] = tool.name


CHECK = Check("tool-names", "A tool's name for a sampler or schedule leads to one of them.", _find)
