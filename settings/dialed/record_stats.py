"""Counting the catalogue: records, names, values, and what their evidence is."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dialed.comparison_types import Comparison
from dialed.lint.record_parts import all_parts
from dialed.record_base import Evidence
from dialed.records_loading import RecordSet
from dialed.setting_types import Alias, ModelValue, ValueRange


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def record_stats(records: RecordSet) -> dict[str, Any]:
    """Figures about the records, as plain data.

    Returns:
        ``records`` by kind (families apart), ``aliases`` by dialect, ``evidence`` by kind, ``values`` by
        model, and the totals of ranges and comparisons.
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
    }
