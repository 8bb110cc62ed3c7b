"""The store: whole or not there, whatever happened to its files or its writers."""

import json
import subprocess
import sys

import pytest
from PIL import Image

from dialed_generator import encoding
from dialed_generator.folder import Folder
from dialed_generator.store import Store


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(Folder(tmp_path / "store"))


@pytest.fixture
def full(drawn) -> Store:
    return drawn.store


def files(store: Store, kind: str) -> list:
    return sorted((store.folder.path / kind).rglob("*.*"))


def test_what_is_put_can_be_had(full, small_plan):
    key, job = next(iter(small_plan.jobs.items()))
    master = full.master(key)
    assert master is not None
    assert (master.seconds, master.model_calls, master.width, master.height) == (0.1, 4, 32, 32)
    assert master.job == json.loads(job.canonical_json())
    picture = encoding.decode(full.image(key) or b"", "it")
    assert encoding.pixel_hash(picture) == master.pixels
    assert set(full.keys()) == set(small_plan.jobs)


def test_the_png_says_how_it_was_made(full, small_plan, tmp_path):
    key, job = next(iter(small_plan.jobs.items()))
    path = tmp_path / "x.png"
    path.write_bytes(full.image(key) or b"")
    with Image.open(path) as image:
        assert image.info["dialed"] == job.canonical_json()


def test_an_unknown_key(store):
    assert store.master("0" * 64) is None
    assert store.image("0" * 64) is None
    assert "0" * 64 not in store
    assert 7 not in store


@pytest.mark.parametrize("kind", ["images", "jobs"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-40]),
        lambda path: path.write_bytes(b"\x00" + path.read_bytes()[1:]),
    ],
    ids=["gone", "empty", "cut", "flipped"],
)
def test_a_damaged_file_is_as_good_as_none(full, small_plan, kind, damage):
    for path in files(full, kind):
        damage(path)
    assert [key for key in small_plan.jobs if key in full] == []


def test_an_image_under_a_wrong_hash_is_refused(full, small_plan):
    master = full.master(next(iter(small_plan.jobs)))
    with pytest.raises(ValueError, match="does not have the hash"):
        full.put(master, b"another image")


def test_what_no_job_needs(full, small_plan):
    keys = list(small_plan.jobs)
    assert full.unused(set(keys)) == []
    left = full.unused(set(keys[1:]))
    assert f"jobs/{keys[0][:2]}/{keys[0]}.json" in left
    assert len(left) == 2
    assert len(full.unused(set())) == 2 * len(keys)


TWO = """
import sys
from pathlib import Path
import numpy as np
from dialed_generator import encoding
from dialed_generator.folder import Folder
from dialed_generator.job import Job
from dialed_generator.manifest import Environment
from dialed_generator.publishing import new_master
from dialed_generator.store import Store
store = Store(Folder(Path(sys.argv[1])))
shade = int(sys.argv[2])
for number in range(40):
    job = Job("m", "w", "P", "text-to-image", "S", {}, {"num_inference_steps": 1}, number, {"seed": number})
    picture = np.full((8, 8, 3), shade, np.uint8)
    png = encoding.png(picture, job.canonical_json())
    env = Environment(device="d", dtype="float32", threads=1, versions={})
    store.put(new_master(job, picture, png, seconds=0, model_calls=1, environment=env), png)
"""


def test_two_processes_that_write_the_same_jobs(store, project_environment):
    # They even disagree on the pixels, as two machines might in the last bit: one of them must win, whole.
    path = str(store.folder.path)
    writers = [
        subprocess.Popen([sys.executable, "-c", TWO, path, shade], env=project_environment)
        for shade in ("10", "200")
    ]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    keys = list(store.keys())
    assert len(keys) == 40
    for key in keys:
        master = store.master(key)
        assert master is not None
        assert encoding.pixel_hash(encoding.decode(store.image(key) or b"", key)) == master.pixels
    assert store.folder.parts() == []
