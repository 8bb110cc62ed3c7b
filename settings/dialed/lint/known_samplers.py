"""Every sampler and schedule that is named has a record, and what a comparison renders diffusers can run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from dialed.lint.check import Check, Found
from dialed.lint.record_parts import all_parts
from dialed.record_base import Scalar
from dialed.record_kinds import Kind
from dialed.records_loading import RecordSet
from dialed.sampler_types import SchedulerClass, ToolName
from dialed.suggestion import near
from dialed.toml_statements import Path

Named = tuple[Kind, str, Path, Literal["samplers", "schedules"], Scalar]

OF_SETTING: dict[str, Literal["samplers", "schedules"]] = {
    "sampler": "samplers",
    "schedule": "schedules",
}
"""Settings whose values are ids of records."""


def _named(records: RecordSet) -> Iterator[Named]:
    for stem, model in records.models.items():
        yield "models", stem, ("sampler",), "samplers", model.sampler
        yield "models", stem, ("schedule",), "schedules", model.schedule
    for kind, stem, path, tool_name in all_parts(records, ToolName):
        if tool_name.schedule is not None:
            yield kind, stem, (*path, "schedule"), "schedules", tool_name.schedule
    for kind, stem, path, scheduler in all_parts(records, SchedulerClass):
        for index, name in enumerate(scheduler.schedules):
            yield kind, stem, (*path, "schedules", index), "schedules", name
    for setting in records.settings.values():
        of = OF_SETTING.get(setting.id)
        if of is not None:
            for index, value in enumerate(setting.values):
                yield "settings", setting.id, ("values", index, "value"), of, value.value
            for index, entry in enumerate(setting.ranges):
                for number, item in enumerate(entry.values):
                    yield "settings", setting.id, ("ranges", index, "values", number), of, item
    yield from _rendered(records)


def _rendered(records: RecordSet) -> Iterator[Named]:
    """Samplers and schedules that comparisons sweep or hold."""
    for setting in records.settings.values():
        for index, comparison in enumerate(setting.comparisons):
            path: Path = ("comparisons", index)
            for held, value in comparison.hold.items():
                if held in OF_SETTING:
                    yield "settings", setting.id, (*path, "hold", held), OF_SETTING[held], value
            for number, axis in enumerate(comparison.axes):
                if axis.setting in OF_SETTING:
                    for place, item in enumerate(axis.values):
                        where = (*path, "axes", number, "values", place)
                        yield "settings", setting.id, where, OF_SETTING[axis.setting], item


def _find(records: RecordSet) -> Iterator[Found]:
    for kind, stem, path, of, name in _named(records):
        known = sorted({*records.records[of], *records.stems.get(of, ())})
        if name not in known:
            close = near(str(name), known)
            hint = f"did you mean {close[0]}? Else " if close else ""
            message = f'there is no {of.removesuffix("s")} "{name}"'
            yield Found(kind, stem, path, message, f"{hint}write {of}/{name}.toml")
    for kind, stem, path, of, name in _rendered(records):
        if of == "samplers":
            sampler = records.samplers.get(str(name))
            lacking = sampler is not None and not sampler.diffusers
        else:
            schedule = records.schedules.get(str(name))
            lacking = schedule is not None and schedule.arguments is None
        if lacking:
            message = f'diffusers has no {of.removesuffix("s")} "{name}", so it cannot be rendered'
            yield Found(kind, stem, path, message, "take it out of the comparison")


CHECK = Check("known-samplers", "Every sampler and schedule that is named has a record.", _find)
