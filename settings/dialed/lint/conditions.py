"""Conditions can be met: their operator has what it compares with, and the value can occur."""

from __future__ import annotations

from collections.abc import Iterator

from dialed.lint.check import Check, Found
from dialed.lint.record_parts import all_parts
from dialed.lint.value_rules import NUMERIC, broken_rule
from dialed.records_loading import RecordSet
from dialed.setting_types import Condition

_ONE = frozenset({"equals", "at_most", "at_least"})


def _wrong(condition: Condition) -> tuple[str, str, str] | None:
    """Key, message and cure where operator and operands do not go together."""
    op = condition.op
    if op in _ONE and condition.value is None:
        return "value", f"op {op} compares with a value, and there is none", "add value = ..."
    if op == "in" and not condition.values:
        return "values", "op in chooses from values, and there are none", "add values = [...]"
    if op not in _ONE and condition.value is not None:
        return "value", f"op {op} takes no value", "remove value, or change op"
    if op != "in" and condition.values:
        return "values", f"op {op} takes no values", "remove values, or change op"
    return None


def _find(records: RecordSet) -> Iterator[Found]:
    for kind, stem, path, condition in all_parts(records, Condition):
        if wrong := _wrong(condition):
            key, message, cure = wrong
            yield Found(kind, stem, (*path, key), message, cure)
        setting = records.settings.get(condition.setting or "")
        if setting is None:
            continue
        if condition.op in {"at_most", "at_least"} and setting.kind not in NUMERIC:
            message = f"{setting.id} is of kind {setting.kind}, which has no order"
            yield Found(kind, stem, (*path, "op"), message, "use equals, in, present or absent")
            continue
        stated = [("value", condition.value), *(("values", value) for value in condition.values)]
        for key, value in stated:
            if value is not None and (
                rule := broken_rule(setting, value, whole=False, multiples=False)
            ):
                yield Found(kind, stem, (*path, key), rule, "compare with a value that can occur")


CHECK = Check(
    "conditions",
    "A condition compares with what its operator needs and with values that occur.",
    _find,
)
