"""An exception goes when its reason has gone: what is listed as no setting has become one, what has no picture has one."""

from __future__ import annotations

from collections.abc import Iterator

from dialed.lint.check import Check, Found
from dialed.records_loading import RecordSet
from dialed.suggestion import fold


def _find(records: RecordSet) -> Iterator[Found]:
    for setting in records.settings.values():
        if setting.no_picture is not None and setting.comparisons:
            message = "it says why no picture can show it, and has a comparison that does"
            cure = "remove no_picture, or the comparison"
            yield Found("settings", setting.id, ("no_picture",), message, cure)
    for dialect in records.dialects.values():
        # Names that hold in one place only may be something else in another.
        everywhere = {
            fold(alias.name): setting.id
            for setting in records.settings.values()
            for alias in setting.aliases
            if alias.dialect == dialect.id and alias.where is None
        }
        met: set[tuple[str, tuple[str, ...]]] = set()
        for index, other in enumerate(dialect.other_arguments):
            path = ("other_arguments", index, "name")
            owner = everywhere.get(fold(other.name))
            if owner is not None and not other.pipelines:
                message = f'"{other.name}" is listed as no setting and is a name of {owner}'
                cure = "remove it from other_arguments"
                yield Found("dialects", dialect.id, path, message, cure)
            if (key := (fold(other.name), other.pipelines)) in met:
                message = f'"{other.name}" is listed twice'
                yield Found("dialects", dialect.id, path, message, "remove one of the two")
            met.add(key)


CHECK = Check("stale-exceptions", "An exception is listed as long as it is one.", _find)
