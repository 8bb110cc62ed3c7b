"""`verify` finds every fault, and proves a sample by rendering it again."""

import json
import shutil

import pytest

from dialed_generator.manifest import read_manifest
from dialed_generator.verifying import problems, sample


def first_file(places):
    manifest = read_manifest(places.published / "manifest.json")
    return places.published / next(iter(manifest.images.values())).files[0].path


def flip(places):
    path = first_file(places)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def change_a_setting(places):
    path = places.published / "manifest.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"generator_seed":1', '"generator_seed":5', 1),
        encoding="utf-8",
    )


def leave_a_part(places):
    (places.published / "ab").mkdir(exist_ok=True)
    (places.published / "ab" / ".x.avif.0123.part").write_bytes(b"half")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (flip, "is corrupt"),
        (lambda places: first_file(places).unlink(), "is missing"),
        (
            lambda places: (places.published / "foreign.avif").write_bytes(b"x"),
            "foreign.avif belongs to no image",
        ),
        (leave_a_part, ".part belongs to no image"),
        (change_a_setting, "its key is not that of its settings"),
    ],
    ids=["flipped byte", "missing file", "orphan", "half file", "changed by hand"],
)
def test_faults(drawn, damage, message):
    assert problems(drawn)[1] == []
    damage(drawn)
    _, found = problems(drawn)
    assert len(found) == 1
    assert message in found[0]
    assert "dialed images" in found[0]


def test_nothing_published_is_no_fault(places):
    manifest, found = problems(places)
    assert (manifest.images, found) == ({}, [])


def test_the_sample_is_the_same_for_everybody(drawn_manifest):
    turned = drawn_manifest.model_copy(
        update={"images": dict(reversed(drawn_manifest.images.items()))}
    )
    keys = [entry.key for entry in sample(drawn_manifest, 5)]
    assert [entry.key for entry in sample(turned, 5)] == keys
    assert len(set(keys)) == 5
    assert sample(drawn_manifest, 0) == []
    assert len(sample(drawn_manifest, 10_000)) == len(drawn_manifest.images)


def test_a_sample_comes_out_again(images, here, built):
    shutil.rmtree(built.root / ".dialed")
    status, out, _ = images("verify", *here, "--rerender", 12, "--format", "json")
    told = json.loads(out)
    assert status == 0
    assert (told["problems"], len(told["rerendered"])) == ([], 12)
    assert all(
        proof["ok"] and (proof["equal"] or proof["psnr_db"] >= 40) for proof in told["rerendered"]
    )
    assert not (built.root / ".dialed").exists()


def test_a_picture_that_comes_out_otherwise(images, here, built):
    # Publish another picture under the key, with all hashes right: only rendering finds that out.
    import hashlib

    import numpy as np

    from dialed_generator import encoding
    from dialed_generator.folder import Folder
    from dialed_generator.publishing import write_manifest

    manifest = read_manifest(built.published / "manifest.json")
    (entry,) = sample(manifest, 1)
    false = encoding.avif(np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8))
    avif = next(file for file in entry.files if file.format == "avif")
    file = avif.model_copy(
        update={"bytes": len(false), "sha256": hashlib.sha256(false).hexdigest()}
    )
    files = tuple(file if one.path == file.path else one for one in entry.files)
    Folder(built.published).write(file.path, false)
    changed = manifest.images | {entry.key: entry.model_copy(update={"files": files})}
    write_manifest(Folder(built.published), manifest.model_copy(update={"images": changed}))
    assert images("verify", *here)[0] == 0
    status, out, _ = images("verify", *here, "--rerender", 1)
    assert status == 1
    assert "(wants 40 dB)" in out


def test_other_weights_cannot_prove_anything(images, here, built, tmp_path):
    shutil.copytree(built.weights / "vignette", tmp_path / "other" / "vignette")
    config = tmp_path / "other" / "vignette" / "scheduler" / "scheduler_config.json"
    config.write_text(config.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    status, out, _ = images("verify", *here[:2], "--weights", tmp_path / "other", "--rerender", 1)
    assert status == 1
    assert "made with other weights of vignette than are here" in out
