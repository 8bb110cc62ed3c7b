"""Pages of tools (dialects): every name that a tool has for a setting, a sampler or a schedule."""

from __future__ import annotations

from typing import Any

from dialed.dialect_types import Dialect
from dialed_docs.inconsistency_page import PATH as INCONSISTENCIES_PAGE
from dialed_docs.links import Links
from dialed_docs.names_view import name_rows
from dialed_docs.rendering import page
from dialed_docs.site_records import Registry


def tools_index(registry: Registry, links: Links) -> str:
    """The Markdown source of the index of tools."""
    return page(
        "tools_index.jinja",
        title="Tools",
        description="Names and values of image settings in each tool, library and service.",
        hide=["toc"],
        tools=[
            {
                "title": dialect.title,
                "summary": dialect.summary,
                "kind": dialect.kind,
                "address": links.dialect(registry, dialect.id),
                "count": sum(
                    alias.dialect == dialect.id
                    for setting in registry.settings.values()
                    for alias in setting.aliases
                ),
            }
            for dialect in registry.dialects.values()
        ],
        links=links,
    )


def tool_page(dialect: Dialect, registry: Registry, links: Links) -> str:
    """The Markdown source of the page of one tool."""
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "title": setting.title,
            "address": links.setting(registry, setting.id),
        }
        for setting in registry.settings.values()
        for name in name_rows(setting, registry, links)
        if name.dialect == dialect.id
    ]
    return page(
        "tool.jinja",
        title=dialect.title,
        description=dialect.summary,
        tags=[dialect.id],
        dialect=dialect,
        rows=sorted(rows, key=lambda row: row["name"].name.lower()),
        samplers=_sampler_names(dialect, registry, links),
        guide_link=lambda name: links.setting(registry, name),
        json_address=links.to(f"api/v1/dialects/{dialect.id}.json"),
        inconsistencies=links.to(INCONSISTENCIES_PAGE) if dialect.id == "diffusers" else None,
        links=links,
    )


def _sampler_names(dialect: Dialect, registry: Registry, links: Links) -> list[dict[str, Any]]:
    rows = []
    for sampler in registry.samplers.values():
        for name in sampler.names:
            if name.dialect == dialect.id:
                schedule = registry.schedules.get(name.schedule) if name.schedule else None
                rows.append(
                    {
                        "name": name.name,
                        "title": sampler.title,
                        "address": links.sampler(registry, sampler.id),
                        "schedule": schedule.title if schedule else name.schedule or "",
                    }
                )
    return sorted(rows, key=lambda row: row["name"].lower())
