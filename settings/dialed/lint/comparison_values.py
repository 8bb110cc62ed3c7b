"""What a comparison sweeps and holds can be rendered: values inside limits, models that are no families."""

from __future__ import annotations

from collections.abc import Iterator

from dialed.comparison_types import Comparison
from dialed.lint.check import Check, Found
from dialed.lint.value_rules import broken_rule
from dialed.record_base import Scalar
from dialed.records_loading import RecordSet
from dialed.toml_statements import Path


def _stated(comparison: Comparison, path: Path) -> Iterator[tuple[Path, str, Scalar]]:
    """Path, setting and value of everything that the comparison sets."""
    for number, axis in enumerate(comparison.axes):
        if (
            comparison.kind != "filmstrip"
        ):  # there the axis counts states of one run, from the noise at 0 on
            for place, value in enumerate(axis.values):
                yield (*path, "axes", number, "values", place), axis.setting, value
    for name, value in comparison.hold.items():
        yield (*path, "hold", name), name, value
    if comparison.init is not None:
        for name, value in comparison.init.settings.items():
            yield (*path, "init", "settings", name), name, value


def _find(records: RecordSet) -> Iterator[Found]:
    for setting in records.settings.values():
        for index, comparison in enumerate(setting.comparisons):
            path: Path = ("comparisons", index)
            for where, name, value in _stated(comparison, path):
                target = records.settings.get(name)
                if target is not None and (rule := broken_rule(target, value)):
                    yield Found(
                        "settings", setting.id, where, rule, "correct the value or the limits"
                    )
            for number, name in enumerate(comparison.models):
                model = records.models.get(name)
                if model is not None and model.abstract:
                    message = f'"{name}" is a family, and only a model can render'
                    where = (*path, "models", number)
                    yield Found(
                        "settings", setting.id, where, message, "name a model of the family"
                    )
        if not setting.comparisons and setting.no_picture is None:
            cure = "declare [[comparisons]], or say in no_picture why no picture can show it"
            yield Found(
                "settings",
                setting.id,
                (),
                "it neither declares a comparison nor says why not",
                cure,
            )
        elif setting.comparisons and setting.no_picture is not None:
            message = "it says that no picture can show it, and declares a comparison"
            yield Found("settings", setting.id, ("no_picture",), message, "remove one of the two")


CHECK = Check(
    "comparison-values", "A comparison sets only what can be set, on models that can render.", _find
)
