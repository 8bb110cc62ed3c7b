"""Published pictures of a comparison, in the order and with the words in which a page shows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

from dialed.comparison_types import Comparison
from dialed_docs.wording import number, value_text
from dialed_generator.manifest import Cell, ComparisonEntry, ImageEntry, Manifest, Scalar


@dataclass(frozen=True)
class Picture:
    """One picture: where it lies and what it shows."""

    index: int
    key: str
    values: tuple[Scalar, ...]
    caption: str
    alt: str
    avif: str
    webp: str | None
    width: int
    height: int
    placeholder: str
    seen: str
    measured: str
    is_reference: bool


@dataclass(frozen=True)
class Row:
    """All pictures of one prompt and seed, made by one model."""

    model: str
    prompt: str
    seed: int
    pictures: tuple[Picture, ...]


class MissingPicturesError(Exception):
    """A record declares a comparison that is not published, or not in full."""

    def __init__(self, missing: list[str]) -> None:
        listed = "\n".join(f"  {line}" for line in missing[:12])
        more = f"\n  and {len(missing) - 12} more" if len(missing) > 12 else ""
        super().__init__(
            f"{len(missing)} declared comparisons are not published, so their pages would have holes:\n"
            f"{listed}{more}\nRun `dialed images build`, or set DIALED_ALLOW_MISSING=1 to leave them out."
        )
        self.missing = missing


def entry_name(setting: str, comparison: Comparison, model: str) -> str:
    """Key of a comparison in the manifest."""
    return f"{setting}/{comparison.id}@{model}"


def swept_values(comparison: Comparison) -> list[tuple[Scalar, ...]]:
    """Every combination of the axes' values, the first axis outermost."""
    return list(product(*(axis.values for axis in comparison.axes)))


def seeds_of(comparison: Comparison) -> tuple[int, ...]:
    """Seeds that a reader can choose; none to choose where the seed itself is swept."""
    swept = any(axis.setting == "seed" for axis in comparison.axes)
    return comparison.seeds[:1] if swept else comparison.seeds


def row(
    comparison: Comparison, entry: ComparisonEntry, manifest: Manifest, prompt: str, seed: int
) -> Row:
    """The pictures of one prompt and seed.

    Raises:
        KeyError: A cell, or the image it names, is not in the manifest. Its text names the values.
    """
    by_values: dict[tuple[Scalar, ...], Cell] = {}
    for cell in entry.cells:
        if cell.prompt == prompt and (cell.seed == seed or seed_is_swept(comparison)):
            by_values[cell.values] = cell
    pictures = []
    for index, values in enumerate(swept_values(comparison)):
        cell_of_values = by_values.get(values)
        image = manifest.images.get(cell_of_values.image) if cell_of_values else None
        if cell_of_values is None or image is None or not image.files:
            raise KeyError(f"prompt {prompt}, seed {seed}, {caption(comparison, values)}")
        pictures.append(_picture(comparison, cell_of_values, image, index))
    return Row(entry.model, prompt, seed, tuple(pictures))


def seed_is_swept(comparison: Comparison) -> bool:
    """Whether each picture of a row has a seed of its own."""
    return any(axis.setting == "seed" for axis in comparison.axes)


def caption(comparison: Comparison, values: tuple[Scalar, ...]) -> str:
    """The words under a picture: ``num_inference_steps = 4``; inside a run: ``step 4 of 25``."""
    if comparison.kind == "filmstrip":
        return (
            f"step {value_text(values[0])} of {value_text(comparison.hold['num_inference_steps'])}"
        )
    pairs = zip(comparison.axes, values, strict=True)
    return ", ".join(f"{axis.setting} = {value_text(value)}" for axis, value in pairs)


def _picture(comparison: Comparison, cell: Cell, image: ImageEntry, index: int) -> Picture:
    seen = next((s.text for s in comparison.seen if s.value == cell.values[0]), "")
    prompt = next((p.text for p in comparison.prompts if p.id == cell.prompt), cell.prompt)
    words = caption(comparison, cell.values)
    alone = len(comparison.axes) == 1
    # In a grid the prompt stands once above the pictures; a screen reader need not hear it sixty times.
    alt = f"{words}. {seen or f'{prompt}, seed {cell.seed}'}" if alone else words
    return replace(
        plain_picture(image, words, alt),
        index=index,
        values=cell.values,
        seen=seen if alone else "",
        measured=measured_text(cell, image),
        is_reference=comparison.reference is not None and cell.values[0] == comparison.reference,
    )


def plain_picture(image: ImageEntry, words: str, alt: str) -> Picture:
    """A published image with nothing but its words."""
    files = {file.format: file for file in sorted(image.files, key=lambda f: f.width)}
    main = files.get("avif") or files["webp"]
    return Picture(
        index=0,
        key=image.key,
        values=(),
        caption=words,
        alt=alt,
        avif=main.path,
        webp=files["webp"].path if "webp" in files and "avif" in files else None,
        width=main.width,
        height=main.height,
        placeholder=safe_placeholder(image.placeholder),
        seen="",
        measured="",
        is_reference=False,
    )


def measured_text(cell: Cell, image: ImageEntry) -> str:
    """What was measured of a picture, in one line."""
    parts = []
    if "ssim" in cell.measured:
        parts.append(f"similarity {cell.measured['ssim']:.2f}")
    calls = image.provenance.model_calls
    if image.step is None:
        parts.append(f"{number(round(calls, 1))} model call{'' if calls == 1 else 's'}")
    return " · ".join(parts)


def safe_placeholder(address: str) -> str:
    """The inlined 16x16 picture, or nothing if the manifest holds anything else there."""
    head = "data:image/webp;base64,"
    rest = address.removeprefix(head)
    plain = rest.isascii() and rest.replace("+", "").replace("/", "").rstrip("=").isalnum()
    return address if address.startswith(head) and plain else ""
