"""A store at any address: a folder, memory, and a real object server; whole or not there on each."""

import json
import os
import shutil
import subprocess
import sys
import time
import uuid

import numpy as np
import pytest
from child_build import child, line
from object_server import ENVIRONMENT as CREDENTIALS
from object_server import object_server

from dialed_generator import encoding
from dialed_generator.errors import StorageError
from dialed_generator.folder import Folder
from dialed_generator.manifest import Environment
from dialed_generator.publishing import new_master
from dialed_generator.remote_folder import RemoteFolder, shown
from dialed_generator.store import YOUNG, Store
from dialed_generator.store_address import files_at, store_at

KINDS = ("folder", "file", "memory", "renamed", "s3")


@pytest.fixture(scope="session")
def server():
    pytest.importorskip("s3fs", reason="s3fs is not installed, so no object server is spoken to")
    pytest.importorskip("moto", reason="moto is not installed, so there is no object server")
    with object_server() as address:
        yield address


@pytest.fixture
def s3(server, monkeypatch):
    """Address of an empty bucket."""
    import s3fs

    for name, value in (CREDENTIALS | {"AWS_ENDPOINT_URL": server}).items():
        monkeypatch.setenv(name, value)
    bucket = f"b{uuid.uuid4().hex}"
    s3fs.S3FileSystem().mkdir(bucket)
    return f"s3://{bucket}/masters"


@pytest.fixture(params=KINDS)
def address(request, tmp_path) -> str:
    if request.param == "s3":
        return request.getfixturevalue("s3")
    return {
        "folder": str(tmp_path / "masters"),
        "file": f"file://{tmp_path}/masters",
        "memory": f"memory://{uuid.uuid4().hex}/masters",
        # fsspec's own local file system is one of those that are written beside and renamed.
        "renamed": f"local://{tmp_path}/masters",
    }[request.param]


def put(store: Store, job) -> bytes:
    picture = np.random.default_rng(int(job.key[:8], 16)).integers(0, 256, (8, 8, 3), np.uint8)
    png = encoding.png(picture, job.canonical_json())
    place = Environment(device="d", dtype="float32", threads=1, versions={})
    store.put(new_master(job, picture, png, seconds=0.1, model_calls=4, environment=place), png)
    return png


def test_what_is_put_can_be_had_by_another(address, small_plan):
    jobs = list(small_plan.jobs.values())[:5]
    store, other = store_at(address), store_at(address)
    assert list(other.keys()) == []
    assert store.inspect() == other.inspect()
    pngs = {job.key: put(store, job) for job in jobs}
    assert sorted(other.keys()) == sorted(pngs)
    assert {key: other.image(key) for key in pngs} == pngs
    assert other.master(jobs[0].key).job == json.loads(jobs[0].canonical_json())
    assert "0" * 64 not in other
    found = other.inspect()
    assert (found.whole, found.faults, found.unnamed) == (5, (), 0)
    # The same once more does no harm and leaves nothing behind.
    put(other, jobs[0])
    assert store.inspect() == found
    assert store.folder.parts() == []


@pytest.mark.parametrize("kind", ["images", "jobs"])
@pytest.mark.parametrize(
    "damaged",
    [
        lambda data: data[:-40],
        lambda data: b"",
        lambda data: data[:60] + bytes([data[60] ^ 1]) + data[61:],
        lambda data: data.replace(b"0.1", b"0.2").replace(b"IEND", b"IENE"),
    ],
    ids=["cut", "empty", "flipped", "changed"],
)
def test_damage_is_found_and_removed(address, small_plan, kind, damaged):
    store = store_at(address)
    jobs = list(small_plan.jobs.values())[:3]
    for job in jobs:
        put(store, job)
    name = store.folder.names(kind)[0]
    store.folder.write(name, damaged(store.folder.read(name)))
    found = store.inspect()
    assert found.whole == 2
    assert any(fault.startswith(f"{name} is corrupt") for fault in found.faults)
    private = Store(store.folder)
    for unused in private.unused({job.key for job in jobs}):
        private.folder.remove(unused)
    found = store.inspect()
    assert found.faults == ()
    assert found.whole >= 2


def test_what_is_young_in_a_shared_store_is_left_alone(address, small_plan, monkeypatch):
    store = store_at(address)
    keys = list(small_plan.jobs)[:2]
    for key in keys:
        put(store, small_plan.jobs[key])
    assert store.unused(set(keys)) == []
    assert store.unused(set(keys[1:])) == []
    assert len(Store(store.folder).unused(set(keys[1:]))) == 2
    later = time.time() + YOUNG + 5
    monkeypatch.setattr(time, "time", lambda: later)
    assert len(store.unused(set(keys[1:]))) == 2


def test_names_and_removal(address):
    files = files_at(address)
    assert files.read("a/b.bin") is None
    assert files.names() == []
    files.write("a/b.bin", b"one")
    files.write("a/b.bin", b"two")
    files.write("c/d.bin", b"three")
    assert files.read("a/b.bin") == b"two"
    assert files.names() == ["a/b.bin", "c/d.bin"]
    assert files.names("c") == ["c/d.bin"]
    assert abs(files.changed("a/b.bin") - time.time()) < 60
    assert files.changed("nothing") is None
    files.remove("a/b.bin")
    files.remove("a/b.bin")
    assert files.names() == ["c/d.bin"]


