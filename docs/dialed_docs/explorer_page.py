"""The explorer: any published comparison, moved through along its axes; and the list of them all for who has no script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialed_docs.comparison_view import ComparisonView
from dialed_docs.json_api import json_bytes
from dialed_docs.links import COMPARISONS, Links
from dialed_docs.rendering import page
from dialed_docs.site_records import Registry
from dialed_docs.wording import value_text

PATH = "explore.md"
DATA = "explore/comparisons.json"
SCRIPT = "assets/explore.js"
STYLE = "assets/explore.css"
EXAMPLES = (
    ("num_inference_steps/steps-and-guidance", "Steps and guidance"),
    ("sampler/samplers-and-steps", "Every sampler at three step counts"),
    ("strength/strength-and-steps", "Strength and steps"),
)
"""(comparison, words): one click each, where they are published."""

Views = Mapping[str, list[ComparisonView]]


def comparison_name(view: ComparisonView) -> str:
    """A comparison in the explorer's addresses: ``setting/comparison``."""
    return f"{view.entry.setting}/{view.comparison.id}"


def explorer_address(view: ComparisonView, links: Links) -> str:
    """The explorer opened at a comparison."""
    model = "" if view.is_first_model else f"&m={view.model}"
    return f"{links.to(PATH)}#c={comparison_name(view)}{model}"


def explorer_page(registry: Registry, views: Views, links: Links) -> str:
    """The Markdown source of the page."""
    groups = [
        (registry.settings[setting].title, [v for v in own if v.is_first_model])
        for setting, own in views.items()
        if own
    ]
    published = {comparison_name(view) for _, own in groups for view in own}
    return page(
        "explorer.jinja",
        title="Explorer",
        description="Every published comparison of settings in one place: two axes, prompts, seeds, differences.",
        tags=["grid", "compare", "x/y plot", "xyz plot"],
        hide=["toc", "navigation"],
        groups=groups,
        name=comparison_name,
        guide=lambda view: links.setting(registry, view.entry.setting, view.anchor),
        count=sum(len(own) for _, own in groups),
        pictures=sum(_pictures(view) for own in views.values() for view in own),
        examples=[(name, words) for name, words in EXAMPLES if name in published],
        data=links.to(DATA),
        pictures_base=f"{links.file(COMPARISONS)}/",
        script=links.file(SCRIPT),
        style=links.file(STYLE),
        links=links,
    )


def explorer_data(registry: Registry, views: Views, links: Links) -> bytes:
    """What there is to choose from: axes, prompts, seeds, models, and where the rows lie."""
    found: dict[str, dict[str, Any]] = {}
    for setting, own in views.items():
        for view in own:
            comparison = view.comparison
            entry = found.setdefault(
                comparison_name(view),
                {
                    "title": comparison.title,
                    "lesson": comparison.lesson,
                    "kind": comparison.kind,
                    "guide": links.setting(registry, setting, view.anchor),
                    "axes": [
                        {"setting": axis.setting, "labels": [value_text(v) for v in axis.values]}
                        for axis in comparison.axes
                    ],
                    "start": [_start(view, axis) for axis in range(len(comparison.axes))],
                    "prompts": [[choice.id, choice.text] for choice in view.prompts],
                    "seeds": [choice.id for choice in view.seeds],
                    "held": [list(pair) for pair in view.held],
                    "models": [],
                },
            )
            entry["models"].append(
                {
                    "id": view.model,
                    "title": view.model_title,
                    "address": links.model(registry, view.model),
                    "rows": f"{links.file(view.folder)}/",
                    "native": view.native,
                }
            )
    return json_bytes(found)


def _start(view: ComparisonView, axis: int) -> int:
    """Where a slider stands at first: at the default value, else in the middle."""
    values, default = view.comparison.axes[axis].values, view.comparison.axes[axis].default
    return values.index(default) if default in values else len(values) // 2


def _pictures(view: ComparisonView) -> int:
    return len(view.prompts) * len(view.seeds) * len(view.row.pictures)
