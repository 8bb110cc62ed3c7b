"""The page of what diffusers contradicts itself about: siblings' defaults, and docstrings against signatures."""

from __future__ import annotations

from typing import Any

from dialed import DialedError
from dialed.diffusers_inconsistencies import Inconsistencies, Place
from dialed_docs.guide_page import Named
from dialed_docs.links import Links
from dialed_docs.rendering import page
from dialed_docs.site_records import Registry

PATH = "diffusers-inconsistencies.md"


def inconsistency_page(found: Inconsistencies, registry: Registry, links: Links) -> str:
    """The Markdown source of the page.

    Args:
        found: The committed findings (`dialed.diffusers_inconsistencies.read_inconsistencies`).
        registry: Records, for links from arguments to guides.
        links: Links as seen from this page.
    """
    return page(
        "inconsistencies.jinja",
        title="Inconsistencies Inside diffusers",
        description="Arguments whose default differs between pipelines of one family, and docstrings that state "
        "another default than the signature, with file and line.",
        hide=["toc"],
        version=found.version,
        siblings=[
            {
                "family": siblings.family,
                "argument": _named(siblings.argument, registry, links),
                "defaults": siblings.defaults,
            }
            for siblings in found.siblings
        ],
        docstrings=_by_file(found, registry, links),
        total=len(found.docstrings),
        where=where,
        links=links,
    )


def where(place: Place) -> str:
    """File and line as editors take them; the folder that all files share is left out."""
    return f"{place.file.removeprefix('pipelines/')}:{place.line}"


def _by_file(found: Inconsistencies, registry: Registry, links: Links) -> dict[str, list[Any]]:
    """Rows by file, so that a long path stands once."""
    rows: dict[str, list[Any]] = {}
    for item in found.docstrings:
        rows.setdefault(item.place.file.removeprefix("pipelines/"), []).append(
            {"item": item, "argument": _named(item.argument, registry, links)}
        )
    return rows


def _named(argument: str, registry: Registry, links: Links) -> Named:
    """An argument with the guide of the setting that it is in diffusers, where there is one."""
    try:
        identifier = registry.names.setting(argument, "diffusers", suggest=False)
    except DialedError:
        return Named(argument, None)
    return Named(argument, links.setting(registry, identifier))
