"""Proof of the conditions in the records: a setting that "does nothing when ..." is run with exactly that."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import dialed
from dialed.execution_facts import Claim, Table
from dialed_generator.execution.comparing import suits
from dialed_generator.execution.judging import Judge
from dialed_generator.execution.probes import PROBES
from dialed_generator.tiny import TINY

if TYPE_CHECKING:
    from dialed.setting_types import Condition

MOST_VALUES = 12
"""Values of one condition that are tried."""


def claims_of(table: Table) -> Iterator[tuple[str, str, int, Mapping[str, Any]]]:
    """What can be proved: setting, tiny model, number of the condition in the record, and the settings that meet it.

    Each condition is put to the first tiny model that it is about and that uses the setting otherwise.
    """
    for setting, probe in PROBES.items():
        for number, case in enumerate(dialed.registry.settings[setting].does_nothing):
            ways = list(_ways(case.when, setting, probe.context))
            if ways and (tiny := _first_user(table, setting, case.when)) is not None:
                for way in ways:
                    yield setting, tiny, number, way


def proved_claims(table: Table, only: Container[str] | None = None) -> list[Claim]:
    """Run every claim of the records that can be run.

    Args:
        table: Says which tiny models use which setting.
        only: Tiny models to run; what the others showed is kept. All where it is left out.
    """
    kept = {(c.setting, c.number, c.tiny, str(dict(c.given))): c for c in table.claims}
    judges: dict[str, Judge] = {}
    found: list[Claim] = []
    for setting, tiny, number, way in claims_of(table):
        if only is not None and tiny not in only:
            if (before := kept.get((setting, number, tiny, str(dict(way))))) is not None:
                found.append(before)
            continue
        if tiny not in judges:
            judges[tiny] = Judge(TINY[tiny])
        judge = judges[tiny]
        if judge.can_write(way):
            verdict = judge.verdict_with(PROBES[setting], way, _values(setting, way))
            found.append(Claim(setting, number, tiny, dict(way), verdict))
    return found


def _first_user(table: Table, setting: str, condition: Condition) -> str | None:
    for name, row in table.rows.items():
        known = [model for model in row.stands_for if model in dialed.registry.models]
        if (
            known
            and row.verdicts[setting].answer == "used"
            and suits(condition, dialed.registry.models[known[0]], row.task)
            and name in TINY
        ):
            return name
    return None


def _ways(
    condition: Condition, setting: str, context: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """Settings beside the probe with which ``condition`` is met; None stands for one that is taken out."""
    name, value = condition.setting, condition.value
    if condition.sampler_stochastic is False:
        yield {"sampler": "euler"}
    if name is None or name not in dialed.registry.settings:
        return
    if condition.op in {"equals", "at_most", "at_least"}:
        yield {name: value}
    elif condition.op == "in":
        yield from ({name: one} for one in condition.values[:MOST_VALUES])
    elif condition.op == "absent" and name in context and name != setting:
        yield {name: None}


def _values(setting: str, way: Mapping[str, Any]) -> tuple[Any, Any] | None:
    """Two values that meet a condition on the setting itself: the bound, and half of it."""
    bound = way.get(setting)
    return (bound, bound / 2) if isinstance(bound, int | float) else None
