"""Texts in a WebP file: its EXIF and XMP chunks (WebP container specification, RFC 9649)."""

from __future__ import annotations

from dialed.image_metadata.byte_source import ByteSource
from dialed.image_metadata.exif_fields import find_in_exif
from dialed.image_metadata.found_text import MOST_TEXT, Findings
from dialed.image_metadata.xmp_packet import find_in_xmp

_MOST_CHUNKS = 100_000


def is_webp(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is a WebP."""
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def find_in_webp(source: ByteSource, findings: Findings) -> None:
    """Note the texts of one WebP file. The size in its header is not trusted: the file's end counts."""
    offset = 12
    for _ in range(_MOST_CHUNKS):
        head = source.at(offset, 8)
        if len(head) < 8:
            if head:
                findings.odd("WebP", f"is cut off at byte {offset}")
            return
        kind, length = head[:4], int.from_bytes(head[4:], "little")
        if kind in {b"EXIF", b"XMP "}:
            data = source.at(offset + 8, min(length, MOST_TEXT))
            if len(data) < length:
                findings.odd(f"WebP {kind.decode('ascii').strip()}", "is cut off")
            (find_in_exif if kind == b"EXIF" else find_in_xmp)(data, findings)
        offset += 8 + length + (length & 1)
