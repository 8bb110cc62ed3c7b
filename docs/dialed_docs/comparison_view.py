"""One comparison of a setting, joined with what was published and measured for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dialed.comparison_types import Axis, Comparison
from dialed.setting_types import Setting
from dialed_docs.curve_svg import CurveView, Numbers, curve_views, numbers_of
from dialed_docs.pictures import (
    MissingPicturesError,
    Picture,
    Row,
    entry_name,
    plain_picture,
    row,
    seeds_of,
)
from dialed_docs.site_records import Registry
from dialed_docs.wording import value_text
from dialed_generator.manifest import ComparisonEntry, ImageEntry, Manifest

DRAWN = 2
SMALL_GRID = 12
"""Cells up to which a grid stands on the guide in full; a larger one has a page of its own."""

FEW_POINTS = 5
MOST_NUMBERS = 12
"""Rows of a table of measured numbers that stand on the guide; longer tables have a page of their own."""


@dataclass(frozen=True)
class Choice:
    """A prompt or a seed that a reader can switch to."""

    id: str
    text: str


@dataclass(frozen=True)
class ComparisonView:
    """A published comparison as pages show it; ``folder`` holds its rows as JSON fragments."""

    comparison: Comparison
    entry: ComparisonEntry
    folder: str
    model: str
    model_title: str
    row: Row
    begin: Picture | None
    figures: tuple[Picture, ...]
    start: int
    pinned: int
    prompts: tuple[Choice, ...]
    seeds: tuple[Choice, ...]
    held: tuple[tuple[str, str], ...]
    curves: tuple[CurveView, ...]
    first: ImageEntry

    @property
    def anchor(self) -> str:
        """Id of the comparison's place on the page."""
        return self.comparison.id

    @property
    def setting(self) -> str:
        """The swept setting (of the first axis)."""
        return self.comparison.axes[0].setting

    @property
    def labels(self) -> tuple[str, ...]:
        """The values of the first axis as text."""
        return tuple(value_text(value) for value in self.comparison.axes[0].values)

    @property
    def has_dial(self) -> bool:
        """Whether a slider moves through the values: fewer of them stand beside each other."""
        return self.comparison.kind == "runs" and len(self.labels) > FEW_POINTS

    @property
    def columns(self) -> tuple[str, ...]:
        """The values of the second axis of a grid as text."""
        return tuple(value_text(value) for value in self.comparison.axes[-1].values)

    @property
    def has_page(self) -> bool:
        """Whether the comparison is too large for the guide and stands in full on a page of its own."""
        return self.comparison.kind == "grid" and len(self.row.pictures) > SMALL_GRID

    @property
    def page(self) -> str:
        """Source path of the page of its own."""
        return (
            f"{self.folder.rpartition('/')[0]}.md" if self.is_first_model else f"{self.folder}.md"
        )

    @property
    def numbers_page(self) -> str | None:
        """Source path of the page of the measured numbers, where they are too many for the guide."""
        if len(self.numbers.rows) <= MOST_NUMBERS:
            return None
        return f"{self.page.removesuffix('.md')}-numbers.md"

    @property
    def is_first_model(self) -> bool:
        """Whether this is the model that the comparison names first."""
        return self.model == self.comparison.models[0]

    @property
    def all_rows(self) -> list[int]:
        """Every row of a grid."""
        return list(range(len(self.labels)))

    @property
    def all_columns(self) -> list[int]:
        """Every column of a grid."""
        return list(range(len(self.columns)))

    @property
    def some_rows(self) -> list[int]:
        """Rows of a grid that stand for all: those that the record wants shown, at most three."""
        return _some(self.comparison.axes[0], 3)

    @property
    def some_columns(self) -> list[int]:
        """Columns of a grid that stand for all, at most three."""
        return _some(self.comparison.axes[-1], 3)

    @property
    def drawn(self) -> tuple[CurveView, ...]:
        """The curves that are drawn, those that move before those that do not; the table holds all of them.

        A curve through a handful of points says no more than its table.
        """
        if len(self.labels) <= FEW_POINTS:
            return ()
        moving = [curve for curve in self.curves if len({point.mean for point in curve.points}) > 1]
        still = [curve for curve in self.curves if curve not in moving]
        return tuple([*moving, *still][:DRAWN])

    @property
    def numbers(self) -> Numbers:
        """The table of all measured numbers."""
        return numbers_of(self.curves)

    @property
    def native(self) -> str:
        """Size of the pictures as made: ``128 × 128``."""
        picture = self.row.pictures[0]
        return f"{picture.width} × {picture.height}"


