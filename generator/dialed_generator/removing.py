"""``gc``: removes what no comparison needs any more, and only when it is asked to."""

from dataclasses import dataclass

from dialed_generator.folder import Folder
from dialed_generator.manifest import FILE_NAME, Manifest, read_manifest
from dialed_generator.places import Places
from dialed_generator.planning import Plan
from dialed_generator.publishing import write_manifest


@dataclass(frozen=True)
class Removal:
    """What is not needed.

    Attributes:
        images: Keys that leave the manifest.
        comparisons: Names that leave the manifest.
        published: Files below the published folder.
        stored: Files below the store.
    """

    images: tuple[str, ...]
    comparisons: tuple[str, ...]
    published: tuple[str, ...]
    stored: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.images or self.comparisons or self.published or self.stored)


def _pruned(plan: Plan, manifest: Manifest) -> Manifest:
    names = {comparison.name for comparison in plan.comparisons} | set(plan.skipped)
    comparisons = {name: entry for name, entry in manifest.comparisons.items() if name in names}
    needed = {cell.image for entry in comparisons.values() for cell in entry.cells}
    needed |= {entry.init for entry in comparisons.values() if entry.init is not None}
    # Also what the plan wants but no comparison shows yet: a build was stopped half way.
    needed |= plan.jobs.keys()
    images = {key: entry for key, entry in manifest.images.items() if key in needed}
    return manifest.model_copy(update={"images": images, "comparisons": comparisons})


def not_needed(plan: Plan, places: Places) -> Removal:
    """List what ``remove`` would remove. ``plan`` must be that of all settings.

    Raises:
        ManifestError: The manifest cannot be read; then nothing may be called superfluous.
    """
    manifest = read_manifest(places.published / FILE_NAME)
    kept = _pruned(plan, manifest)
    files = {FILE_NAME} | {file.path for entry in kept.images.values() for file in entry.files}
    folder = Folder(places.published)
    published = [name for name in (*folder.names(), *folder.parts()) if name not in files]
    return Removal(
        images=tuple(sorted(manifest.images.keys() - kept.images.keys())),
        comparisons=tuple(sorted(manifest.comparisons.keys() - kept.comparisons.keys())),
        published=tuple(published),
        stored=tuple(places.store.unused(set(plan.jobs) | kept.images.keys())),
    )


def remove(plan: Plan, places: Places) -> Removal:
    """Remove what is not needed: first from the manifest, then the files, so that a kill leaves only orphans.

    Raises:
        ManifestError: The manifest cannot be read.
        StorageError: A file cannot be removed or the manifest not written.
    """
    removal = not_needed(plan, places)
    folder = Folder(places.published)
    if removal.images or removal.comparisons:
        write_manifest(folder, _pruned(plan, read_manifest(places.published / FILE_NAME)))
    for name in removal.published:
        folder.remove(name)
    store = places.store
    for name in removal.stored:
        store.folder.remove(name)
    return removal
