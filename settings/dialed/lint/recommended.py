"""Where a setting has several values for a model, one of them is recommended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from dialed.lint.check import Check, Found
from dialed.records_loading import RecordSet


def _find(records: RecordSet) -> Iterator[Found]:
    for setting in records.settings.values():
        groups = defaultdict(list)
        for index, value in enumerate(setting.values):
            groups[value.model, value.task].append((index, value))
        for (model, task), values in groups.items():
            chosen = [index for index, value in values if value.recommended]
            whom = f"{model} ({task})" if task else model
            if len(values) > 1 and not chosen:
                path = ("values", values[0][0])
                message = f"{len(values)} values for {whom} and none is recommended"
                yield Found("settings", setting.id, path, message, "add recommended = true to one")
            for index in chosen[1:]:
                path = ("values", index)
                message = f"a second value for {whom} is recommended"
                yield Found(
                    "settings", setting.id, path, message, "leave recommended at one of them"
                )


CHECK = Check(
    "recommended", "Of several values for a model and task exactly one is recommended.", _find
)