def _begin(comparison: Comparison, entry: ComparisonEntry, manifest: Manifest) -> Picture | None:
    """The picture that a comparison starts from, or whose outlines it follows."""
    if comparison.init is None or entry.init is None:
        return None
    if entry.init not in manifest.images:
        raise KeyError("the picture it starts from")
    outlined = comparison.task == "control"
    role = "the picture whose outlines it follows" if outlined else "the picture it starts from"
    if comparison.mask is not None:
        box = comparison.mask
        across, down = (
            f"{low:.0%} to {high:.0%}"
            for low, high in ((box.left, box.right), (box.top, box.bottom))
        )
        part = f"{'an ellipse' if box.shape == 'ellipse' else 'a rectangle'}"
        role += f"; drawn anew is {part} from {across} of its width and {down} of its height"
    told = f"{role[0].upper()}{role[1:]}: {comparison.init.prompt}, seed {comparison.init.seed}"
    return plain_picture(manifest.images[entry.init], role, told)


def _some(axis: Axis, most: int) -> list[int]:
    wanted = [i for i, value in enumerate(axis.values) if not axis.shown or value in axis.shown]
    if len(wanted) <= most:
        return wanted
    return [wanted[round(i * (len(wanted) - 1) / (most - 1))] for i in range(most)]


def comparison_views(
    setting: Setting, registry: Registry, manifest: Manifest, *, allow_missing: bool
) -> list[ComparisonView]:
    """Every comparison of a setting for every model that it declares, in record order.

    Raises:
        MissingPicturesError: One is not published in full and `allow_missing` is off.
    """
    views: list[ComparisonView] = []
    missing: list[str] = []
    for comparison in setting.comparisons:
        for model in comparison.models:
            name = entry_name(setting.id, comparison, model)
            entry = manifest.comparisons.get(name)
            if entry is None:
                missing.append(name)
                continue
            try:
                views.append(_view(setting, comparison, entry, registry, manifest))
            except KeyError as hole:
                missing.append(f"{name}: {hole.args[0]}")
    if missing and not allow_missing:
        raise MissingPicturesError(missing)
    return views


def strip(views: list[ComparisonView], count: int) -> list[Picture]:
    """A few pictures, evenly taken, of the first comparison; the first and the last among them."""
    if not views:
        return []
    figures = views[0].figures if len(views[0].figures) >= count else views[0].row.pictures
    if len(figures) <= count:
        return list(figures)
    return [figures[round(i * (len(figures) - 1) / (count - 1))] for i in range(count)]


def rows_of(view: ComparisonView, manifest: Manifest) -> Iterator[Row]:
    """The rows of every prompt and seed of a comparison."""
    for prompt in view.comparison.prompts:
        for seed in seeds_of(view.comparison):
            yield row(view.comparison, view.entry, manifest, prompt.id, seed)


def _view(
    setting: Setting,
    comparison: Comparison,
    entry: ComparisonEntry,
    registry: Registry,
    manifest: Manifest,
) -> ComparisonView:
    # A row with a hole must be found now, also where it is not the one that the page shows first.
    for prompt in comparison.prompts:
        for seed in seeds_of(comparison):
            row(comparison, entry, manifest, prompt.id, seed)
    first_row = row(comparison, entry, manifest, comparison.prompts[0].id, comparison.seeds[0])
    axis = comparison.axes[0]
    shown = axis.shown or axis.values
    figures = tuple(p for p in first_row.pictures if p.values[0] in shown)
    start = axis.values.index(axis.default) if axis.default is not None else len(axis.values) // 2
    last = len(axis.values) - 1
    pinned = axis.values.index(comparison.reference) if comparison.reference is not None else last
    model = registry.models.get(entry.model)
    return ComparisonView(
        comparison=comparison,
        entry=entry,
        folder=f"settings/{setting.group}/{setting.id}/{comparison.id}/{entry.model}",
        model=entry.model,
        model_title=model.title if model else entry.model,
        row=first_row,
        begin=_begin(comparison, entry, manifest),
        figures=figures,
        start=start,
        pinned=pinned,
        prompts=tuple(Choice(p.id, p.text) for p in comparison.prompts),
        seeds=tuple(Choice(str(s), str(s)) for s in seeds_of(comparison)),
        held=tuple((name, value_text(value)) for name, value in comparison.hold.items()),
        curves=tuple(curve_views(comparison, entry)),
        first=manifest.images[first_row.pictures[0].key],
    )
