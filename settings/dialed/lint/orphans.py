"""No record that nothing leads to: a family without members, a tool without names, a sampler that no tool has."""

from __future__ import annotations

from collections.abc import Iterator

from dialed.lint.check import Check, Found
from dialed.records_loading import RecordSet


def _find(records: RecordSet) -> Iterator[Found]:
    members = {m.family for m in records.models.values() if not m.abstract}
    heirs = {m.inherits for m in records.models.values()}
    # A member whose file cannot be read may be the one.
    whole = records.stems.get("models", frozenset()) <= records.models.keys()
    for model in records.models.values() if whole else ():
        if model.abstract and model.id not in members | heirs:
            message = "no model belongs to this family or inherits from it"
            cure = "write a model with it as its family, or remove the record"
            yield Found("models", model.id, ("id",), message, cure)
    speakers = {alias.dialect for s in records.settings.values() for alias in s.aliases}
    for dialect in records.dialects.values():
        if dialect.id not in speakers and dialect.like is None:
            message = "no setting has a name in this dialect, and it takes none from another"
            cure = "add aliases to the settings that it has, or remove the record"
            yield Found("dialects", dialect.id, ("id",), message, cure)
    for sampler in records.samplers.values():
        if not sampler.names and not sampler.diffusers:
            cure = "add [[names]] for the tools that have it, or remove the record"
            yield Found("samplers", sampler.id, ("id",), "no tool has this sampler", cure)
    for schedule in records.schedules.values():
        if not schedule.names and schedule.arguments is None:
            cure = "add [[names]] for the tools that have it, or remove the record"
            yield Found("schedules", schedule.id, ("id",), "no tool has this schedule", cure)


CHECK = Check("orphans", "Something leads to every record.", _find)
