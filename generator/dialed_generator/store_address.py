"""From what a person writes after ``--store`` to the store that lies there."""

from pathlib import Path

from dialed_generator.errors import StorageError
from dialed_generator.folder import Files, Folder
from dialed_generator.remote_folder import RemoteFolder, shown
from dialed_generator.store import Store


def files_at(address: str) -> Files:
    """The files at an address: a path or ``file://`` gives a local folder, all else goes through fsspec.

    Raises:
        StorageError: fsspec cannot open the address.
    """
    if "::" in address:
        raise StorageError(
            f"--store {shown(address)} chains several file systems, and a cache in between could hide what "
            "another machine wrote; name one plain address"
        )
    if address.startswith("file://"):
        return Folder(Path(address.removeprefix("file://")))
    if "://" not in address:
        return Folder(Path(address).resolve())
    return RemoteFolder(address)


def store_at(address: str) -> Store:
    """The store at an address.

    A store that others may use at the same time is `shared`: what is young there is never removed.

    Raises:
        StorageError: fsspec cannot open the address.
    """
    return Store(files_at(address), shared=True)
