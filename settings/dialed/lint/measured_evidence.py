"""Measured evidence names a comparison that exists and holds only for the models that ran it."""

from __future__ import annotations

from collections.abc import Iterator

from dialed.comparison_types import Comparison
from dialed.lint.check import Check, Found
from dialed.lint.model_groups import members
from dialed.lint.record_parts import all_parts, parts
from dialed.record_base import Evidence
from dialed.records_loading import RecordSet
from dialed.setting_types import ModelValue, ValueRange
from dialed.toml_statements import Path


def _comparison(records: RecordSet, name: str | None) -> Comparison | None:
    setting, _, identifier = (name or "").partition("/")
    record = records.settings.get(setting)
    return next((c for c in record.comparisons if c.id == identifier), None) if record else None


def _claims(records: RecordSet) -> Iterator[tuple[str, Path, Evidence, set[str]]]:
    """Setting, path, measured evidence and the models that the claim beside it speaks of."""
    for setting in records.settings.values():
        for path, part in parts(setting):
            if isinstance(part, ModelValue) and part.evidence.kind == "measured":
                yield setting.id, (*path, "evidence"), part.evidence, {part.model}
            elif isinstance(part, ValueRange):
                kinds = {evidence.kind for evidence in part.evidence}
                for index, evidence in enumerate(part.evidence):
                    if evidence.kind == "measured":
                        # Another kind of evidence beside it may speak for the other families.
                        whom = set(part.families) if kinds == {"measured"} else set()
                        yield setting.id, (*path, "evidence", index), evidence, whom


def _find(records: RecordSet) -> Iterator[Found]:
    for kind, stem, path, evidence in all_parts(records, Evidence):
        if evidence.kind == "measured" and _comparison(records, evidence.comparison) is None:
            setting = (evidence.comparison or "").partition("/")[0]
            if setting in records.settings or not records.is_known("settings", setting):
                message = f'there is no comparison "{evidence.comparison}"'
                cure = "write setting/comparison with the ids of a record and of one of its comparisons"
                yield Found(kind, stem, (*path, "comparison"), message, cure)
    for stem, path, evidence, whom in _claims(records):
        comparison = _comparison(records, evidence.comparison)
        if comparison is None:
            continue
        strangers = sorted(members(records, whom) - set(comparison.models))
        if strangers:
            ran = ", ".join(comparison.models)
            message = f"measured with {ran}, but claimed for {', '.join(strangers)} too"
            cure = "keep the claim to the models of the run, or give evidence for the others"
            yield Found("settings", stem, path, message, cure)


CHECK = Check("measured-evidence", "A measurement speaks only for the models that made it.", _find)
