"""Files that are written whole or not at all, also on a disk that is full."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dialed_generator.errors import StorageError
from dialed_generator.folder import Folder


def test_write_and_read(tmp_path):
    folder = Folder(tmp_path / "new")
    assert folder.read("a/b.bin") is None
    folder.write("a/b.bin", b"one")
    folder.write("a/b.bin", b"two")
    assert folder.read("a/b.bin") == b"two"
    assert folder.names() == ["a/b.bin"]
    assert folder.parts() == []
    folder.remove("a/b.bin")
    folder.remove("a/b.bin")
    assert folder.names() == []
    assert not (tmp_path / "new" / "a").exists()


LIMITED = """
import resource, sys
from pathlib import Path
from dialed_generator.errors import StorageError
from dialed_generator.folder import Folder
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    Folder(Path(sys.argv[1])).write("big.bin", b"x" * 10_000)
except StorageError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
def test_a_file_that_the_system_cuts_short_leaves_the_old_one(tmp_path, project_environment):
    Folder(tmp_path).write("big.bin", b"old")
    result = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)],
        env=project_environment, capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert "big.bin could not be written: File too large" in result.stdout
    assert "ulimit" in result.stdout
    assert Folder(tmp_path).read("big.bin") == b"old"
    assert Folder(tmp_path).parts() == []


@pytest.fixture
def tiny_disk(tmp_path):
    """A real file system of 64 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    if not mount or not unmount:
        pytest.skip("no mount command here, so no small disk to fill")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("no right to mount a small disk to fill")
    yield place
    subprocess.run([unmount, str(place)], check=True)


def test_a_full_disk(tiny_disk):
    folder = Folder(tiny_disk)
    folder.write("first.bin", b"kept")
    with pytest.raises(
        StorageError, match=r"second\.bin could not be written: No space left.*free some space"
    ):
        folder.write("second.bin", os.urandom(200_000))
    with pytest.raises(StorageError, match="No space left"):
        folder.write("first.bin", os.urandom(200_000))
    assert folder.names() == ["first.bin"]
    assert folder.parts() == []
    assert folder.read("first.bin") == b"kept"


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="could not be written"):
        Folder(tmp_path / "file").write("a.bin", b"x")


def test_a_folder_without_right_to_write(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match=r"Permission denied.*give yourself the right"):
        Folder(tmp_path).write("a.bin", b"x")


KILLED = """
import sys
from pathlib import Path
from dialed_generator.folder import Folder
folder = Folder(Path(sys.argv[1]))
print("ready", flush=True)
while True:
    for letter in (b"a", b"b"):
        folder.write("x.bin", letter * 200_000)
"""


def test_a_writer_that_is_killed_leaves_a_whole_file(tmp_path, project_environment):
    folder = Folder(tmp_path)
    folder.write("x.bin", b"a" * 200_000)
    for _ in range(3):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path)],
            env=project_environment,
            stdout=subprocess.PIPE,
        )
        with child:
            assert child.stdout is not None
            child.stdout.readline()
            for _ in range(50):
                data = folder.read("x.bin")
                assert data is not None
                assert data in {b"a" * 200_000, b"b" * 200_000}
            child.kill()
        data = folder.read("x.bin")
        assert data is not None
        assert len(set(data)) == 1
        assert len(data) == 200_000
    assert folder.names() == ["x.bin"]
    assert all(Path(name).name.startswith(".x.bin.") for name in folder.parts())
