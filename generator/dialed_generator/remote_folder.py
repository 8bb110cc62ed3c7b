"""Files at any address that fsspec knows: written whole or not at all, as far as the place can promise it.

What each kind of place guarantees, and what the store makes of it:

=====================================  ======================================================================
local disk (a path, ``file://``)       `folder.Folder`: written beside, synced to the disk, renamed. A reader
                                       and a crash see the old file or the new one.
``s3 gs gcs az abfs abfss``            One object is put by one request, or by a multipart upload that counts
                                       when it is completed: all of it or nothing, and seen by every reader
                                       as soon as it has been answered. Of two writers the last one stays.
``memory``                             One assignment in this process. It ends with the process.
all others (``sftp ftp smb webdav``    Written under a name of its own, then moved to its name. Where the
...)                                   server renames, that is all or nothing; where fsspec can only copy, a
                                       reader may meet half a file: its hash tells, and it counts as not there.
=====================================  ======================================================================

In all of them files are named by what they hold, so two builds that write one name write the same thing.
"""

import contextlib
import datetime
import re
import uuid
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from dialed_generator.errors import StorageError
from dialed_generator.folder import PART

WHOLE_PUTS = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "memory"})
"""Protocols whose single put is all or nothing."""


def shown(address: str) -> str:
    """An address without the password that it may hold, for messages."""
    return re.sub(r"(?<=://)([^/@:]*):[^/@]*@", r"\1:***@", address)


class RemoteFolder:
    """Files below one address, with the methods of `folder.Folder`.

    Credentials and the server's address come from where the file system takes them: for S3 from
    ``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY`` and ``AWS_ENDPOINT_URL``, for others from fsspec's own
    ``FSSPEC_<PROTOCOL>_<OPTION>``. They are never asked for, kept or shown.

    Args:
        address: ``protocol://place/folder``.

    Raises:
        StorageError: fsspec knows no such protocol, or its package is not installed.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        try:
            fsspec: Any = import_module("fsspec")
        except ImportError:
            raise StorageError(
                f"--store {shown(address)} needs the package fsspec, which is not installed; "
                "install dialed[generator], or name a folder"
            ) from None
        try:
            # What another machine wrote a moment ago must be seen: no listing is remembered.
            self._files, root = fsspec.core.url_to_fs(address, use_listings_cache=False)
        except ImportError as error:
            raise StorageError(
                f"--store {shown(address)} needs a package that is not installed ({error}); "
                "install it, or name a folder"
            ) from None
        except Exception as error:  # noqa: BLE001  each file system raises what it likes
            raise StorageError(
                f"--store {shown(address)} is no address that fsspec can open ({_reason(error)}); "
                "write protocol://place/folder, or name a folder"
            ) from None
        self._root = str(root).rstrip("/")
        protocols = self._files.protocol
        self.protocol = protocols if isinstance(protocols, str) else str(protocols[0])

    def __repr__(self) -> str:
        return f"<RemoteFolder {shown(self.address)}>"

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    @contextlib.contextmanager
    def _errors(self, name: str, act: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            place = f"{shown(self.address).rstrip('/')}/{name}".rstrip("/")
            raise StorageError(
                f"{place} could not be {act}: {_reason(error)}; check the address, the rights and the space "
                "there and run it again; finished images are kept"
            ) from error

    def read(self, name: str) -> bytes | None:
        """Content of a file, or None where there is none."""
        with self._errors(name, "read"):
            try:
                data: bytes = self._files.cat_file(self._path(name))
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                return None
            return data

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole; see the head of this module for what each kind of place promises.

        Raises:
            StorageError: Full, no right, not reached, and the like. What stood there before is untouched.
        """
        path = self._path(name)
        with self._errors(name, "written"):
            if self.protocol in WHOLE_PUTS:
                self._files.pipe_file(path, data)
                return
            folder, _, last = path.rpartition("/")
            self._files.makedirs(folder, exist_ok=True)
            part = f"{folder}/.{last}.{uuid.uuid4().hex}{PART}"
            try:
                self._files.pipe_file(part, data)
                self._move(part, path)
            except BaseException:
                with contextlib.suppress(Exception):
                    self._files.rm_file(part)
                raise

    def _move(self, part: str, path: str) -> None:
        try:
            self._files.mv(part, path)
        except FileExistsError:
            # Some servers rename onto nothing that exists. Whoever looks in between finds no file: not made yet.
            self._files.rm_file(path)
            self._files.mv(part, path)

    def names(self, under: str = "") -> list[str]:
        """Every file (below the folder ``under``), in order; unfinished parts are not among them."""
        return [name for name in self._all(under) if not name.endswith(PART)]

    def parts(self) -> list[str]:
        """What writers that were killed left behind (or are writing this instant)."""
        return [name for name in self._all() if name.endswith(PART)]

    def _all(self, under: str = "") -> list[str]:
        start = self._path(under).rstrip("/")
        with self._errors(under, "listed"):
            try:
                found = self._files.find(start)
            except (FileNotFoundError, NotADirectoryError):
                return []
        return sorted(str(path)[len(self._root) + 1 :] for path in found)

    def remove(self, name: str) -> None:
        """Remove a file. A file that is gone already is no error."""
        with self._errors(name, "removed"), contextlib.suppress(FileNotFoundError):
            self._files.rm_file(self._path(name))

    def changed(self, name: str) -> float | None:
        """When a file was last written, in seconds since 1970; None where the place does not tell."""
        with contextlib.suppress(Exception):
            when: Any = self._files.modified(self._path(name))
            if isinstance(when, datetime.datetime):
                aware = when if when.tzinfo else when.replace(tzinfo=datetime.UTC)
                return aware.timestamp()
        return None


def _reason(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {shown(lines[0])}" if lines else type(error).__name__
