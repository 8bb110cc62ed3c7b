"""A name that belongs to no one tool leads to one setting."""

from __future__ import annotations

from collections.abc import Iterator

from dialed.lint.check import Check, Found
from dialed.records_loading import RecordSet
from dialed.setting_types import Setting
from dialed.suggestion import fold
from dialed.toml_statements import Path


def _names(setting: Setting) -> Iterator[tuple[Path, str]]:
    yield ("id",), setting.id
    yield ("title",), setting.title
    for index, name in enumerate(setting.also_known_as):
        yield ("also_known_as", index), name
    for index, name in enumerate(setting.status.renamed_from):
        yield ("status", "renamed_from", index), name


def _find(records: RecordSet) -> Iterator[Found]:
    taken: dict[str, str] = {}
    for setting in records.settings.values():
        for path, name in _names(setting):
            owner = taken.setdefault(fold(name), setting.id)
            if owner != setting.id:
                message = f'"{name}" is also a name of {owner}'
                cure = "leave it to the setting that most people mean"
                yield Found("settings", setting.id, path, message, cure)


CHECK = Check("known-as", "A name that belongs to no tool leads to one setting.", _find)
