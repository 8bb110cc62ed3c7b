"""What a sheet shows, ready to be drawn: rows and columns of pictures with their words. Knows no drawing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialed_generator.job import Job, Scalar
from dialed_generator.planning import Cell, PlannedComparison

if TYPE_CHECKING:
    from dialed import Registry
    from dialed.comparison_types import Comparison

LONGEST_LABEL = 60


@dataclass(frozen=True)
class SheetCell:
    """One place in a strip or grid.

    Attributes:
        key: Key of its image.
        label: The value, in words.
        failure: Why there is no picture; empty where there is one.
    """

    key: str
    label: str
    failure: str = ""


@dataclass(frozen=True)
class SheetRow:
    """Pictures beside each other; ``label`` says what the row holds."""

    label: str
    cells: tuple[SheetCell, ...]


@dataclass(frozen=True)
class Figure:
    """One comparison: a strip (rows are prompts and seeds), a filmstrip or a grid (rows are the second axis).

    Attributes:
        name: ``setting/comparison``, also the name of its file.
        setting: Title of the setting.
        title: Title of the comparison.
        lesson: What the setting does.
        kind: ``runs``, ``filmstrip`` or ``grid``.
        axis: What changes from left to right.
        columns: Labels of the columns.
        rows: The pictures.
        held: What is the same in all of them.
        job: Job of its first picture.
    """

    name: str
    setting: str
    title: str
    lesson: str
    kind: str
    axis: str
    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    held: Mapping[str, Scalar]
    job: Job

    @property
    def file(self) -> str:
        """Name of its picture below the folder of strips."""
        return self.name.replace("/", "--") + ".png"


def figures(
    comparisons: Sequence[PlannedComparison],
    jobs: Mapping[str, Job],
    registry: "Registry",
    failure: Callable[[str], str],
) -> list[Figure]:
    """Lay comparisons out.

    Args:
        comparisons: What is shown.
        jobs: Jobs by key.
        registry: Gives the titles.
        failure: Why an image is not there, by key; empty where it is.
    """
    return [_figure(one, jobs, registry, failure) for one in comparisons]


def _figure(
    shown: PlannedComparison,
    jobs: Mapping[str, Job],
    registry: "Registry",
    failure: Callable[[str], str],
) -> Figure:
    record = shown.record
    first = record.axes[0]
    titles = {axis.setting: registry.settings[axis.setting].title for axis in record.axes}
    prompts = {prompt.id: prompt.text for prompt in record.prompts}
    several = len(prompts) > 1
    rows: dict[tuple[str, int | None, Scalar | None], list[Cell]] = {}
    for cell in shown.cells:
        seed = None if any(axis.setting == "seed" for axis in record.axes) else cell.seed
        place = (cell.prompt, seed, cell.values[1] if len(cell.values) > 1 else None)
        rows.setdefault(place, []).append(cell)
    swept = {axis.setting for axis in record.axes} | {"seed", "prompt"}
    laid = []
    for (prompt, seed, second), cells in rows.items():
        parts = []
        if len(record.axes) > 1:
            parts.append(f"{titles[record.axes[1].setting]} {written(second)}")
        if several:
            parts.append(written(prompts[prompt]))
        if len(record.seeds) > 1 and seed is not None:
            parts.append(f"seed {seed}")
        laid.append(
            SheetRow(
                ", ".join(parts),
                tuple(SheetCell(c.key, written(c.values[0]), failure(c.key)) for c in cells),
            )
        )
    job = jobs[shown.cells[0].key]
    return Figure(
        name=f"{shown.setting}/{record.id}",
        setting=registry.settings[shown.setting].title,
        title=_title(record, registry.settings[shown.setting].title, list(titles.values())),
        lesson=registry.settings[shown.setting].summary,
        kind=record.kind,
        axis="Step of one run" if record.kind == "filmstrip" else titles[first.setting],
        columns=tuple(written(value) for value in first.values),
        rows=tuple(laid),
        held={k: v for k, v in job.settings.items() if k not in swept},
        job=job,
    )


def _title(record: "Comparison", setting: str, axes: list[str]) -> str:
    # The records' own titles and lessons tell of the models that they were drawn with.
    if record.kind == "filmstrip":
        return f"inside one run of {record.hold.get('num_inference_steps')} steps"
    if record.kind == "grid":
        return f"{axes[0]} by {axes[1]}"
    begun = "" if record.task == "text-to-image" else " from a picture"
    swept = "" if axes[0] == setting else f"{axes[0]}, "
    return f"{swept}a run{begun} for each value"


def written(value: object) -> str:
    """A value as a label."""
    if value is True or value is False:
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    if not text:
        return "(empty)"
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1] + "…"
