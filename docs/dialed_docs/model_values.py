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
    """What to use with each model (not family) that the setting says something about, the best known ones first."""
    rows: list[ValueRow] = []
    for model in best_known_first(registry):
        value = best_value(setting, model, registry)
        if value is not None:
            rows.append(value_row(value, model, registry, links))
    return rows


def best_known_first(registry: Registry) -> list[Model]:
    """All models that can be run, family by family in turn: first the head of each, large families first.

    The head of a family is the model that people call by most names, adapters and distilled ones behind; of two, the
    one that keeps to its family's values. The built-in models come last: nobody but this site has them.
    """
    families: dict[str, list[Model]] = {}
    for model in registry.models.values():
        if not model.abstract:
            families.setdefault(model.family, []).append(model)
    own = Counter(value.model for setting in registry.settings.values() for value in setting.values)
    turns: list[tuple[bool, int, int, str, Model]] = []
    for members in families.values():
        members.sort(key=lambda m: (m.adapter is not None, m.distilled, -len(m.aliases), own[m.id]))
        turns += [
            (m.built_in, turn, -len(members), m.title.casefold(), m)
            for turn, m in enumerate(members)
        ]
    return [turn[-1] for turn in sorted(turns, key=lambda turn: turn[:-1])]


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
