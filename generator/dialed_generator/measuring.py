"""From pictures to numbers: what each image measures, what a comparison measures, and its curves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dialed_generator import picture_measures as measures
from dialed_generator.manifest import Cell, Curve, CurvePoint, ImageEntry, Scalar
from dialed_generator.planning import PlannedComparison

if TYPE_CHECKING:
    from dialed_generator.picture_measures import Picture


@dataclass(frozen=True)
class Measurement:
    """One measured quantity: its name, its unit and the decimals that are worth keeping."""

    name: str
    unit: str
    decimals: int


MEASUREMENTS: Mapping[str, tuple[Measurement, ...]] = {
    "similarity": (Measurement("ssim", "0 to 1", 4), Measurement("psnr", "dB", 2)),
    "cost": (Measurement("seconds", "s", 3), Measurement("model_calls", "calls", 1)),
    "colour": (
        Measurement("saturation", "0 to 1", 4),
        Measurement("clipped", "share of values", 5),
    ),
    "sharpness": (Measurement("sharpness", "variance of the Laplacian", 1),),
    "diversity": (Measurement("diversity", "0 to 1", 4),),
    "adherence": (Measurement("adherence", "share of attributes", 4),),
}
"""What a record may ask for (``Comparison.measure``) and the quantities that answer it."""

_DECIMALS = {part.name: part.decimals for group in MEASUREMENTS.values() for part in group}


def measure_image(picture: "Picture") -> dict[str, float]:
    """What one picture measures by itself."""
    return _rounded(
        {
            "saturation": measures.saturation(picture),
            "clipped": measures.clipped(picture),
            "sharpness": measures.sharpness(picture),
        }
    )


def measure_cells(
    planned: PlannedComparison, cells: Sequence[Cell], picture: "Callable[[str], Picture]"
) -> list[Cell]:
    """Add to each cell what it measures against the others of its comparison.

    Similarity is against the cell of the same prompt, seed and second-axis value at the reference value; that
    cell itself gets none. Diversity is over the seeds of one prompt and value, and stands in each of them.

    Args:
        planned: Says what to measure.
        cells: Cells whose images are there; those of failed images are left out.
        picture: Gives the lossless picture of a key.
    """
    found: dict[int, dict[str, float]] = {place: {} for place in range(len(cells))}
    reference = planned.record.reference
    if "similarity" in planned.record.measure and reference is not None:
        references = {
            (cell.prompt, _noise(planned, cell), cell.values[1:]): cell.image
            for cell in cells
            if cell.values[0] == reference
        }
        for place, cell in enumerate(cells):
            key = references.get((cell.prompt, _noise(planned, cell), cell.values[1:]))
            if key is None or cell.values[0] == reference:
                continue
            one, other = picture(cell.image), picture(key)
            if one.shape != other.shape:
                continue  # a sweep of sizes: pictures of two shapes have no pixel in common
            found[place]["ssim"] = measures.ssim(one, other)
            if cell.image != key and (decibels := measures.psnr(one, other)) != float("inf"):
                found[place]["psnr"] = decibels
    if "diversity" in planned.record.measure:
        groups: dict[tuple[str, tuple[Scalar, ...]], list[int]] = {}
        for place, cell in enumerate(cells):
            groups.setdefault((cell.prompt, _values_but_seed(planned, cell)), []).append(place)
        for places in groups.values():
            if len(places) > 1:
                spread = measures.diversity([picture(cells[place].image) for place in places])
                for place in places:
                    found[place]["diversity"] = spread
    return [
        cell.model_copy(update={"measured": _rounded(found[place])})
        for place, cell in enumerate(cells)
    ]


def _noise(planned: PlannedComparison, cell: Cell) -> int | None:
    # Where the seed itself is swept, the reference is the picture of the reference seed.
    return None if planned.record.axes[0].setting == "seed" else cell.seed


def _values_but_seed(planned: PlannedComparison, cell: Cell) -> tuple[Scalar, ...]:
    axes = planned.record.axes
    return tuple(
        value for axis, value in zip(axes, cell.values, strict=True) if axis.setting != "seed"
    )


def curves(
    planned: PlannedComparison, cells: Sequence[Cell], images: Mapping[str, ImageEntry]
) -> tuple[Curve, ...]:
    """Mean, smallest and largest of each measured quantity at each value of the first axis."""
    found = []
    for asked in planned.record.measure:
        for quantity in MEASUREMENTS[asked]:
            points = []
            for value in planned.record.axes[0].values:
                numbers = [
                    number
                    for cell in cells
                    if cell.values[0] == value
                    and (number := _number(quantity.name, cell, images[cell.image])) is not None
                ]
                if numbers:
                    points.append(_point(value, numbers, quantity.decimals))
            if points:
                found.append(Curve(measure=quantity.name, unit=quantity.unit, points=tuple(points)))
    return tuple(found)


def _number(name: str, cell: Cell, image: ImageEntry) -> float | None:
    if name in {"seconds", "model_calls"}:
        return float(getattr(image.provenance, name))
    return cell.measured.get(name, image.measured.get(name))


def _point(value: Scalar, numbers: Sequence[float], decimals: int) -> CurvePoint:
    mean = round(sum(numbers) / len(numbers), decimals)
    low, high = round(min(numbers), decimals), round(max(numbers), decimals)
    return CurvePoint(value=value, mean=mean, low=low, high=high, count=len(numbers))


def _rounded(numbers: Mapping[str, float]) -> dict[str, float]:
    return {name: round(number, _DECIMALS[name]) for name, number in numbers.items()}


def asked_for(planned: PlannedComparison, *, with_probe: bool) -> "PlannedComparison":
    """The comparison with only the measures that can be taken: adherence needs the model's own probe."""
    if with_probe or "adherence" not in planned.record.measure:
        return planned
    measure = tuple(name for name in planned.record.measure if name != "adherence")
    return replace(planned, record=planned.record.model_copy(update={"measure": measure}))
