"""What running the pipelines proved, as a guide and as a model page say it: short, with links to the whole table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from dialed.execution_facts import Answer, Row, Table
from dialed.model_types import Model
from dialed_docs.execution_page import OTHERS, families_of, family_path
from dialed_docs.guide_page import Named
from dialed_docs.links import Links
from dialed_docs.site_records import Registry


@dataclass(frozen=True)
class FamilyCount:
    """How many pipelines of a family gave an answer."""

    family: Named
    count: int
    of: int


@dataclass(frozen=True)
class ProvedLine:
    """Why a setting is ignored (empty where there is nothing to add), and by which families."""

    reason: str
    families: tuple[FamilyCount, ...]


@dataclass(frozen=True)
class RowView:
    """One pipeline's answers for a model page: names of settings by answer."""

    pipeline: str
    task: str
    address: str
    used: tuple[Named, ...]
    ignored: tuple[Named, ...]
    refused: tuple[Named, ...]


@dataclass(frozen=True)
class SettingProof:
    """What was proved of one setting.

    Attributes:
        version: Version of diffusers that ran.
        ignored: Where it is taken and ignored, each reason once, counted by family.
        conditions: Number of a *does nothing* in the record -> the tiny model that ran with just that and showed it.
    """

    version: str
    ignored: tuple[ProvedLine, ...]
    conditions: Mapping[int, str]


def setting_proof(table: Table, setting: str, registry: Registry, links: Links) -> SettingProof:
    """What the guide of a setting says about the runs."""
    return SettingProof(
        version=table.versions["diffusers"],
        ignored=tuple(_ignored(table, setting, registry, links)),
        conditions={
            claim.number: claim.tiny
            for claim in table.claims
            if claim.setting == setting and claim.verdict.answer == "ignored"
        },
    )


def model_proofs(table: Table, model: Model, registry: Registry, links: Links) -> list[RowView]:
    """The rows of the table that stand for a model."""
    return [
        RowView(
            pipeline=row.pipeline,
            task=row.task,
            address=links.to(family_path(_family_of(row, registry))),
            used=_settings(row, "used", registry, links),
            ignored=_settings(row, "ignored", registry, links),
            refused=_settings(row, "refused", registry, links),
        )
        for row in table.rows.values()
        if model.id in row.stands_for
    ]


def _ignored(table: Table, setting: str, registry: Registry, links: Links) -> list[ProvedLine]:
    found: dict[str, Counter[str]] = {}
    families = families_of(table, registry)
    for family, rows in families.items():
        for row in rows.values():
            verdict = row.verdicts.get(setting)
            if verdict is not None and verdict.answer == "ignored":
                reason = verdict.detail.partition("; ")[2]
                found.setdefault(reason, Counter())[family] += 1
    return [
        ProvedLine(
            reason,
            tuple(
                FamilyCount(_family(f, registry, links), count, len(families[f]))
                for f, count in counted.items()
            ),
        )
        for reason, counted in found.items()
    ]


def _family_of(row: Row, registry: Registry) -> str:
    known = [model for model in row.stands_for if model in registry.models]
    return registry.models[known[0]].family if known else OTHERS


def _family(family: str, registry: Registry, links: Links) -> Named:
    known = registry.models.get(family)
    return Named(known.title if known else "other models", links.to(family_path(family)))


def _settings(row: Row, answer: Answer, registry: Registry, links: Links) -> tuple[Named, ...]:
    return tuple(
        Named(name, links.setting(registry, name))
        for name, verdict in row.verdicts.items()
        if verdict.answer == answer
    )
