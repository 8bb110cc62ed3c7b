"""Published pictures that a text names: found again by comparison and value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dialed.record_base import Scalar
from dialed_docs.comparison_view import ComparisonView
from dialed_docs.links import Links
from dialed_docs.pictures import Picture, row
from dialed_docs.reader_types import Shown
from dialed_docs.site_records import Registry
from dialed_generator.manifest import Manifest

Views = Mapping[str, list[ComparisonView]]


@dataclass(frozen=True)
class ShownView:
    """Pictures with their words, and the place in a guide where all of them stand."""

    pictures: tuple[Picture, ...]
    text: str
    guide: str
    address: str
    model: str
    prompt: str
    seed: int

    @property
    def one_scale(self) -> bool:
        """Whether all pictures have one size, so that equal columns show them at one scale."""
        return len({(picture.width, picture.height) for picture in self.pictures}) == 1


def shown_view(
    shown: Shown, views: Views, registry: Registry, manifest: Manifest, links: Links
) -> ShownView | None:
    """The pictures of a reference; None where these records do not publish them."""
    view = _view(shown, views)
    if view is None:
        return None
    prompt, seed = shown.prompt or view.row.prompt, _seed(shown, view)
    try:
        found = row(view.comparison, view.entry, manifest, prompt, seed).pictures
    except KeyError:
        return None
    by_values = {picture.values: picture for picture in found}
    wanted = [by_values.get(values_of(value)) for value in shown.values]
    pictures = tuple(picture for picture in wanted if picture is not None)
    address = links.setting(registry, shown.setting, view.anchor)
    if len(pictures) < len(wanted) or address is None:
        return None
    said = next(p.text for p in view.comparison.prompts if p.id == prompt)
    title = registry.settings[shown.setting].title
    return ShownView(pictures, shown.text, title, address, view.model_title, said, seed)


def values_of(value: Scalar | tuple[Scalar, ...]) -> tuple[Scalar, ...]:
    """A value as cells have it: one of each axis."""
    return value if isinstance(value, tuple) else (value,)


def missing_pictures(shown: Shown, views: Views, manifest: Manifest) -> list[str]:
    """What a reference names and nothing publishes, in words."""
    view = _view(shown, views)
    name = f"{shown.setting}/{shown.comparison}"
    if view is None:
        return [f"{name} is no published comparison"]
    try:
        found = row(
            view.comparison,
            view.entry,
            manifest,
            shown.prompt or view.row.prompt,
            _seed(shown, view),
        )
    except KeyError as hole:
        return [f"{name}: {hole.args[0]} is not published"]
    there = {picture.values for picture in found.pictures}
    return [f"{name} has no value {v!r}" for v in shown.values if values_of(v) not in there]


def _view(shown: Shown, views: Views) -> ComparisonView | None:
    for view in views.get(shown.setting, ()):
        fits = view.is_first_model if shown.model is None else view.model == shown.model
        if view.comparison.id == shown.comparison and fits:
            return view
    return None


def _seed(shown: Shown, view: ComparisonView) -> int:
    return view.row.seed if shown.seed is None else shown.seed
