"""What a setting is called in each tool, and how values written there become canonical ones."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from dialed.conversion import Linear, Table
from dialed.setting_types import Alias, Setting, Where
from dialed.suggestion import fold
from dialed_docs.evidence_view import EvidenceView, evidence_view
from dialed_docs.links import Links
from dialed_docs.prose_html import line
from dialed_docs.site_records import Registry
from dialed_docs.wording import conversion_text, value_text


@dataclass(frozen=True)
class NameRow:
    """One name in one tool; ``span``: how many names of the tool follow, in the first of them."""

    dialect: str
    span: int
    tool: str
    address: str | None
    name: str
    where: str
    conversion: str
    converts: bool
    example: str
    off: str
    default: str
    note: Markup
    evidence: EvidenceView | None

    @property
    def plain(self) -> bool:
        """Whether the tool has one name, everywhere, for the same value, and nothing else is to be said."""
        said = (self.where, self.off, self.note)
        return self.span == 1 and not self.converts and not any(said)


def known_names(setting: Setting) -> list[str]:
    """Every name of a setting once: the id, what people type, then the names in tools."""
    names = [setting.id, *setting.also_known_as, *(alias.name for alias in setting.aliases)]
    return list(dict.fromkeys(names))


def different_names(setting: Setting) -> list[str]:
    """The same without spellings that differ in case, spaces, ``_`` and ``-`` alone: the first of each."""
    names: dict[str, str] = {}
    for name in known_names(setting):
        names.setdefault(fold(name), name)
    return list(names.values())


def name_rows(setting: Setting, registry: Registry, links: Links) -> list[NameRow]:
    """The names of a setting, tool by tool, in record order."""
    rows: list[NameRow] = []
    order = {
        identifier: i
        for i, identifier in enumerate(dict.fromkeys(a.dialect for a in setting.aliases))
    }
    for alias in sorted(setting.aliases, key=lambda a: order[a.dialect]):
        dialect = registry.dialects.get(alias.dialect)
        first = not rows or rows[-1].dialect != alias.dialect
        rows.append(
            NameRow(
                dialect=alias.dialect,
                span=sum(a.dialect == alias.dialect for a in setting.aliases) if first else 0,
                tool=dialect.title if dialect else alias.dialect,
                address=links.dialect(registry, alias.dialect),
                name=alias.name,
                where=where_text(alias.where, registry),
                conversion=conversion_text(alias.convert, alias.name, setting.id),
                converts=alias.convert is not None,
                example=example_text(alias, setting),
                off="" if alias.off is None else value_text(alias.off),
                default="" if alias.default is None else value_text(alias.default),
                note=line(alias.note) if alias.note else Markup(),
                evidence=evidence_view(alias.evidence, registry, links) if alias.evidence else None,
            )
        )
    return rows


def where_text(where: Where | None, registry: Registry) -> str:
    """The places in which a name holds; empty: everywhere in the tool."""
    if where is None:
        return ""
    models = [
        registry.models[m].title if m in registry.models else m
        for m in (*where.family, *where.model)
    ]
    parts = [
        *([f"in {_either(where.node)}"] if where.node else []),
        *([f"at {_either(where.endpoint)}"] if where.endpoint else []),
        *([f"in {_either(where.pipeline)}"] if where.pipeline else []),
        *([f"with {_either(models)}"] if models else []),
        *([f"for {_either(where.task)}"] if where.task else []),
        *([f"version {where.version}"] if where.version else []),
    ]
    return ", ".join(parts)


def example_text(alias: Alias, setting: Setting) -> str:
    """One value in both spellings, where they differ: ``-2 there is 2 here``."""
    convert = alias.convert
    if isinstance(convert, Table):
        pair = convert.rows[0]
        return f"{value_text(pair.written)} there is {value_text(pair.canonical)} here"
    if not isinstance(convert, Linear):
        return ""
    stated = [v.value for v in setting.values if isinstance(v.value, int | float)]
    canonical = float(stated[0]) if stated else 1.0
    written = (canonical - convert.offset) / convert.factor
    return f"{value_text(round(written, 6))} there is {value_text(canonical)} here"


def _either(names: tuple[str, ...] | list[str]) -> str:
    return " or ".join(names)
