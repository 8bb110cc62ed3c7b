"""The home page: what this is, in one screen, with a slider that already works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dialed.setting_types import Setting
from dialed_docs.comparison_view import ComparisonView, strip
from dialed_docs.guide_page import dial_cells
from dialed_docs.links import Links
from dialed_docs.names_view import known_names
from dialed_docs.rendering import page
from dialed_docs.site_records import Registry
from dialed_docs.wording import value_text
from dialed_generator.manifest import Manifest

FIRST = "num_inference_steps"
ASKED = (
    ("Is step 10 of 25 the same as 10 steps?", "learn/steps.md"),
    ("Why is it another picture with every number of steps?", "symptoms/never-settles.md"),
    ("Why does my negative prompt do nothing?", "symptoms/negative-nothing.md"),
    ("Same seed, same settings: why another picture?", "symptoms/seed-differs.md"),
)
"""What readers ask most, and the page that answers it with pictures: one click each."""
ASKED_OF_STRENGTH = "Does the strength of image-to-image eat my steps?"
LINES, LINE = 2, 4
"""Strips on the page and pictures in a strip: what a first view can weigh."""


@dataclass(frozen=True)
class StripPicture:
    """A picture of a strip with its value under it."""

    avif: str
    webp: str | None
    alt: str
    width: int
    height: int
    label: str


def home_page(
    registry: Registry,
    views: Mapping[str, list[ComparisonView]],
    manifest: Manifest,
    links: Links,
) -> str:
    """The Markdown source of the home page."""
    sliders = [v for v in views.get(FIRST, []) if v.comparison.kind == "runs"]
    hero = sliders[0] if sliders else None
    return page(
        "home.jinja",
        title="Dialed",
        description="The open field guide to diffusion image settings: real pictures, sourced values, names in every tool.",
        hide=["navigation", "toc"],
        hero=hero,
        dial_cells=dial_cells,
        strips=[
            {
                "title": setting.title,
                "summary": setting.summary,
                "address": links.setting(registry, setting.id),
                "pictures": [
                    StripPicture(p.avif, p.webp, p.alt, p.width, p.height, value_text(p.values[0]))
                    for p in strip(views[setting.id], LINE)
                ],
            }
            for setting in _pictured(registry, views)[:LINES]
        ],
        totals={
            "settings": len(registry.settings),
            "recommended": sum(len(s.values) for s in registry.settings.values()),
            "ranges": sum(len(s.ranges) for s in registry.settings.values()),
            "models": sum(not m.abstract for m in registry.models.values()),
            "names": len({n for s in registry.settings.values() for n in known_names(s)}),
            "dialects": len(registry.dialects),
            "pictures": len(manifest.images),
        },
        asked=_asked(registry, links),
        links=links,
    )


def _asked(registry: Registry, links: Links) -> list[tuple[str, str]]:
    """Questions and the addresses of their answers; the last one is answered by a grid in a guide."""
    asked = [(question, links.to(target)) for question, target in ASKED]
    grid = links.setting(registry, "strength", "strength-and-steps")
    return [*asked, *([(ASKED_OF_STRENGTH, grid)] if grid else [])]


def _pictured(registry: Registry, views: Mapping[str, list[ComparisonView]]) -> list[Setting]:
    """Settings that have a comparison of separate runs, those with most pictures first."""
    shown = [
        setting
        for setting in registry.settings.values()
        if setting.id != FIRST
        and views[setting.id]
        and views[setting.id][0].comparison.kind == "runs"
    ]
    return sorted(shown, key=lambda setting: -len(views[setting.id][0].row.pictures))
