"""An interaction stands in both records: readers come from either side."""

from __future__ import annotations

from collections.abc import Iterator

from dialed.lint.check import Check, Found
from dialed.records_loading import RecordSet


def _find(records: RecordSet) -> Iterator[Found]:
    for setting in records.settings.values():
        partners = [interaction.setting for interaction in setting.interactions]
        for index, name in enumerate(partners):
            path = ("interactions", index, "with")
            if name in partners[:index]:
                message = f"a second interaction with {name}"
                yield Found("settings", setting.id, path, message, "say it in one")
            other = records.settings.get(name)
            if other is not None and setting.id not in {i.setting for i in other.interactions}:
                message = f"{name} does not name {setting.id} among its own interactions"
                cure = f'add [[interactions]] with = "{setting.id}" to settings/{name}.toml, seen from there'
                yield Found("settings", setting.id, path, message, cure)


CHECK = Check(
    "interactions-symmetric", "If one setting names another, the other names it too.", _find
)
