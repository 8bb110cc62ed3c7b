"""Pages of what one comparison has too much of for its guide: all pictures of a grid, all measured numbers."""

from __future__ import annotations

from dialed.setting_types import Setting
from dialed_docs.comparison_view import ComparisonView
from dialed_docs.explorer_page import explorer_address
from dialed_docs.guide_page import dial_cells
from dialed_docs.links import Links
from dialed_docs.rendering import page
from dialed_docs.site_records import Registry


def grid_page(setting: Setting, view: ComparisonView, registry: Registry, links: Links) -> str:
    """The Markdown source of the page of a grid."""
    return page(
        "grid.jinja",
        title=view.comparison.title,
        description=view.comparison.lesson,
        hide=["toc", "navigation"],
        setting=setting,
        view=view,
        dial_cells=dial_cells,
        explore=explorer_address,
        guide=links.setting(registry, setting.id, view.anchor),
        links=links,
    )


def numbers_page(setting: Setting, view: ComparisonView, registry: Registry, links: Links) -> str:
    """The Markdown source of the page of the measured numbers of a comparison."""
    return page(
        "numbers.jinja",
        title=f"{setting.title}, Measured",
        description=f"Every measured number of the comparison: {view.comparison.title}",
        hide=["toc", "navigation"],
        setting=setting,
        view=view,
        guide=links.setting(registry, setting.id, view.anchor),
        links=links,
    )
