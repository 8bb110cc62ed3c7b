"""Counting the catalogue: records, names, values, and what their evidence is."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dialed.comparison_types import Comparison
from dialed.diffusers_facts import Facts, read_facts
from dialed.errors import AmbiguousAliasError, UnknownSettingError
from dialed.lint.record_parts import all_parts
from dialed.name_index import NameIndex, index_of
from dialed.record_base import Evidence
from dialed.records_loading import RecordSet
from dialed.setting_types import Alias, ModelValue, ValueRange


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def record_stats(records: RecordSet) -> dict[str, Any]:
    """Figures about the records, as plain data.

    Returns:
        ``records`` by kind (families apart), ``aliases`` by dialect, ``evidence`` by kind, ``values`` by
        model, the totals of ranges and comparisons, and how far ``diffusers`` is covered.
    """
    families = sum(model.abstract for model in records.models.values())
    counts = {kind: len(of_kind) for kind, of_kind in records.records.items()}
    counts["models"] -= families
    return {
        "records": {**counts, "families": families},
        "aliases": _ordered(Counter(part.dialect for *_, part in all_parts(records, Alias))),
        "evidence": _ordered(Counter(str(part.kind) for *_, part in all_parts(records, Evidence))),
        "values": _ordered(Counter(part.model for *_, part in all_parts(records, ModelValue))),
        "ranges": sum(1 for _ in all_parts(records, ValueRange)),
        "comparisons": sum(1 for _ in all_parts(records, Comparison)),
        "diffusers": coverage(records, read_facts()),
    }


def coverage(records: RecordSet, facts: Facts) -> dict[str, Any]:
    """How far the records explain the calls of diffusers.

    Returns:
        The ``version``, its ``pipelines``, their distinct ``arguments``, and how many of these are ``settings``,
        ``other`` (listed in dialect ``diffusers`` with their role) and ``unknown``.
    """
    dialect = records.dialects.get("diffusers")
    listed = {other.name for other in dialect.other_arguments} if dialect is not None else set()
    index = NameIndex(index_of(records.kinds()))
    names = {argument for arguments in facts.pipelines.values() for argument in arguments}
    found = Counter(_standing(name, index, listed) for name in names)
    return {
        "version": facts.version,
        "pipelines": len(facts.pipelines),
        "arguments": len(names),
        **{standing: found[standing] for standing in ("settings", "other", "unknown")},
    }


def _standing(name: str, index: NameIndex, listed: set[str]) -> str:
    try:
        index.setting(name, "diffusers" if "diffusers" in index.dialects else None, suggest=False)
    except AmbiguousAliasError:
        return "settings"
    except UnknownSettingError:
        return "other" if name in listed else "unknown"
    return "settings"
