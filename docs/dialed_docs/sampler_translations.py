"""Samplers and schedules in every tool's words, both ways: the data of the translator.

Reading and writing are the library's own index of names (`dialed.written_names`), asked here for every name that there
is, so that the page needs no rule of its own but to look up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dialed.conversion import Names, Table
from dialed.dialects.diffusers_scheduler import CLASS_DEFAULTS
from dialed.errors import InvalidValueError
from dialed.sampler_types import Sampler, Schedule
from dialed.setting_types import Alias
from dialed.suggestion import fold
from dialed_docs.links import Links
from dialed_docs.site_records import Registry
from dialed_docs.wording import value_text

DIFFUSERS = "diffusers"


@dataclass(frozen=True)
class Misleading:
    """A name that means one sampler here and another one there."""

    name: str
    meanings: tuple[tuple[str, tuple[str, ...]], ...]
    """(sampler id, titles of the tools that mean it)."""


def alias_in(setting: str, dialect: str, registry: Registry) -> Alias | None:
    """The field of a tool that holds a sampler or a schedule: its own, or that of the tool it grew out of."""
    record = registry.settings.get(setting)
    if record is None or dialect not in registry.dialects:
        return None
    found = [
        alias
        for speaker in registry.names.lineage(dialect)
        for alias in record.aliases
        if alias.dialect == speaker and isinstance(alias.convert, Names | Table)
    ]
    return found[0] if found else None


def naming_tools(registry: Registry) -> list[str]:
    """Dialects that name samplers, in record order, diffusers aside."""
    return [d for d in registry.dialects if d != DIFFUSERS and any(_samplers_read(d, registry))]


def _samplers_read(dialect: str, registry: Registry) -> Iterator[tuple[str, str, str | None]]:
    """(written name, sampler, schedule that the name states too) for every name that a tool reads."""
    alias = alias_in("sampler", dialect, registry)
    if alias is None:
        return
    if isinstance(alias.convert, Table):
        for row in alias.convert.rows:
            if row.canonical in registry.samplers:
                yield str(row.written), str(row.canonical), None
        return
    written = registry.written
    for name in written.known("samplers", dialect):
        found = written.find("samplers", dialect, name, combined=True)
        if found is not None:
            yield name, found.record, found.schedule


def _schedules_read(dialect: str, registry: Registry) -> Iterator[tuple[str, str]]:
    alias = alias_in("schedule", dialect, registry)
    if alias is None:
        return
    if isinstance(alias.convert, Table):
        for row in alias.convert.rows:
            yield f"{alias.name}: {value_text(row.written)}", str(row.canonical)
        return
    for name in registry.written.known("schedules", dialect):
        found = registry.written.find("schedules", dialect, name, combined=False)
        if found is not None:
            yield name, found.record


def _nearness(record: Sampler | Schedule, name: str, dialect: str, registry: Registry) -> list[str]:
    """Fidelity and note of a name; nothing where it is the same and nothing is to be said."""
    lineage = registry.names.lineage(dialect)
    tools = [n for n in record.names if n.name == name]
    tools.sort(key=lambda n: lineage.index(n.dialect) if n.dialect in lineage else len(lineage))
    if not tools or (tools[0].fidelity == "same" and not tools[0].note):
        return []
    return [tools[0].fidelity, tools[0].note or ""]


def _sampler_written(dialect: str, registry: Registry) -> dict[str, Any]:
    """Sampler id -> [name, {schedule: name that states it too}, fidelity, note]."""
    alias, found = alias_in("sampler", dialect, registry), {}
    for sampler in registry.samplers.values():
        plain = _name(alias, {"sampler": sampler.id}, "sampler", dialect, registry)
        if plain is None:
            continue
        stated: dict[str, str] = {}
        for tool in sampler.names:
            if tool.schedule is not None and tool.schedule not in stated:
                both = {"sampler": sampler.id, "schedule": tool.schedule}
                name = _name(alias, both, "sampler", dialect, registry)
                read = registry.written.find("samplers", dialect, name or "", combined=False)
                if name is not None and read is not None and read.schedule == tool.schedule:
                    stated[tool.schedule] = name
        found[sampler.id] = [plain, stated, *_nearness(sampler, plain, dialect, registry)]
    return found


def _schedule_written(dialect: str, registry: Registry) -> dict[str, Any]:
    alias, found = alias_in("schedule", dialect, registry), {}
    for schedule in registry.schedules.values():
        name = _name(alias, {"schedule": schedule.id}, "schedule", dialect, registry)
        if name is not None:
            found[schedule.id] = [name, *_nearness(schedule, name, dialect, registry)]
    return found


def _name(
    alias: Alias | None, settings: dict[str, str], setting: str, dialect: str, registry: Registry
) -> str | None:
    if alias is None:
        return None
    if isinstance(alias.convert, Table):
        rows = [r for r in alias.convert.rows if r.canonical == settings[setting]]
        return value_text(rows[0].written) if rows else None
    if not isinstance(alias.convert, Names):
        return None
    try:
        return registry.written.name(setting, alias.convert, dialect, settings)
    except InvalidValueError:
        return None


def translations(registry: Registry, links: Links) -> dict[str, Any]:
    """Everything that the translator's script looks up; addresses as seen from its page."""
    return {
        "samplers": {
            s.id: [s.title, links.sampler(registry, s.id)] for s in registry.samplers.values()
        },
        "schedules": {
            s.id: [s.title, links.sampler(registry, s.id)] for s in registry.schedules.values()
        },
        "tools": [_tool(dialect, registry, links) for dialect in naming_tools(registry)],
        "diffusers": _diffusers(registry, links),
    }


def _tool(dialect: str, registry: Registry, links: Links) -> dict[str, Any]:
    sampler, schedule = (alias_in(s, dialect, registry) for s in ("sampler", "schedule"))
    return {
        "id": dialect,
        "title": registry.dialects[dialect].title,
        "address": links.dialect(registry, dialect),
        "fields": [a.name if a else "" for a in (sampler, schedule)],
        "joined": isinstance(sampler and sampler.convert, Names)
        and getattr(sampler.convert if sampler else None, "combined", False),
        "reads": [list(one) for one in _samplers_read(dialect, registry)],
        "schedules": [list(one) for one in _schedules_read(dialect, registry)],
        "writes": _sampler_written(dialect, registry),
        "writes_schedule": _schedule_written(dialect, registry),
    }


def _diffusers(registry: Registry, links: Links) -> dict[str, Any]:
    return {
        "address": links.dialect(registry, DIFFUSERS),
        "classes": [
            [c.name, dict(c.arguments), s.id, list(c.schedules), c.fidelity, c.note or ""]
            for s in registry.samplers.values()
            for c in s.diffusers
        ],
        "defaults": CLASS_DEFAULTS,
        "schedules": {
            s.id: [s.arguments, s.fidelity]
            for s in registry.schedules.values()
            if s.arguments is not None
        },
    }


def misleading_names(registry: Registry) -> list[Misleading]:
    """Names that two tools give to two samplers, in alphabetical order."""
    meant: dict[str, dict[str, list[str]]] = {}
    shown: dict[str, str] = {}
    for dialect in naming_tools(registry):
        for name, sampler, _ in _samplers_read(dialect, registry):
            titles = meant.setdefault(fold(name), {}).setdefault(sampler, [])
            titles.append(registry.dialects[dialect].title)
            shown.setdefault(fold(name), name)
    return [
        Misleading(shown[key], tuple((s, tuple(dict.fromkeys(t))) for s, t in by_sampler.items()))
        for key, by_sampler in sorted(meant.items())
        if len(by_sampler) > 1
    ]
