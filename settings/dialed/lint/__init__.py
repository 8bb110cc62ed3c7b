"""The checks of the records: one file each, one list, all problems at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dialed.lint import (
    alias_collision,
    alias_primary,
    comparison_values,
    conditions,
    dates,
    file_pairs,
    interactions_symmetric,
    known_as,
    known_dialects,
    known_models,
    known_samplers,
    known_settings,
    layout,
    measured_evidence,
    model_names,
    orphans,
    prose_headings,
    prose_links,
    range_limits,
    recommended,
    seen_texts,
    stale_exceptions,
    template_text,
    tool_names,
    urls,
    value_limits,
)
from dialed.lint.check import Check
from dialed.record_problem import RecordProblem
from dialed.records_loading import RecordSet

CHECKS: Final[tuple[Check, ...]] = (
    file_pairs.CHECK,
    known_settings.CHECK,
    known_models.CHECK,
    known_dialects.CHECK,
    known_samplers.CHECK,
    alias_collision.CHECK,
    alias_primary.CHECK,
    known_as.CHECK,
    model_names.CHECK,
    tool_names.CHECK,
    range_limits.CHECK,
    value_limits.CHECK,
    recommended.CHECK,
    measured_evidence.CHECK,
    dates.CHECK,
    interactions_symmetric.CHECK,
    conditions.CHECK,
    comparison_values.CHECK,
    seen_texts.CHECK,
    prose_headings.CHECK,
    prose_links.CHECK,
    orphans.CHECK,
    stale_exceptions.CHECK,
    template_text.CHECK,
    urls.CHECK,
    layout.CHECK,
)
"""Every check, in the order in which they run."""


def run_checks(records: RecordSet, checks: Sequence[Check] = CHECKS) -> list[RecordProblem]:
    """What is wrong with the records: what kept files from loading, and what the checks find.

    Args:
        records: What ``collect_records`` read; broken files may be among it.
        checks: The checks to run.

    Returns:
        Problems in order of file and line, each once.
    """
    found = set(records.problems)
    for check in checks:
        found.update(check.run(records))
    return sorted(found)
