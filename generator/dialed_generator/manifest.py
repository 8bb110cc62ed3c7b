"""The manifest: what was published, how it was made, and what was measured. The site is built from it alone."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dialed_generator.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Mapping

Scalar = bool | int | float | str
SCHEMA_VERSION = 1
FILE_NAME = "manifest.json"


class Part(BaseModel):
    """Base of all manifest parts: immutable and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PublishedFile(Part):
    """One encoded file below the published folder."""

    path: str = Field(
        pattern=r"^[0-9a-f]{2}/[0-9a-f]{16}\.(avif|webp)$",
        description="Relative to the folder of the manifest, with forward slashes.",
    )
    format: Literal["avif", "webp"]
    width: int
    height: int
    bytes: int
    sha256: str


class Environment(Part):
    """The machine and libraries that made images. Many images share one, so they name it by its id."""

    device: str
    dtype: str
    threads: int = Field(description="Threads that one operation of torch may use.")
    versions: dict[str, str] = Field(description="Library versions: python, torch, diffusers, ...")


class Provenance(Part):
    """How an image came to be; nothing here is part of the key."""

    environment: str = Field(description="Id of an entry in the manifest's ``environments``.")
    seconds: float = Field(
        description="Seconds of this image's share of its batch, decoding included."
    )
    model_calls: float = Field(
        description="Evaluations of the denoiser for this image, one for each step and guidance branch."
    )
    made: datetime.date


class ImageEntry(Part):
    """One published image with every resolved setting."""

    key: str = Field(description="SHA-256 of the canonical JSON of its job.")
    model: str
    weights: str = Field(description="Digest of the model's weights.")
    pipeline: str
    task: Literal["text-to-image", "image-to-image", "inpainting", "control", "with-picture"]
    settings: dict[str, Scalar] = Field(description="Canonical id -> value: all that was resolved.")
    diffusers: dict[str, Scalar | dict[str, Scalar]] = Field(
        description="The same as diffusers saw it: scheduler, scheduler_arguments, call, generator_seed."
    )
    renderer: int = Field(description="Version of the renderer that made it.")
    steps_run: int = Field(description="Steps really run; fewer than asked for in image-to-image.")
    step: int | None = Field(
        default=None, description="Filmstrips: the step inside the run that is shown."
    )
    init: str | None = Field(default=None, description="Key of the image it starts from.")
    mask: str | None = Field(default=None, description="Inpainting: what is drawn anew.")
    view: str | None = Field(default=None, description="How it is shown, if not as it is.")
    files: tuple[PublishedFile, ...]
    placeholder: str = Field(description="16x16 WebP as a data: address.")
    pixels_sha256: str = Field(description="SHA-256 of the raw RGB bytes of the lossless master.")
    measured: dict[str, float] = Field(default_factory=dict)
    provenance: Provenance


class Cell(Part):
    """One picture of a comparison: where it stands and which image it shows."""

    prompt: str
    seed: int
    values: tuple[Scalar, ...] = Field(description="One for each axis.")
    image: str = Field(description="Key of an image in the manifest.")
    measured: dict[str, float] = Field(
        default_factory=dict,
        description="Measures that depend on the comparison (similarity to its reference).",
    )


class CurvePoint(Part):
    """A measure at one value over all prompts and seeds."""

    value: Scalar
    mean: float
    low: float = Field(description="Smallest of the cells.")
    high: float = Field(description="Largest of the cells.")
    count: int


class Curve(Part):
    """A measured curve over the first axis of a comparison."""

    measure: str = Field(
        description="ssim, psnr, seconds, model_calls, saturation, clipped, sharpness, ..."
    )
    unit: str
    points: tuple[CurvePoint, ...]


class ComparisonEntry(Part):
    """A comparison as published."""

    id: str = Field(description="setting/comparison")
    setting: str
    comparison: str
    model: str
    cells: tuple[Cell, ...]
    curves: tuple[Curve, ...] = ()
    init: str | None = Field(default=None, description="Key of the init image shared by all cells.")
    measures: tuple[str, ...] = Field(
        default=(), description="What was measured, as the record asks for it."
    )


class Manifest(Part):
    """Everything that was published. ``images`` by key, ``comparisons`` by ``setting/comparison@model``."""

    schema_version: int = SCHEMA_VERSION
    environments: dict[str, Environment] = Field(default_factory=dict)
    images: dict[str, ImageEntry] = Field(default_factory=dict)
    comparisons: dict[str, ComparisonEntry] = Field(default_factory=dict)


def read_manifest(path: Path) -> Manifest:
    """Read a manifest; a file that does not exist is an empty one.

    Raises:
        ManifestError: It cannot be read, is not JSON, or is not what this version writes.
    """
    cure = f"take it back with `git checkout -- {path.name}` in its folder, or move it away and build anew"
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Manifest()
    except OSError as error:
        raise ManifestError(
            f"{path}: the manifest cannot be read ({error.strerror}); check its rights"
        ) from None
    try:
        version = json.loads(data)["schema_version"]
    except (ValueError, KeyError, TypeError) as error:
        raise ManifestError(
            f"{path}: the manifest is not valid JSON of a manifest ({error}); {cure}"
        ) from None
    if version != SCHEMA_VERSION:
        raise ManifestError(
            f"{path}: the manifest has schema version {version}, this generator reads {SCHEMA_VERSION}; "
            "use the generator that wrote it, or move it away and build anew"
        )
    try:
        manifest = Manifest.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ManifestError(
            f"{path}: {error.error_count()} faults in the manifest, the first at {place}: {first['msg']}; {cure}"
        ) from None
    for name, entry in manifest.comparisons.items():
        if missing := sorted({cell.image for cell in entry.cells} - manifest.images.keys()):
            raise ManifestError(
                f"{path}: {name} shows image {missing[0]}, which the manifest lacks; {cure}"
            )
    return manifest


def manifest_text(manifest: Manifest) -> str:
    """Write a manifest as JSON with one line an image and a cell, in a stable order: small, and it diffs well."""
    environments = _block({k: _plain(v) for k, v in sorted(manifest.environments.items())})
    images = _block({k: _plain(v) for k, v in sorted(manifest.images.items())})
    comparisons = ",\n".join(
        f"{_line(name)}: {_comparison(_plain(entry))}"
        for name, entry in sorted(manifest.comparisons.items())
    )
    return (
        f'{{"schema_version": {manifest.schema_version},\n"environments": {{{environments}}},\n'
        f'"images": {{{images}}},\n"comparisons": {{{_wrapped(comparisons)}}}}}\n'
    )


def _plain(part: Part) -> dict[str, Any]:
    return part.model_dump(mode="json", exclude_defaults=True)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _wrapped(text: str) -> str:
    return f"\n{text}\n" if text else ""


def _block(entries: Mapping[str, Any]) -> str:
    return _wrapped(",\n".join(f"{_line(name)}:{_line(entry)}" for name, entry in entries.items()))


def _comparison(entry: dict[str, Any]) -> str:
    cells = ",\n".join(map(_line, entry.pop("cells")))
    curves = ",\n".join(map(_line, entry.pop("curves", [])))
    return f'{_line(entry)[:-1]},\n"cells":[{_wrapped(cells)}],\n"curves":[{_wrapped(curves)}]}}'
