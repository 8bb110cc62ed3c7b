"""A folder of files that are written whole or not at all.

The few operations of `Files` are all that the store asks of a place: `Folder` has them for a local disk,
``remote_folder.RemoteFolder`` for every other place.
"""

import contextlib
import errno
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from dialed_generator.errors import StorageError

PART = ".part"
_CURES = {
    errno.ENOSPC: "free some space and run it again; finished images are kept",
    errno.EDQUOT: "free some space and run it again; finished images are kept",
    errno.EFBIG: "the system limits the size of files here (ulimit -f); raise the limit and run it again",
    errno.EACCES: "give yourself the right to write there, or choose another folder with --root",
    errno.EPERM: "give yourself the right to write there, or choose another folder with --root",
    errno.EROFS: "that file system is read-only; choose another folder with --root",
}


@contextlib.contextmanager
def storage_errors(path: Path, act: str) -> Iterator[None]:
    """Turn what the operating system says about ``path`` into one message with a cure.

    Raises:
        StorageError: Whatever file error happens inside.
    """
    try:
        yield
    except OSError as error:
        cure = _CURES.get(
            error.errno or 0, "check the disk and run it again; finished images are kept"
        )
        raise StorageError(
            f"{path} could not be {act}: {error.strerror or error}; {cure}"
        ) from error


class Files(Protocol):
    """Files of one place, named by relative paths with forward slashes; `Folder` is the model of all."""

    def read(self, name: str) -> bytes | None:
        """Content of a file, or None where there is none."""
        ...

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole or not at all."""
        ...

    def names(self, under: str = "") -> list[str]:
        """Every finished file (below the folder ``under``), in order."""
        ...

    def parts(self) -> list[str]:
        """Unfinished files of writers that were killed, or write this instant."""
        ...

    def remove(self, name: str) -> None:
        """Remove a file; one that is gone already is no error."""
        ...

    def changed(self, name: str) -> float | None:
        """When a file was last written, in seconds since 1970; None where that is not known."""
        ...


class Folder:
    """Files below one local folder, named by relative paths with forward slashes.

    Args:
        path: The folder; made on the first write.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f"<Folder {self.path}>"

    def read(self, name: str) -> bytes | None:
        """Content of a file, or None where there is none."""
        path = self.path / name
        with storage_errors(path, "read"):
            try:
                return path.read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    def write(self, name: str, data: bytes) -> None:
        """Write a file so that every reader, at any instant and after any crash, sees all of it or nothing.

        The bytes go to a file of a name of its own beside the target, to the disk, and then take the
        target's name. Two processes that write one name do not disturb each other: the last one stays.

        Raises:
            StorageError: Full disk, no right, and the like. What stood there before is untouched.
        """
        target = self.path / name
        part = target.with_name(f".{target.name}.{uuid.uuid4().hex}{PART}")
        with storage_errors(target, "written"):
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with part.open("wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(target)
            except BaseException:
                with contextlib.suppress(OSError):
                    part.unlink(missing_ok=True)
                raise
            _sync_folder(target.parent)

    def names(self, under: str = "") -> list[str]:
        """Every file (below the folder ``under``), in order; unfinished parts are not among them."""
        return [name for name in self._all(under) if not name.endswith(PART)]

    def parts(self) -> list[str]:
        """What writers that were killed left behind (or are writing this instant)."""
        return [name for name in self._all() if name.endswith(PART)]

    def changed(self, name: str) -> float | None:
        """When a file was last written, in seconds since 1970; None where that is not known."""
        try:
            return (self.path / name).stat().st_mtime
        except OSError:
            return None

    def _all(self, under: str = "") -> list[str]:
        start = self.path / under
        if not start.is_dir():
            return []
        found = (path for path in start.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.path).as_posix() for path in found)

    def remove(self, name: str) -> None:
        """Remove a file, and its folder where that is now empty. A file that is gone already is no error."""
        path = self.path / name
        with storage_errors(path, "removed"):
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            path.parent.rmdir()


def _sync_folder(path: Path) -> None:
    # The new name itself must survive a power cut too; Windows cannot open a folder for that.
    if os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
