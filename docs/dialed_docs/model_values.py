"""What to set a setting to with each model: the records' per-model values, turned round."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from markupsafe import Markup

from dialed.model_types import Model
from dialed.setting_types import ModelValue, Setting
from dialed_docs.evidence_view import EvidenceView, evidence_view
from dialed_docs.links import Links, setting_page
from dialed_docs.prose_html import line
from dialed_docs.site_records import Registry
from dialed_docs.wording import stretch, value_text


@dataclass(frozen=True)
class ValueRow:
    """One line of a table of values: a model, what to use, and who says so."""

    model: str
    title: str
    address: str | None
    value: str
    usual: str
    task: str
    recommended: bool
    evidence: EvidenceView
    note: Markup


def ancestry(model: Model, registry: Registry) -> list[str]:
    """Ids whose values a model takes over, nearest first, the model itself at the head."""
    chain = [model.id]
    parent = model.inherits
    while parent is not None and parent not in chain:
        chain.append(parent)
        parent = registry.models[parent].inherits if parent in registry.models else None
    if model.family not in chain:
        chain.append(model.family)
    return chain


def best_value(setting: Setting, model: Model, registry: Registry) -> ModelValue | None:
    """The value to use with a model: the nearest in its ancestry, the recommended one where several are given."""
    for identifier in ancestry(model, registry):
        stated = [v for v in setting.values if v.model == identifier]
        if stated:
            return min(stated, key=lambda v: (v.task is not None, not v.recommended))
    return None


def value_row(value: ModelValue, model: Model | None, registry: Registry, links: Links) -> ValueRow:
    """One line, for `model` or for the model or family that the value itself names."""
    shown = model or registry.models.get(value.model)
    identifier = shown.id if shown else value.model
    return ValueRow(
        model=identifier,
        title=shown.title if shown else value.model,
        address=links.model(registry, identifier),
        value=value_text(value.value),
        usual=stretch(value.low, value.high),
        task=value.task or "",
        recommended=value.recommended,
        evidence=evidence_view(value.evidence, registry, links),
        note=line(value.note, lambda name: links.setting(registry, name))
        if value.note
        else Markup(),
    )


def answers(setting: Setting, registry: Registry, links: Links) -> list[ValueRow]:
    """What to use with each model (not family) that the setting says something about, the best known ones first.

    Best known is the model for which most settings state a value of its own; the built-in ones come last.
    """
    rows: list[ValueRow] = []
    known = Counter(value.model for s in registry.settings.values() for value in s.values)
    members = [model for model in registry.models.values() if not model.abstract]
    for model in sorted(members, key=lambda m: (m.built_in, -known[m.id], m.title.casefold())):
        value = best_value(setting, model, registry)
        if value is not None:
            rows.append(value_row(value, model, registry, links))
    return rows


MOST_ROWS = 12
"""Stated values that a guide shows in full; where there are more they have a page of their own."""


def values_page_path(setting: Setting) -> str | None:
    """Source path of the page of all values, where the guide has no room for them."""
    if len(setting.values) <= MOST_ROWS:
        return None
    return setting_page(setting.group, f"{setting.id}/values")


def stated_values(setting: Setting, registry: Registry, links: Links) -> list[tuple[int, ValueRow]]:
    """Every value that the record states, with its evidence, also where sources disagree: model by model.

    Each row comes with the number of rows of its model if it is the first of them, else with 0.

    Args:
        setting: The setting.
        registry: All records.
        links: The page's links.
    """
    by_model: dict[str, list[ValueRow]] = {}
    for value in setting.values:
        by_model.setdefault(value.model, []).append(value_row(value, None, registry, links))
    return [
        (0 if i else len(rows), row) for rows in by_model.values() for i, row in enumerate(rows)
    ]
