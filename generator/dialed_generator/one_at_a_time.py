"""One build at a time: a lock that the system itself releases when its holder ends, however it ends."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from dialed_generator.folder import storage_errors

if sys.platform != "win32":
    import fcntl


@contextlib.contextmanager
def one_at_a_time(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold ``path`` while inside; wait for another process that holds it.

    Where the system has no such locks nothing is held: the store bears two writers, only the manifest of the
    slower one would stay.

    Args:
        path: The file to hold; made where it is missing.
        waiting: Called once if there is somebody to wait for.

    Raises:
        StorageError: The file cannot be made.
    """
    with storage_errors(path, "written"):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    with file:
        if sys.platform != "win32":
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                fcntl.flock(file, fcntl.LOCK_EX)
        yield
