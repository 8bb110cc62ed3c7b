"""Symptoms: what somebody sees, and the settings that are its likely causes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialed_docs.guide_page import Named
from dialed_docs.links import Links
from dialed_docs.reader_types import Cause, Symptom
from dialed_docs.rendering import page
from dialed_docs.shown_pictures import ShownView, Views, shown_view
from dialed_docs.site_records import Registry
from dialed_docs.symptom_links import symptom_path
from dialed_generator.manifest import Manifest

INDEX = "symptoms/index.md"
ANCHOR = "when-it-goes-wrong"


@dataclass(frozen=True)
class CauseView:
    """A cause with the addresses of what it names."""

    setting: Named
    cause: Cause
    models: tuple[Named, ...]
    item: str | None


@dataclass(frozen=True)
class Card:
    """A symptom in the index."""

    title: str
    see: str
    address: str
    find: str
    shown: ShownView | None
    settings: tuple[str, ...]


def symptoms_index(
    symptoms: Sequence[Symptom], views: Views, registry: Registry, manifest: Manifest, links: Links
) -> str:
    """The Markdown source of the index: pictures first, one card a symptom."""
    return page(
        "symptoms_index.jinja",
        title="Symptoms",
        description="My picture is burned, blurred, grey, doubled: what to look at first, by what you see.",
        hide=["toc"],
        cards=[_card(symptom, views, registry, manifest, links) for symptom in symptoms],
        links=links,
    )


def symptom_page(
    symptom: Symptom,
    symptoms: Sequence[Symptom],
    views: Views,
    registry: Registry,
    manifest: Manifest,
    links: Links,
) -> str:
    """The Markdown source of the page of one symptom."""
    shown = symptom.picture and shown_view(symptom.picture, views, registry, manifest, links)
    return page(
        "symptom.jinja",
        title=symptom.title,
        description=symptom.see,
        tags=symptom.also,
        boost=1.5,
        symptom=symptom,
        shown=shown,
        causes=[_cause(cause, registry, links) for cause in symptom.cause],
        checks=[
            (code, registry.rules[code].what, links.to(f"checks/{code}.md"))
            for code in symptom.checks
            if code in registry.rules
        ],
        related=[
            Named(other.title, links.to(symptom_path(other.id)))
            for identifier in symptom.related
            for other in symptoms
            if other.id == identifier
        ],
        guide_link=lambda name: links.setting(registry, name),
        links=links,
    )


def _cause(cause: Cause, registry: Registry, links: Links) -> CauseView:
    known = registry.settings.get(cause.setting)
    return CauseView(
        setting=Named(
            known.title if known else cause.setting, links.setting(registry, cause.setting)
        ),
        cause=cause,
        models=tuple(
            Named(registry.models[m].title if m in registry.models else m, links.model(registry, m))
            for m in cause.models
        ),
        item=links.setting(registry, cause.setting, ANCHOR) if cause.item else None,
    )


def _card(
    symptom: Symptom, views: Views, registry: Registry, manifest: Manifest, links: Links
) -> Card:
    titles: Mapping[str, str] = {s.id: s.title for s in registry.settings.values()}
    return Card(
        title=symptom.title,
        see=symptom.see,
        address=links.to(symptom_path(symptom.id)),
        find=" ".join((symptom.title, *symptom.also)).casefold(),
        shown=shown_view(symptom.picture, views, registry, manifest, links)
        if symptom.picture
        else None,
        settings=tuple(dict.fromkeys(titles.get(c.setting, c.setting) for c in symptom.cause)),
    )
