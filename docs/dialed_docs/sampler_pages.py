"""Pages of samplers, and the table that translates their names between tools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialed.sampler_types import Sampler, Schedule
from dialed_docs.comparison_view import ComparisonView
from dialed_docs.evidence_view import evidence_view
from dialed_docs.links import Links
from dialed_docs.pictures import Picture
from dialed_docs.rendering import page
from dialed_docs.site_records import Registry, Sections

FIDELITIES = {"same": "yes", "close": "nearly", "none": "no"}
PICTURES = 3
# In rem: a letter of code in a table, the space of a cell, and the columns before the tools.
LETTER, SPACE, FIRST_COLUMNS = 0.38, 1.6, 22.6


@dataclass(frozen=True)
class Pictured:
    """Pictures that a sampler made, out of a comparison that sweeps the sampler."""

    pictures: list[Picture]
    view: ComparisonView


def names_of(record: Sampler | Schedule) -> list[str]:
    """Every name of a sampler or schedule once, the id first."""
    return list(dict.fromkeys([record.id, *(name.name for name in record.names)]))


def _names_in(record: Sampler | Schedule, dialect: str) -> list[str]:
    stated = [n for n in record.names if n.dialect == dialect]
    names = [n.name for n in sorted(stated, key=lambda n: not n.preferred)]
    if not names and dialect == "diffusers" and isinstance(record, Sampler):
        names = [c.name for c in record.diffusers]
    return list(dict.fromkeys(names))


def _column(names: list[str]) -> float:
    """Width in rem of a column that holds these names, each on one line."""
    return round(max((len(name) for name in names), default=8) * LETTER + SPACE, 1)


def samplers_index(registry: Registry, links: Links) -> str:
    """The Markdown source of the table of all samplers and schedules."""
    used = {n.dialect for s in registry.samplers.values() for n in s.names}
    used |= {"diffusers"} if any(s.diffusers for s in registry.samplers.values()) else set()
    dialects = [d for d in registry.dialects.values() if d.id in used]
    widths = [
        _column([n for s in registry.samplers.values() for n in _names_in(s, d.id)])
        for d in dialects
    ]
    return page(
        "samplers_index.jinja",
        title="Samplers and Schedules",
        description="Every sampler and noise schedule: order, cost, whether it settles, and its name in every tool.",
        tags=[name for s in registry.samplers.values() for name in names_of(s)],
        hide=["toc"],
        dialects=[
            {"title": d.title, "width": width} for d, width in zip(dialects, widths, strict=True)
        ],
        # A table of fixed width does not move while its rows arrive.
        width=round(sum(widths) + FIRST_COLUMNS, 1),
        samplers=[
            {
                "record": sampler,
                "address": links.sampler(registry, sampler.id),
                "find": " ".join([sampler.title, *names_of(sampler)]).lower(),
                "names": [_names_in(sampler, d.id) for d in dialects],
            }
            for sampler in registry.samplers.values()
        ],
        schedules=[
            {
                "record": schedule,
                "find": " ".join([schedule.title, *names_of(schedule)]).lower(),
                "tools": [
                    {"title": d.title, "names": _names_in(schedule, d.id)}
                    for d in registry.dialects.values()
                    if _names_in(schedule, d.id)
                ],
            }
            for schedule in registry.schedules.values()
        ],
        guide_link=lambda name: links.setting(registry, name),
        links=links,
    )


def sampler_page(
    sampler: Sampler,
    sections: Sections,
    views: Mapping[str, list[ComparisonView]],
    registry: Registry,
    links: Links,
) -> str:
    """The Markdown source of the page of one sampler."""
    shown = _pictured(sampler.id, views)
    guide = links.setting(registry, "sampler", shown.view.anchor) if shown else None
    return page(
        "sampler.jinja",
        title=sampler.title,
        description=sampler.summary,
        tags=names_of(sampler),
        sampler=sampler,
        names=names_of(sampler),
        prose=sections,
        pictures=shown.pictures if shown else [],
        picture_model=shown.view.model_title if shown else "",
        all_pictures=guide,
        evidence=[evidence_view(e, registry, links) for e in sampler.evidence],
        tool_names=[_tool_name(n, registry, links) for n in sampler.names],
        fidelities=FIDELITIES,
        guide_link=lambda name: links.setting(registry, name),
        json_address=links.to(f"api/v1/samplers/{sampler.id}.json"),
        links=links,
    )


def _tool_name(name: Any, registry: Registry, links: Links) -> dict[str, Any]:
    dialect = registry.dialects.get(name.dialect)
    return {
        "tool": dialect.title if dialect else name.dialect,
        "address": links.dialect(registry, name.dialect),
        "name": name,
        "fidelity": FIDELITIES[name.fidelity],
    }


def _pictured(identifier: str, views: Mapping[str, list[ComparisonView]]) -> Pictured | None:
    for view in views.get("sampler", []):
        if view.setting == "sampler":
            own = [p for p in view.row.pictures if p.values[0] == identifier]
            if own:
                return Pictured(own[:PICTURES], view)
    return None
