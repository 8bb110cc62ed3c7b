"""Which models a family id stands for."""

from __future__ import annotations

from collections.abc import Iterable

from dialed.records_loading import RecordSet


def lineage(records: RecordSet, model: str) -> set[str]:
    """The model's own id, its family and all that it inherits from."""
    found: set[str] = set()
    waiting = [model]
    while waiting:
        identifier = waiting.pop()
        if identifier in found:
            continue
        found.add(identifier)
        record = records.models.get(identifier)
        if record is not None:
            waiting += [record.family, *([record.inherits] if record.inherits else [])]
    return found


def members(records: RecordSet, names: Iterable[str]) -> set[str]:
    """Ids of all models, families left out, that are named or belong to a family that is named."""
    wanted = set(names)
    return {
        identifier
        for identifier, model in records.models.items()
        if not model.abstract and wanted & lineage(records, identifier)
    }
