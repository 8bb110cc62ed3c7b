"""Every model or family that a record names has a record."""

from __future__ import annotations

from collections.abc import Iterator

from dialed.comparison_types import Comparison
from dialed.lint.check import Check, Found
from dialed.lint.record_parts import all_parts
from dialed.record_kinds import Kind
from dialed.records_loading import RecordSet
from dialed.setting_types import Condition, ModelValue, ValueRange, Where
from dialed.suggestion import near
from dialed.toml_statements import Path


def _named(records: RecordSet) -> Iterator[tuple[Kind, str, Path, str]]:
    """Kind, record id, path and the model id that stands there."""
    for kind, stem, path, value_range in all_parts(records, ValueRange):
        yield from (
            (kind, stem, (*path, "families", i), n) for i, n in enumerate(value_range.families)
        )
    for kind, stem, path, value in all_parts(records, ModelValue):
        yield kind, stem, (*path, "model"), value.model
    for kind, stem, path, where in all_parts(records, Where):
        yield from ((kind, stem, (*path, "family", i), n) for i, n in enumerate(where.family))
        yield from ((kind, stem, (*path, "model", i), n) for i, n in enumerate(where.model))
    for kind, stem, path, condition in all_parts(records, Condition):
        yield from (
            (kind, stem, (*path, "families", i), n) for i, n in enumerate(condition.families)
        )
        yield from ((kind, stem, (*path, "models", i), n) for i, n in enumerate(condition.models))
    for kind, stem, path, comparison in all_parts(records, Comparison):
        yield from ((kind, stem, (*path, "models", i), n) for i, n in enumerate(comparison.models))
        if comparison.init is not None and comparison.init.model is not None:
            yield kind, stem, (*path, "init", "model"), comparison.init.model


def _find(records: RecordSet) -> Iterator[Found]:
    known = sorted({*records.models, *records.stems.get("models", ())})
    for kind, stem, path, name in _named(records):
        if name not in known:
            close = near(name, known)
            hint = f"did you mean {close[0]}? Else " if close else ""
            yield Found(
                kind,
                stem,
                path,
                f'there is no model or family "{name}"',
                f"{hint}write models/{name}.toml",
            )
    for stem, model in records.models.items():
        family = records.models.get(model.family)
        if not records.is_known("models", model.family):
            message = f'there is no family "{model.family}"'
            yield Found("models", stem, ("family",), message, f"write models/{model.family}.toml")
        elif family is not None and not family.abstract:
            message = f'"{model.family}" is a model, not a family'
            yield Found("models", stem, ("family",), message, "name a record with abstract = true")


CHECK = Check("known-models", "Every model or family that is named has a record.", _find)
