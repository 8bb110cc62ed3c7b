"""Proves what is published: every file is what the manifest says, and a sample can be rendered again."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dialed_generator.errors import ManifestError
from dialed_generator.folder import Folder
from dialed_generator.job import RENDERER_VERSION, Job
from dialed_generator.manifest import FILE_NAME, ImageEntry, Manifest, read_manifest
from dialed_generator.places import Places
from dialed_generator.publishing import job_of
from dialed_generator.status import file_faults

if TYPE_CHECKING:
    from dialed_generator.manifest import Environment
    from dialed_generator.picture_measures import Picture
    from dialed_generator.rendering.renderer import Renderer

ENOUGH_DB = 40.0
"""PSNR that a picture rendered again and encoded alike must reach against the published file."""


@dataclass(frozen=True)
class Proof:
    """One image that was rendered again.

    Attributes:
        key: Its key.
        decibels: PSNR of both files, decoded; infinite where they are equal.
        fault: Why it could not be compared; empty where it could.
    """

    key: str
    decibels: float
    fault: str = ""

    @property
    def ok(self) -> bool:
        """Whether the picture came out again."""
        return not self.fault and self.decibels >= ENOUGH_DB


def problems(places: Places) -> tuple[Manifest, list[str]]:
    """Check every published file against the manifest, and the manifest against itself.

    Returns:
        The manifest, and one line for each fault: missing, corrupt and foreign files, entries whose key is not
        that of their content. A manifest that cannot be read is a fault too, and counts as an empty one.
    """
    try:
        manifest = read_manifest(places.published / FILE_NAME)
    except ManifestError as error:
        return Manifest(), [str(error)]
    found = []
    known = {FILE_NAME}
    for key, entry in manifest.images.items():
        known.update(file.path for file in entry.files)
        if fault := _entry_fault(key, entry):
            found.append(f"image {key[:16]}: {fault}; `dialed images build` mends it")
        found += [
            f"image {key[:16]}: {path} is {damage}; `dialed images build` mends it"
            for path, damage in file_faults(entry, places.published)
        ]
    folder = Folder(places.published)
    found += [
        f"{name} belongs to no image of the manifest; `dialed images gc` removes it"
        for name in (*folder.names(), *folder.parts())
        if name not in known
    ]
    return manifest, found


def _entry_fault(key: str, entry: ImageEntry) -> str:
    try:
        job = job_of(entry)
    except TypeError as error:
        return f"its entry is incomplete ({error})"
    if not key == entry.key == job.key:
        return "its key is not that of its settings: the manifest was changed by hand"
    return ""


def sample(manifest: Manifest, count: int) -> list[ImageEntry]:
    """A sample that is the same for everybody: the images whose keys, hashed once more, come first."""
    ordered = sorted(manifest.images, key=lambda key: hashlib.sha256(key.encode("ascii")).digest())
    return [manifest.images[key] for key in ordered[: max(count, 0)]]


def render_again(
    places: Places,
    manifest: Manifest,
    entries: list[ImageEntry],
    weights: dict[str, str],
    renderer: "Callable[[Callable[[str], Picture | None]], tuple[Renderer, Environment]]",
) -> list[Proof]:
    """Render published images again, encode them alike, and compare the decoded files.

    Images that others start from are rendered too; nothing is read from the store and nothing is written.

    Args:
        places: Where the published files lie.
        manifest: What is published.
        entries: The images to prove.
        weights: Digest of the weights that are here, by model.
        renderer: Maker of renderers.
    """
    from dialed_generator.rendering.batches import batches
    from dialed_generator.rendering.renderer import Failed

    proofs: dict[str, Proof] = {}
    jobs: dict[str, Job] = {}
    for entry in entries:
        if fault := _stale(entry, weights):
            proofs[entry.key] = Proof(entry.key, 0.0, fault)
            continue
        if entry.init is not None and entry.init in manifest.images:
            jobs.setdefault(entry.init, job_of(manifest.images[entry.init]))
        jobs.setdefault(entry.key, job_of(entry))
    pictures: dict[str, Picture] = {}
    # Those that others start from first; each on its own, so that a batch could not hide a dependence.
    ordered = sorted(jobs.values(), key=lambda job: job.init is not None)
    made, _ = renderer(pictures.get) if jobs else (None, None)
    for batch in batches(ordered, 1):
        assert made is not None
        for result in made.render(batch):
            if isinstance(result, Failed):
                proofs[result.job.key] = Proof(result.job.key, 0.0, result.reason)
            else:
                pictures[result.job.key] = result.picture
    for entry in entries:
        if entry.key not in proofs:
            proofs[entry.key] = _compare(entry, pictures[entry.key], places.published)
    return [proofs[entry.key] for entry in entries]


def _stale(entry: ImageEntry, weights: dict[str, str]) -> str:
    if entry.renderer != RENDERER_VERSION:
        return f"made by renderer {entry.renderer}, this is {RENDERER_VERSION}; build it anew"
    if weights.get(entry.model) != entry.weights:
        return f"made with other weights of {entry.model} than are here; build it anew"
    return ""


def _compare(entry: ImageEntry, picture: "Picture", published: Path) -> Proof:
    from dialed_generator import encoding
    from dialed_generator.errors import GeneratorError
    from dialed_generator.picture_measures import psnr

    file = next(file for file in entry.files if file.format == "avif")
    try:
        there = encoding.decode((published / file.path).read_bytes(), file.path)
    except (OSError, GeneratorError) as error:
        return Proof(entry.key, 0.0, str(error))
    here = encoding.decode(encoding.avif(picture), "the picture rendered again")
    if here.shape != there.shape:
        return Proof(entry.key, 0.0, f"it came out {here.shape[1]} x {here.shape[0]}")
    return Proof(entry.key, psnr(here, there))
