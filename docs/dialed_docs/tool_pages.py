"""Pages of tools (dialects): every name that a tool has for a setting, a sampler or a schedule."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from dialed.dialect_types import Dialect
from dialed.parsers.midjourney_prompt import FLAGS
from dialed_docs.inconsistency_page import PATH as INCONSISTENCIES_PAGE
from dialed_docs.links import Links, SiteMap
from dialed_docs.names_view import name_rows
from dialed_docs.rendering import page
from dialed_docs.site_records import GROUP_TITLES, Registry, by_group


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


MOST_NAMES = 50
"""Names that stand on a tool's page; the groups of settings that follow have a second one."""


@dataclass(frozen=True)
class NameGroup:
    """The names that a tool has for the settings of one group."""

    id: str
    title: str
    rows: list[dict[str, Any]]


def name_groups(dialect: Dialect, registry: Registry, links: Links) -> list[NameGroup]:
    """Every name of a tool, by group in reading order, in alphabetical order inside a group."""
    found = []
    for group, settings in by_group(registry.settings).items():
        rows: list[dict[str, Any]] = [
            {
                "name": name,
                "title": setting.title,
                "address": links.setting(registry, setting.id),
            }
            for setting in settings
            for name in name_rows(setting, registry, links)
            if name.dialect == dialect.id
        ]
        if rows:
            rows.sort(key=lambda row: row["name"].name.lower())
            found.append(NameGroup(group, GROUP_TITLES[group], rows))
    return found


def split_groups(groups: list[NameGroup]) -> tuple[list[NameGroup], list[NameGroup]]:
    """Groups of the first page and of the second: whole groups until `MOST_NAMES` are reached, one at least."""
    if sum(len(group.rows) for group in groups) <= MOST_NAMES:
        return groups, []
    count = 0
    for at, group in enumerate(groups):
        count += len(group.rows)
        if count > MOST_NAMES:
            cut = max(at, 1)
            return groups[:cut], groups[cut:]
    return groups, []


def second_page(dialect: str) -> str:
    """Source path of the second page of a tool's names."""
    return f"tools/{dialect}-more.md"


def second_pages(registry: Registry) -> list[str]:
    """Source paths of all second pages."""
    counts = Counter(a.dialect for s in registry.settings.values() for a in s.aliases)
    return [second_page(d) for d in registry.dialects if _is_split(d, registry, counts)]


def _is_split(dialect: str, registry: Registry, counts: Counter[str]) -> bool:
    if counts[dialect] <= MOST_NAMES:
        return False
    links = SiteMap().links_of(f"tools/{dialect}.md")
    return bool(split_groups(name_groups(registry.dialects[dialect], registry, links))[1])


def tool_page(dialect: Dialect, registry: Registry, links: Links) -> str:
    """The Markdown source of the page of one tool."""
    groups, later = split_groups(name_groups(dialect, registry, links))
    return page(
        "tool.jinja",
        title=dialect.title,
        description=dialect.summary,
        tags=[dialect.id, *_flags(dialect)],
        dialect=dialect,
        groups=groups,
        later=later,
        more=links.to(second_page(dialect.id)) if later else None,
        samplers=_sampler_names(dialect, registry, links),
        guide_link=lambda name: links.setting(registry, name),
        json_address=links.to(f"api/v1/dialects/{dialect.id}.json"),
        inconsistencies=links.to(INCONSISTENCIES_PAGE) if dialect.id == "diffusers" else None,
        links=links,
    )


def more_names_page(dialect: Dialect, registry: Registry, links: Links) -> str:
    """The Markdown source of the page of the names that a tool's page has no room for."""
    return page(
        "tool_more.jinja",
        title=f"{dialect.title}, More Names",
        description=f"Names and values in {dialect.title}: the groups of settings that its page has no room for.",
        hide=["toc"],
        dialect=dialect,
        groups=split_groups(name_groups(dialect, registry, links))[1],
        first=links.dialect(registry, dialect.id),
        links=links,
    )


def _flags(dialect: Dialect) -> list[str]:
    """Flags that no setting stands for: who looks for one is led to the tool's page."""
    if dialect.id != "midjourney":
        return []
    return sorted(flag for flag in FLAGS if len(flag) > 2)


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
