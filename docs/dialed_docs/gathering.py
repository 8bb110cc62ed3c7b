"""Reads what the pages are made of from the working tree, and makes them. The only module here that touches files."""

from __future__ import annotations

from pathlib import Path

from dialed import load_records, read_prose
from dialed.record_kinds import Kind
from dialed_docs.browser_bundle import PATH as LIBRARY
from dialed_docs.browser_bundle import library_archive
from dialed_docs.browser_runtime import RUNTIME, is_whole
from dialed_docs.links import COMPARISONS
from dialed_docs.pages import Nav, build_pages, site_nav
from dialed_docs.pictures import MissingPicturesError
from dialed_docs.site_records import Prose, Registry
from dialed_generator.manifest import Manifest, read_manifest

WITH_PROSE: tuple[Kind, ...] = ("settings", "models", "samplers")


def gather(
    docs: Path, *, directory_urls: bool, allow_missing: bool, site_url: str = ""
) -> tuple[dict[str, str | bytes], Nav]:
    """All generated files by path, and the navigation.

    The records are loaded anew each time, so that a running `mkdocs serve` shows an edit.

    Args:
        docs: The documentation folder.
        directory_urls: See `build_pages`.
        allow_missing: See `build_pages`.
        site_url: See `build_pages`.

    Raises:
        dialed.DialedError: A record is wrong.
        MissingPicturesError: A declared comparison, or a file of it, is not published.
    """
    registry: Registry = load_records()
    manifest = read_manifest(docs / COMPARISONS / "manifest.json")
    if absent := absent_files(manifest, docs / COMPARISONS):
        raise MissingPicturesError(absent)
    # A folder of files cannot run it: browsers start no worker from file://.
    runtime = directory_urls and is_whole(docs / RUNTIME)
    pages = build_pages(
        registry,
        manifest,
        prose_of(registry),
        directory_urls=directory_urls,
        allow_missing=allow_missing,
        browser_runtime=runtime,
        site_url=site_url,
    )
    if runtime:
        pages[LIBRARY] = library_archive()
    return pages, site_nav(registry)


def prose_of(registry: Registry) -> Prose:
    """The Markdown beside all records."""
    return Prose(
        {
            kind: {
                identifier: read_prose(kind, identifier) for identifier in getattr(registry, kind)
            }
            for kind in WITH_PROSE
        }
    )


def absent_files(manifest: Manifest, folder: Path) -> list[str]:
    """Published files that the manifest names and the folder does not hold."""
    return [
        f"{file.path} (image {key[:16]}) is in the manifest but not in {folder.name}/"
        for key, image in manifest.images.items()
        for file in image.files
        if not (folder / file.path).is_file()
    ]
