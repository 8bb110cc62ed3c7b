"""At most one setting is primary for a name of a dialect."""

from __future__ import annotations

from collections.abc import Iterator

from dialed.lint.alias_collision import uses_by_name
from dialed.lint.check import Check, Found
from dialed.records_loading import RecordSet


def _find(records: RecordSet) -> Iterator[Found]:
    for (dialect, _), uses in uses_by_name(records).items():
        primary = [use for use in uses if use.alias.primary]
        settings = sorted({use.setting for use in primary})
        if len(settings) > 1:
            for use in primary:
                others = " and ".join(name for name in settings if name != use.setting)
                message = f'"{use.alias.name}" in dialect {dialect} is primary here and in {others}'
                path = ("aliases", use.number, "primary")
                yield Found("settings", use.setting, path, message, "leave primary at one of them")


CHECK = Check("alias-primary", "For each dialect and name at most one setting is primary.", _find)
