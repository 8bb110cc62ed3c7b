"""The published folder while a build adds to it."""

from dataclasses import replace

import pytest

from dialed_generator.encoding import decode, pixel_hash
from dialed_generator.folder import Folder
from dialed_generator.manifest import read_manifest
from dialed_generator.publication import Publication
from dialed_generator.publishing import job_of


@pytest.mark.parametrize("other_picture", [False, True])
def test_what_was_measured_outlives_new_files_and_not_new_pixels(drawn, other_picture):
    manifest = read_manifest(drawn.published / "manifest.json")
    key = next(key for key, entry in manifest.images.items() if len(entry.files) == 2)
    entry = manifest.images[key]
    entry = entry.model_copy(update={"measured": entry.measured | {"adherence": 0.25}})
    manifest = manifest.model_copy(update={"images": manifest.images | {key: entry}})
    published = Publication(Folder(drawn.published), manifest, row=set())  # no WebP any more
    master, png = drawn.store.master(key), drawn.store.image(key)
    picture = decode(png, "it")
    if other_picture:
        picture = 255 - picture
        master = replace(master, pixels=pixel_hash(picture))
    assert not published.add(job_of(entry), master, picture)
    assert len(published.images[key].files) == 1
    assert ("adherence" in published.images[key].measured) is not other_picture
