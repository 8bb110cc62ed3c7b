"""The index *All Settings Guides*: cards with pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dialed.setting_types import Setting
from dialed_docs.comparison_view import ComparisonView, strip
from dialed_docs.links import Links
from dialed_docs.name_pages import letter_links
from dialed_docs.pictures import Picture
from dialed_docs.rendering import page
from dialed_docs.settings_filter import DATA, SCRIPT, named_in
from dialed_docs.site_records import GROUP_TITLES, Registry, by_group

STRIP = 2


@dataclass(frozen=True)
class Card:
    """A setting as a card: its title, one sentence, and a strip of its pictures."""

    id: str
    title: str
    summary: str
    address: str | None
    strip: list[Picture]


def first_sentence(text: str) -> str:
    """The first sentence of a text: what a card has room for."""
    head, stop, _ = text.partition(". ")
    return f"{head}." if stop else text


def card(setting: Setting, views: list[ComparisonView], registry: Registry, links: Links) -> Card:
    """The card of a setting."""
    return Card(
        id=setting.id,
        title=setting.title,
        summary=first_sentence(setting.summary),
        address=links.setting(registry, setting.id),
        strip=strip(views, STRIP),
    )


def settings_index(
    registry: Registry, views: Mapping[str, list[ComparisonView]], links: Links
) -> str:
    """The Markdown source of the index."""
    groups = [
        (
            {"id": group, "title": GROUP_TITLES[group]},
            # Those with pictures first: the index is there to be looked at.
            [
                card(s, views[s.id], registry, links)
                for s in sorted(settings, key=lambda s: not views[s.id])
            ],
        )
        for group, settings in by_group(registry.settings).items()
    ]
    return page(
        "settings_index.jinja",
        title="All Settings Guides",
        description="Guides to diffusion image settings, by group and by every name that tools give them.",
        hide=["toc"],
        groups=groups,
        count=len(registry.settings),
        letters=letter_links(registry, links),
        tools=[
            {"id": tool, "title": registry.dialects[tool].title, "count": len(settings)}
            for tool, settings in named_in(registry).items()
        ],
        data=links.to(DATA),
        script=links.file(SCRIPT),
        links=links,
    )
