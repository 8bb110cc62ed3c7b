"""The index *All Settings Guides*: cards with pictures, and every name from A to Z."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialed.setting_types import Setting
from dialed_docs.comparison_view import ComparisonView, strip
from dialed_docs.links import Links
from dialed_docs.names_view import known_names
from dialed_docs.pictures import Picture
from dialed_docs.rendering import page
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
    names: str


def card(setting: Setting, views: list[ComparisonView], registry: Registry, links: Links) -> Card:
    """The card of a setting."""
    return Card(
        id=setting.id,
        title=setting.title,
        summary=setting.summary,
        address=links.setting(registry, setting.id),
        strip=strip(views, STRIP),
        names=" ".join(known_names(setting)).lower(),
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
        letters=_letters(registry, links),
        links=links,
    )


def _letters(registry: Registry, links: Links) -> list[tuple[str, list[dict[str, Any]]]]:
    """Every name of every setting under its first letter; a name of two settings stands twice."""
    letters: dict[str, list[dict[str, Any]]] = {}
    for setting in registry.settings.values():
        # Spellings that differ in case alone are one name to a reader.
        spellings = [setting.title, *known_names(setting)]
        for name in {spelling.casefold(): spelling for spelling in spellings}.values():
            first = next((c for c in name.upper() if c.isalnum()), "#")
            entry = {
                "name": name,
                "title": setting.title,
                "other": name.casefold() != setting.title.casefold(),
                "address": links.setting(registry, setting.id),
            }
            letters.setdefault(first, []).append(entry)
    return [
        (letter, sorted(names, key=lambda n: (n["name"].lower(), n["title"])))
        for letter, names in sorted(letters.items())
    ]
