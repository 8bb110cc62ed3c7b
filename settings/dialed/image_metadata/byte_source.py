"""A file read piece by piece, never beyond a budget."""

from __future__ import annotations

import io
from typing import Protocol

from dialed.errors import PayloadError

MOST_BYTES = 64_000_000
MOST_PIECES = 500_000
"""A picture of 100 megapixels in PNG chunks of 8 kB has 40,000."""

_HEAD = 16_384
"""Read at once: settings mostly stand before the pixels, and a call of the system costs more than its bytes."""


class Readable(Protocol):
    """As much of a binary file as is needed here; buffered or not."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place."""

    def read(self, size: int = -1, /) -> bytes | None:
        """Read at most so many bytes."""


class ByteSource:
    """Reads ranges of a file by seeking, so that pixels are stepped over.

    Args:
        file: The file.
        size: Its length in bytes where that is known.

    Raises:
        PayloadError: More bytes or more pieces were asked for than any picture's texts need.
    """

    __slots__ = ("_bytes", "_file", "_head", "_pieces", "_within", "size")

    def __init__(self, file: Readable, size: int | None = None) -> None:
        self._file = file
        if size is None:
            size = file.seek(0, io.SEEK_END)
            file.seek(0)
        self.size = size
        head = file.read(_HEAD)
        if not isinstance(head, bytes):
            raise PayloadError("is open as text; open it with mode 'rb'")
        self._head = head
        # Of a file that is there as a whole, no range asks for the rest.
        self._within = len(head) if len(head) < size else 1 << 80
        self._bytes = self._pieces = 0

    def at(self, offset: int, length: int) -> bytes:
        """Up to ``length`` bytes from ``offset``; fewer where the file ends."""
        end = offset + length
        if length <= 0:
            piece = b""
        elif end <= self._within:
            piece = self._head[offset:end]
        else:
            length = max(0, min(length, self.size - offset))
            if self._bytes + length > MOST_BYTES:
                raise _too_much()
            piece = self._read(offset, length)
        self._pieces += 1
        self._bytes += len(piece)
        if self._pieces > MOST_PIECES:
            raise PayloadError(
                f"has more than {MOST_PIECES} parts; no picture has. Save it again with an image editor"
            )
        if self._bytes > MOST_BYTES:
            raise _too_much()
        return piece

    def _read(self, offset: int, length: int) -> bytes:
        if length == 0:
            return b""
        self._file.seek(offset)
        piece = self._file.read(length) or b""
        while len(piece) < length and (more := self._file.read(length - len(piece))):
            piece += more  # a file without a buffer may give less than it has
        return piece


def _too_much() -> PayloadError:
    return PayloadError(
        f"holds more than {MOST_BYTES // 1_000_000} MB of text; settings are never that long"
    )