WRITER = """
import sys
from dialed_generator.store_address import files_at
files = files_at(sys.argv[1])
print("ready", flush=True)
while True:
    for letter in (b"a", b"b"):
        files.write("x.bin", letter * 300_000)
"""


@pytest.mark.parametrize("kind", ["renamed", "s3"])
@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_writer_that_is_killed_leaves_a_whole_file(kind, request, tmp_path, project_environment):
    address = f"local://{tmp_path}/m" if kind == "renamed" else request.getfixturevalue("s3")
    files = files_at(address)
    files.write("x.bin", b"a" * 300_000)
    variables = {k: v for k, v in os.environ.items() if k.startswith("AWS_")}
    for instant in (0.05, 0.11, 0.23):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, address],
            env=project_environment | variables,
            stdout=subprocess.PIPE,
        )
        with child:
            child.stdout.readline()
            end = time.monotonic() + instant
            while time.monotonic() < end:
                assert files.read("x.bin") in {b"a" * 300_000, b"b" * 300_000}
            child.kill()
        assert files.read("x.bin") in {b"a" * 300_000, b"b" * 300_000}
    assert files.names() == ["x.bin"]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("nosuch://a/b", "no address that fsspec can open"),
        ("simplecache::s3://a/b", "name one plain address"),
        ("nosuch://me:secret@a/b", "nosuch://me:***@a/b is no address"),
    ],
)
def test_bad_addresses(images, here, address, message):
    status, out, err = images("build", *here, "--store", address, "--setting", "seed")
    assert (status, out) == (2, "")
    assert message in err
    assert "secret" not in err
    assert len(err.strip().splitlines()) == 1


def test_a_bucket_that_is_not_there(images, here, s3):
    status, _, err = images(
        "build", *here, "--store", "s3://no-such-bucket-here/m", "--setting", "seed", "--threads", 1
    )
    assert status == 2
    assert "no-such-bucket-here" in err
    assert "could not be written" in err
    assert "finished images are kept" in err


def test_passwords_are_not_shown():
    assert shown("ftp://user:pass@host/x") == "ftp://user:***@host/x"
    assert shown("s3://bucket/x:y@z") == "s3://bucket/x:y@z"
    assert repr(RemoteFolder("memory://x")) == "<RemoteFolder memory://x>"
    assert isinstance(files_at("file:///tmp/x"), Folder)
    with pytest.raises(StorageError, match="chains"):
        files_at("a::b")


def test_commands_on_an_address(images, here, built, s3, small_plan):
    # Everything is published; masters are made at the address, looked through, and removed when unused.
    build = ("build", "--format", "json", "--threads", 1, *here, "--store", s3)
    told = json.loads(images(*build, "--masters", "--setting", "seed")[1])
    assert (told["rendered"], told["failed"]) == (4, 0)
    told = json.loads(images(*build, "--masters", "--setting", "seed")[1])
    assert (told["rendered"], told["reused"]) == (0, 4)
    out = images("status", *here, "--store", s3)[1]
    assert f"4 of {len(small_plan.jobs)} masters are in <RemoteFolder {s3}>" in out
    status, out, _ = images("verify", *here, "--store", s3, "--format", "json")
    assert (status, json.loads(out)["masters"]) == (0, 4)
    files = files_at(s3)
    name = files.names("images")[0]
    files.write(name, files.read(name)[:100])
    status, out, _ = images("verify", *here, "--store", s3)
    assert status == 1
    assert f"store: {name} is corrupt" in out
    # The damaged one is as good as none; the others are taken.
    told = json.loads(images(*build, "--masters", "--setting", "seed")[1])
    assert (told["rendered"], told["reused"]) == (1, 3)
    assert images("verify", *here, "--store", s3)[0] == 0
    assert images("gc", *here, "--store", s3)[0] == 0
    assert len(list(store_at(s3).keys())) == 4


def test_two_builds_at_once_divide_the_work(
    here, tmp_path, s3, project_environment, small_plan, images
):
    """Two repositories, one store on an object server: neither waits, nothing is lost."""
    variables = project_environment | {k: v for k, v in os.environ.items() if k.startswith("AWS_")}
    roots = [tmp_path / "one", tmp_path / "two"]
    builders = [child(["--root", str(root), *here[2:], "--store", s3], variables) for root in roots]
    ends = [builder.communicate(timeout=400) for builder in builders]
    assert [builder.returncode for builder in builders] == [0, 0], ends
    told = [line(out) for out, _ in ends]
    count = len(small_plan.jobs)
    assert all(one["rendered"] + one["reused"] == count for one in told)
    rendered = sum(one["rendered"] for one in told)
    print(f"{rendered} renders for {count} images by two builds")
    assert count <= rendered < 2 * count
    store = store_at(s3)
    assert (store.inspect().whole, store.inspect().faults) == (count, ())
    for root in roots:
        assert images("verify", "--root", root, *here[2:], "--store", s3)[0] == 0
    pictures = [sorted(path.relative_to(root) for path in root.rglob("*.avif")) for root in roots]
    assert pictures[0] == pictures[1]
    shutil.rmtree(roots[0])
