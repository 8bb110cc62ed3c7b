"""No date lies in the future, and a life runs forwards."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from dialed.lint.check import Check, Found
from dialed.lint.record_parts import all_parts
from dialed.record_base import Evidence, Source, Status
from dialed.records_loading import RecordSet


def latest_day() -> datetime.date:
    """The day it is somewhere on earth already."""
    return (datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=14)).date()


def _find(records: RecordSet) -> Iterator[Found]:
    latest = latest_day()
    for wanted, names in (
        (Evidence, ("read",)),
        (Source, ("read",)),
        (Status, ("added", "changed", "reviewed", "deprecated")),
    ):
        for kind, stem, path, part in all_parts(records, wanted):
            for name in names:
                day = getattr(part, name)
                if day is not None and day > latest:
                    message = f"{day} lies in the future"
                    yield Found(
                        kind, stem, (*path, name), message, "write the day on which it happened"
                    )
    for kind, stem, path, status in all_parts(records, Status):
        for name in ("changed", "reviewed", "deprecated"):
            day = getattr(status, name)
            if day is not None and day < status.added:
                message = f"{name} {day} is before added {status.added}"
                yield Found(kind, stem, (*path, name), message, "correct one of the two dates")
        if status.replaced_by is not None and not records.is_known(kind, status.replaced_by):
            message = f'it is replaced by "{status.replaced_by}", which has no record'
            yield Found(
                kind,
                stem,
                (*path, "replaced_by"),
                message,
                f"write {kind}/{status.replaced_by}.toml",
            )


CHECK = Check("dates", "Dates lie in the past and in order; a successor exists.", _find)
