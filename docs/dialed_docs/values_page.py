"""The page of all values of one setting, where a guide has no room for them."""

from __future__ import annotations

from dialed.setting_types import Setting
from dialed_docs.links import Links
from dialed_docs.model_values import stated_values
from dialed_docs.rendering import page
from dialed_docs.site_records import Registry


def values_page(setting: Setting, registry: Registry, links: Links) -> str:
    """The Markdown source of the page."""
    return page(
        "values.jinja",
        title=f"{setting.title}: Every Value and Its Source",
        description=f"Every value of {setting.title} by model, with its source and the day it was read.",
        hide=["toc", "navigation"],
        setting=setting,
        stated=stated_values(setting, registry, links),
        guide=links.setting(registry, setting.id, "every-value-and-its-source"),
        links=links,
    )
