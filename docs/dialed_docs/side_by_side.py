"""Comparisons that may stand beside each other: the same setting swept, other models, some values alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dialed_docs.comparison_view import ComparisonView
from dialed_docs.links import Links
from dialed_docs.pictures import seeds_of

FEWEST_ALIKE = 2
"""Values that two sweeps must share: at one value alone there is nothing to move through."""


def partners(view: ComparisonView, views: Iterable[ComparisonView]) -> list[ComparisonView]:
    """Other models' comparisons of the same settings with a prompt, a seed and some values in common."""
    return [other for other in views if other.model != view.model and _alike(view, other)]


def _alike(one: ComparisonView, other: ComparisonView) -> bool:
    kinds = one.comparison.kind == other.comparison.kind != "filmstrip"
    axes = [axis.setting for axis in one.comparison.axes]
    if not kinds or axes != [axis.setting for axis in other.comparison.axes]:
        return False
    return len(set(one.labels) & set(other.labels)) >= FEWEST_ALIKE and bool(
        set(_rows(one)) & set(_rows(other))
    )


def _rows(view: ComparisonView) -> list[str]:
    """Prompt and seed of each row, as the address of its JSON ends."""
    seeds = seeds_of(view.comparison)
    return [f"{prompt.id}/{seed}" for prompt in view.comparison.prompts for seed in seeds]


def beside_choices(
    view: ComparisonView, views: Iterable[ComparisonView], links: Links
) -> list[dict[str, Any]]:
    """What the slider's script needs to show another model at the same value.

    Args:
        view: The comparison with the slider.
        views: All comparisons of its setting.
        links: Links of the page.
    """
    return [
        {
            "title": other.model_title,
            "rows": f"{links.file(other.folder)}/",
            "labels": other.labels,
            "has": _rows(other),
        }
        for other in partners(view, views)
    ]
