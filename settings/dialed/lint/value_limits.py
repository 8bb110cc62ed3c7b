"""Values for models, off values and the defaults of tools are values that the setting can take."""

from __future__ import annotations

from collections.abc import Iterator

from dialed.conversion import Linear, Table
from dialed.lint.check import Check, Found
from dialed.lint.value_rules import NUMERIC, broken_rule
from dialed.record_base import Scalar
from dialed.records_loading import RecordSet
from dialed.schema_problems import shown
from dialed.setting_types import Alias, Setting
from dialed.toml_statements import Path


def _find(records: RecordSet) -> Iterator[Found]:
    for setting in records.settings.values():
        limits = setting.limits
        if setting.kind not in NUMERIC and (limits.min is not None or limits.max is not None):
            message = f"a setting of kind {setting.kind} has neither min nor max"
            yield Found(
                "settings",
                setting.id,
                ("limits",),
                message,
                "use choices or max_length, or mend the kind",
            )
        for path, value in _values(setting):
            if rule := broken_rule(setting, value):
                yield Found("settings", setting.id, path, rule, "correct the value or the limits")
        for index, model_value in enumerate(setting.values):
            yield from _usual(setting, index, model_value.value, model_value.low, model_value.high)
        for index, alias in enumerate(setting.aliases):
            yield from _default(setting, index, alias)


def _values(setting: Setting) -> Iterator[tuple[Path, Scalar]]:
    if setting.off is not None:
        yield ("off",), setting.off
    for index, model_value in enumerate(setting.values):
        yield ("values", index, "value"), model_value.value


def _usual(
    setting: Setting, index: int, value: Scalar, low: float | None, high: float | None
) -> Iterator[Found]:
    if isinstance(value, (bool, str)):
        return
    if (low is not None and value < low) or (high is not None and value > high):
        message = f"{shown(value)} lies outside its own usual range {low} to {high}"
        yield Found(
            "settings",
            setting.id,
            ("values", index, "value"),
            message,
            "correct low, high or value",
        )


def _default(setting: Setting, index: int, alias: Alias) -> Iterator[Found]:
    """The default of a tool, as far as plain data says what it means."""
    value, convert = alias.default, alias.convert
    path: Path = ("aliases", index, "default")
    if value is None or value == alias.off:
        return
    if isinstance(convert, Table):
        rows = {repr(row.written): row.canonical for row in convert.rows}
        if repr(value) not in rows:
            message = f"the default {shown(value)} is not in the table of this alias"
            yield Found("settings", setting.id, path, message, "add a row for it")
            return
        value = rows[repr(value)]
    elif isinstance(convert, Linear):
        if isinstance(value, (bool, str)):
            message = f"the default {shown(value)} is no number, but the conversion is linear"
            yield Found(
                "settings", setting.id, path, message, "correct the default or the conversion"
            )
            return
        exact = convert.factor * value + convert.offset
        value = round(exact) if setting.kind == "integer" and exact == round(exact) else exact
    elif convert is not None:
        return  # names, pairs and functions mean something only together with other records or settings
    if rule := broken_rule(setting, value):
        yield Found(
            "settings", setting.id, path, rule, "correct the default, its conversion or the limits"
        )


CHECK = Check(
    "value-limits", "Values for models, off values and defaults fit the kind and the limits.", _find
)
