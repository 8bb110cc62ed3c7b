"""A name in a dialect means one setting, or one of its settings is marked primary, or their places differ."""

from __future__ import annotations

import fnmatch
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from dialed.lint.check import Check, Found
from dialed.lint.model_groups import members
from dialed.records_loading import RecordSet
from dialed.setting_types import Alias, Where
from dialed.suggestion import fold


class Use(NamedTuple):
    """One alias with the setting and the index at which it stands."""

    setting: str
    number: int
    alias: Alias


def uses_by_name(records: RecordSet) -> dict[tuple[str, str], list[Use]]:
    """All aliases by dialect and folded name."""
    found = defaultdict(list)
    for setting in records.settings.values():
        for index, alias in enumerate(setting.aliases):
            found[alias.dialect, fold(alias.name)].append(Use(setting.id, index, alias))
    return found


def overlap(records: RecordSet, one: Where, other: Where) -> bool:
    """Whether two places can be met at once."""
    named, other_named = {*one.family, *one.model}, {*other.family, *other.model}
    if named and other_named and not members(records, named) & members(records, other_named):
        return False
    if one.pipeline and other.pipeline and not _patterns_meet(records, one, other):
        return False
    pairs = ((one.node, other.node), (one.endpoint, other.endpoint), (one.task, other.task))
    if any(set(left) and set(right) and not set(left) & set(right) for left, right in pairs):
        return False
    # Version ranges are not compared: two of them are taken to be told apart by whoever wrote them.
    return not (one.version and other.version and one.version != other.version)


def _patterns_meet(records: RecordSet, one: Where, other: Where) -> bool:
    classes = {p.name for model in records.models.values() for p in model.pipelines}
    classes |= {*one.pipeline, *other.pipeline}
    return any(
        any(fnmatch.fnmatchcase(name, pattern) for pattern in one.pipeline)
        and any(fnmatch.fnmatchcase(name, pattern) for pattern in other.pipeline)
        for name in classes
    )


def _find(records: RecordSet) -> Iterator[Found]:
    for (dialect, _), uses in uses_by_name(records).items():
        for first, second in combinations(uses, 2):
            yield from _pair(records, dialect, first, second)


def _pair(records: RecordSet, dialect: str, first: Use, second: Use) -> Iterator[Found]:
    one, other = first.alias, second.alias
    path = ("aliases", second.number, "name")
    if first.setting == second.setting:
        if one.name == other.name and one.where == other.where:
            message = f'"{other.name}" stands twice in dialect {dialect} for the same place'
            yield Found(
                "settings", second.setting, path, message, "remove one, or tell their places apart"
            )
        return
    if (one.where is None) != (other.where is None):
        return  # the one that names a place wins there, the other everywhere else
    if one.primary != other.primary:
        return
    if one.where and other.where and not overlap(records, one.where, other.where):
        return
    place = " in an overlapping place" if one.where else ""
    both = "both are primary" if one.primary else "neither is primary"
    message = f'"{other.name}" in dialect {dialect} also names {first.setting}{place}, and {both}'
    yield Found(
        "settings",
        second.setting,
        path,
        message,
        "mark one of them primary, or state `where` each holds",
    )


CHECK = Check(
    "alias-collision",
    "A name in a dialect leads to one setting, by place or by being primary.",
    _find,
)
