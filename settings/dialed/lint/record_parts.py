"""Walking through a record: every part of it, each with the way to it as it is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from dialed.record_base import Record
from dialed.record_kinds import Kind
from dialed.record_shape import field_names
from dialed.records_loading import RecordSet
from dialed.toml_statements import Path

P = TypeVar("P", bound=Record)


def parts(record: Record, path: Path = ()) -> Iterator[tuple[Path, Record]]:
    """``record`` and every record inside it, with its path."""
    yield path, record
    for key, name in field_names(type(record)).items():
        yield from _inside(getattr(record, name), (*path, key))


def _inside(value: Any, path: Path) -> Iterator[tuple[Path, Record]]:
    if isinstance(value, Record):
        yield from parts(value, path)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _inside(item, (*path, index))


def all_parts(records: RecordSet, wanted: type[P]) -> Iterator[tuple[Kind, str, Path, P]]:
    """Every part of type ``wanted`` in every record that states it itself: kind, id, path, part.

    What a model inherits is left to the family that wrote it.
    """
    for kind, of_kind in records.records.items():
        for identifier, record in of_kind.items():
            source = records.files.get((kind, identifier))
            for path, part in parts(record):
                if isinstance(part, wanted):
                    inherited = source is not None and path and path[0] not in source.written
                    if not inherited:
                        yield kind, identifier, path, part
