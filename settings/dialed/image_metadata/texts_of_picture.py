"""`find_texts`: all texts of a picture file, whatever its format."""

from __future__ import annotations

import io
import os
import stat
from typing import BinaryIO

from dialed.errors import PayloadError, shown
from dialed.image_metadata import isobmff_items, jpeg_segments, png_chunks, riff_chunks
from dialed.image_metadata.byte_source import MOST_BYTES, ByteSource, Readable
from dialed.image_metadata.found_text import Findings

Picture = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO
"""A path, the bytes of a file, or a file that is open for reading bytes."""


def name_of(picture: Picture) -> str:
    """What messages call ``picture``."""
    if isinstance(picture, bytes | bytearray | memoryview):
        return "the picture"
    if isinstance(picture, str | os.PathLike):
        return os.fspath(picture)
    name = getattr(picture, "name", None)
    return name if isinstance(name, str) else "the picture"


def find_texts(picture: Picture) -> Findings:
    """Find the texts in a PNG, JPEG, WebP, AVIF or HEIC file.

    Pixels are stepped over, so a large picture costs no more than a small one. At most 64 MB of text are
    read; a single text holds at most 16 MB after decompression.

    Args:
        picture: Path, bytes or open file. A file that cannot seek is read into memory.

    Raises:
        PayloadError: It cannot be opened, or is no picture of a known format.
    """
    try:
        if isinstance(picture, (str, os.PathLike)):
            path = os.fspath(picture)  # a Path made anew would cost more than the file
            status = os.stat(path)  # noqa: PTH116
            if not stat.S_ISREG(status.st_mode):
                raise PayloadError("is no file; name a picture")
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123
                return _find(file, status.st_size)
        if isinstance(picture, (bytes, bytearray, memoryview)):
            return _find(io.BytesIO(picture))
        return _find(_seekable(picture))
    except PayloadError as error:
        raise PayloadError(str(error), name_of(picture)) from error
    except OSError as error:
        raise PayloadError(
            f"cannot be read: {error.strerror or error}", name_of(picture)
        ) from error
    except ValueError as error:  # a null character in the path, a closed file
        raise PayloadError(f"cannot be read: {error}", shown(name_of(picture))) from error


def _seekable(file: BinaryIO) -> BinaryIO:
    if not hasattr(file, "read"):
        raise PayloadError(f"a picture is a path, bytes or an open file, not {type(file).__name__}")
    if getattr(file, "seekable", lambda: False)():
        return file
    data = file.read(MOST_BYTES + 1)
    if not isinstance(data, bytes):
        raise PayloadError("is open as text; open it with mode 'rb'")
    if len(data) > MOST_BYTES:
        raise PayloadError(
            f"is longer than {MOST_BYTES // 1_000_000} MB and cannot be skipped through; save it as a file"
        )
    return io.BytesIO(data)


def _find(file: Readable, size: int | None = None) -> Findings:
    source, findings = ByteSource(file, size), Findings()
    head = source.at(0, 16)
    if head.startswith(png_chunks.SIGNATURE):
        png_chunks.find_in_png(source, findings)
    elif head.startswith(jpeg_segments.SIGNATURE):
        jpeg_segments.find_in_jpeg(source, findings)
    elif riff_chunks.is_webp(head):
        riff_chunks.find_in_webp(source, findings)
    elif isobmff_items.is_isobmff(head):
        isobmff_items.find_in_isobmff(source, findings)
    else:
        what = "is empty" if not head else "is no PNG, JPEG, WebP, AVIF or HEIC file"
        raise PayloadError(f"{what}; only these formats carry settings that can be read")
    return findings
