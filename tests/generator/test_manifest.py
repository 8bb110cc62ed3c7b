"""The manifest as a file: it comes back as it was written, small, stable, and in lines that diff."""

import json

import pytest

from dialed_generator.errors import ManifestError
from dialed_generator.manifest import Manifest, manifest_text, read_manifest
from dialed_generator.publishing import job_of


def test_round_trip(drawn_manifest, drawn):
    path = drawn.published / "manifest.json"
    assert read_manifest(path) == drawn_manifest
    assert path.read_text(encoding="utf-8") == manifest_text(drawn_manifest)
    assert json.loads(manifest_text(drawn_manifest))["schema_version"] == 1


def test_an_empty_manifest(tmp_path):
    assert read_manifest(tmp_path / "none.json") == Manifest()
    assert json.loads(manifest_text(Manifest())) == {
        "schema_version": 1, "environments": {}, "images": {}, "comparisons": {}
    }  # fmt: skip


def test_one_line_an_image_and_a_cell(drawn_manifest):
    lines = manifest_text(drawn_manifest).splitlines()
    for key in drawn_manifest.images:
        assert sum(line.startswith(f'"{key}":') for line in lines) == 1
    assert sum(line.startswith('{"prompt":') for line in lines) == sum(
        len(entry.cells) for entry in drawn_manifest.comparisons.values()
    )


def test_the_order_of_making_does_not_show(drawn_manifest):
    turned = drawn_manifest.model_copy(
        update={
            "images": dict(reversed(drawn_manifest.images.items())),
            "comparisons": dict(reversed(drawn_manifest.comparisons.items())),
        }
    )
    assert manifest_text(turned) == manifest_text(drawn_manifest)


def test_it_stays_small(drawn_manifest):
    # A thousand images must stay below 3 MB.
    assert len(manifest_text(drawn_manifest).encode()) / len(drawn_manifest.images) < 3000


def test_an_image_tells_its_job(drawn_manifest, small_plan):
    for key, entry in drawn_manifest.images.items():
        assert job_of(entry) == small_plan.jobs[key]
        assert job_of(entry).key == key


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text[: len(text) // 2], "is not valid JSON"),
        (lambda text: "", "is not valid JSON"),
        (lambda text: "[]", "is not valid JSON of a manifest"),
        (
            lambda text: text.replace('"schema_version": 1', '"schema_version": 99'),
            "schema version 99",
        ),
        (
            lambda text: text.replace('"pixels_sha256"', '"pixel_hash"'),
            "faults in the manifest, the first at images",
        ),
        (
            lambda text: text.replace('"path":"', '"path":"../'),
            "faults in the manifest, the first at images",
        ),
        (lambda text: text.replace('"image":"', '"image":"f'), "which the manifest lacks"),
    ],
)
def test_a_manifest_that_is_none(drawn, change, message):
    path = drawn.published / "manifest.json"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(ManifestError, match=message) as caught:
        read_manifest(path)
    assert str(path) in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_a_manifest_that_cannot_be_read(tmp_path):
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(ManifestError, match="cannot be read"):
        read_manifest(tmp_path / "manifest.json")
