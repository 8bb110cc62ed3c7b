"""The published folder while a build adds to it: entries in memory, files on disk, the manifest in between."""

import contextlib
import functools
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from dialed_generator.adherence import Adherence
from dialed_generator.errors import StorageError
from dialed_generator.folder import Folder
from dialed_generator.job import Job
from dialed_generator.manifest import Cell, ComparisonEntry, Environment, ImageEntry, Manifest
from dialed_generator.measuring import curves, measure_cells
from dialed_generator.planning import PlannedComparison
from dialed_generator.publishing import environment_id, image_entry, publish_files, write_manifest
from dialed_generator.store import Master

if TYPE_CHECKING:
    from dialed_generator.picture_measures import Picture


class Publication:
    """What is published, growing.

    Entries that the plan no longer needs stay until ``dialed images gc``: nothing is taken from a page silently.

    Args:
        folder: The published folder.
        manifest: What it holds now.
        row: Keys of images that stand in a figure row, which get a WebP too.
    """

    def __init__(self, folder: Folder, manifest: Manifest, row: set[str]) -> None:
        self._folder = folder
        self._row = row
        self._saved = manifest
        self.images: dict[str, ImageEntry] = dict(manifest.images)
        self._comparisons = dict(manifest.comparisons)
        self._environments = dict(manifest.environments)

    def add(self, job: Job, master: Master, picture: "Picture") -> bool:
        """Publish one image.

        Returns:
            Whether it is, to the bit, what was published before; then its entry stays as it was.

        Raises:
            StorageError: A file cannot be written.
        """
        files = publish_files(self._folder, job, picture, with_webp=job.key in self._row)
        before = self.images.get(job.key)
        if before is not None and before.files == files and before.pixels_sha256 == master.pixels:
            return True
        environment = Environment.model_validate(master.environment)
        self._environments[environment_id(master.environment)] = environment
        entry = image_entry(job, master, picture, files)
        if before is not None and before.pixels_sha256 == master.pixels:
            # The same picture in other files: what a comparison measured on it still holds.
            entry = entry.model_copy(update={"measured": before.measured | entry.measured})
        self.images[job.key] = entry
        return False

    def compare(
        self,
        planned: PlannedComparison,
        picture: "Callable[[str], Picture]",
        model_folder: Path,
        *,
        without: Collection[str] = (),
    ) -> None:
        """Enter a comparison: its cells, what they measure, its curves.

        Args:
            planned: The comparison, with the measures that can be taken.
            picture: Gives the lossless picture of a key.
            model_folder: Where the model's probe lies, if it has one.
            without: Keys of images that could not be made; their cells are left out.
        """
        cells = [
            Cell(prompt=cell.prompt, seed=cell.seed, values=cell.values, image=cell.key)
            for cell in planned.cells
            if cell.key in self.images and cell.key not in without
        ]
        if not cells or (planned.init is not None and planned.init not in self.images):
            return
        if "adherence" in planned.record.measure:
            self._measure_adherence(cells, picture, model_folder)
        measured = measure_cells(planned, cells, picture)
        self._comparisons[planned.name] = ComparisonEntry(
            id=f"{planned.setting}/{planned.record.id}",
            setting=planned.setting,
            comparison=planned.record.id,
            model=planned.model,
            cells=tuple(measured),
            curves=curves(planned, measured, self.images),
            init=planned.init,
            measures=tuple(planned.record.measure),
        )

    def _measure_adherence(
        self, cells: list[Cell], picture: "Callable[[str], Picture]", model_folder: Path
    ) -> None:
        probe = _probe(model_folder)
        for key in dict.fromkeys(cell.image for cell in cells):
            entry = self.images[key]
            if "adherence" in entry.measured:
                continue
            share = probe.share(picture(key), str(entry.settings["prompt"]))
            if share is not None:
                measured = entry.measured | {"adherence": round(share, 4)}
                self.images[key] = entry.model_copy(update={"measured": measured})

    def save(self) -> None:
        """Write the manifest, unless nothing changed.

        Raises:
            StorageError: It cannot be written; the one before is untouched.
        """
        now = self.manifest()
        if now != self._saved:
            write_manifest(self._folder, now)
            self._saved = now

    def save_if_possible(self) -> None:
        """Write the manifest where the disk lets us; the masters in the store remember all the rest."""
        with contextlib.suppress(StorageError):
            self.save()

    def manifest(self) -> Manifest:
        """The manifest as it stands."""
        return Manifest(
            environments=self._environments,
            images=self.images,
            comparisons=self._comparisons,
        )


@functools.cache
def _probe(model_folder: Path) -> Adherence:
    return Adherence(model_folder)
