"""Value ranges and the view lie inside the limits, ranges of one model do not repeat, bounds suit the kind."""

from __future__ import annotations

from collections.abc import Iterator

from dialed.lint.check import Check, Found
from dialed.lint.value_rules import NUMERIC, broken_rule
from dialed.records_loading import RecordSet
from dialed.setting_types import Setting
from dialed.toml_statements import Path


def _find(records: RecordSet) -> Iterator[Found]:
    for setting in records.settings.values():
        yield from _bounds(setting)
        labels: dict[tuple[str, str], int] = {}
        for index, entry in enumerate(setting.ranges):
            for family in entry.families:
                before = labels.setdefault((family, entry.label.casefold()), index)
                if before != index:
                    message = f'a second range is called "{entry.label}" for {family}'
                    path: Path = ("ranges", index, "label")
                    yield Found("settings", setting.id, path, message, "give each its own label")


def _bounds(setting: Setting) -> Iterator[Found]:
    numeric = setting.kind in NUMERIC
    bounds: list[tuple[Path, float | None]] = []
    for index, entry in enumerate(setting.ranges):
        bounds += [(("ranges", index, "from"), entry.low), (("ranges", index, "to"), entry.high)]
        for number, value in enumerate(entry.values):
            if rule := broken_rule(setting, value):
                path: Path = ("ranges", index, "values", number)
                yield Found("settings", setting.id, path, rule, "correct the value or the limits")
    for index, usual in enumerate(setting.values):
        bounds += [(("values", index, "low"), usual.low), (("values", index, "high"), usual.high)]
    if setting.view is not None:
        bounds += [(("view", "min"), setting.view.min), (("view", "max"), setting.view.max)]
    for path, bound in bounds:
        if bound is None:
            continue
        if not numeric:
            message = f"a setting of kind {setting.kind} has no bounds"
            yield Found(
                "settings", setting.id, path, message, "name the values in `values = [...]`"
            )
        elif rule := broken_rule(setting, bound, whole=False, multiples=False):
            yield Found(
                "settings",
                setting.id,
                path,
                rule,
                "move the bound inside the limits, or widen them",
            )


CHECK = Check("range-limits", "Ranges, usual ranges and the view lie inside the limits.", _find)
