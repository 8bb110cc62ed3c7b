"""Every setting that a record names has a record."""

from __future__ import annotations

from collections.abc import Iterator

from dialed.comparison_types import Axis, Comparison, InitImage
from dialed.conversion import Pair
from dialed.lint.check import Check, Found
from dialed.lint.record_parts import all_parts
from dialed.model_types import Ignored
from dialed.record_kinds import Kind
from dialed.records_loading import RecordSet
from dialed.setting_types import Condition, Interaction
from dialed.suggestion import near
from dialed.toml_statements import Path

Named = tuple[Kind, str, Path, str]


def _named(records: RecordSet) -> Iterator[Named]:
    for kind, stem, path, interaction in all_parts(records, Interaction):
        yield kind, stem, (*path, "with"), interaction.setting
    for kind, stem, path, condition in all_parts(records, Condition):
        if condition.setting is not None:
            yield kind, stem, (*path, "setting"), condition.setting
    for kind, stem, path, ignored in all_parts(records, Ignored):
        yield kind, stem, (*path, "setting"), ignored.setting
    for kind, stem, path, axis in all_parts(records, Axis):
        yield kind, stem, (*path, "setting"), axis.setting
    for kind, stem, path, comparison in all_parts(records, Comparison):
        yield from ((kind, stem, (*path, "hold", name), name) for name in comparison.hold)
    for kind, stem, path, init in all_parts(records, InitImage):
        yield from ((kind, stem, (*path, "settings", name), name) for name in init.settings)
    for kind, stem, path, pair in all_parts(records, Pair):
        yield from ((kind, stem, (*path, "parts", i), name) for i, name in enumerate(pair.parts))


def _find(records: RecordSet) -> Iterator[Found]:
    known = sorted({*records.settings, *records.stems.get("settings", ())})
    for kind, stem, path, name in _named(records):
        if name not in known:
            close = near(name, known)
            hint = f"did you mean {close[0]}? Else " if close else ""
            yield Found(
                kind,
                stem,
                path,
                f'there is no setting "{name}"',
                f"{hint}write settings/{name}.toml",
            )
    for setting in records.settings.values():
        if setting.id in {interaction.setting for interaction in setting.interactions}:
            message = "a setting does not interact with itself"
            yield Found(
                "settings", setting.id, ("interactions",), message, "name the other setting"
            )
        comparisons = {comparison.id for comparison in setting.comparisons}
        for index, interaction in enumerate(setting.interactions):
            if interaction.comparison is not None and interaction.comparison not in comparisons:
                path = ("interactions", index, "comparison")
                message = f'there is no comparison "{interaction.comparison}" in this record'
                yield Found(
                    "settings",
                    setting.id,
                    path,
                    message,
                    "name one of its comparisons, or leave it out",
                )


CHECK = Check("known-settings", "Every setting that is named has a record.", _find)
