"""Texts in a JPEG file: EXIF and XMP in APP1, comments in COM (ITU T.81; Exif 2.32; XMP part 3)."""

from __future__ import annotations

from dialed.image_metadata.byte_source import ByteSource
from dialed.image_metadata.exif_fields import find_in_exif
from dialed.image_metadata.found_text import MOST_TEXT, Findings
from dialed.image_metadata.text_decoding import western_or_utf8
from dialed.image_metadata.xmp_packet import find_in_xmp

SIGNATURE = b"\xff\xd8\xff"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
_START_OF_SCAN, _END, _COMMENT, _APP1 = 0xDA, 0xD9, 0xFE, 0xE1
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_MOST_SEGMENTS = 20_000
_MOST_PIECES = MOST_TEXT // 65_536
"""Segments of extended XMP; one holds at most 64 kB."""


def find_in_jpeg(source: ByteSource, findings: Findings) -> None:
    """Note the texts of one JPEG file, up to where the pixels begin."""
    offset, extension = 2, dict[int, bytes]()
    for _ in range(_MOST_SEGMENTS):
        head = source.at(offset, 4)
        if len(head) < 2 or head[0] != 0xFF:
            findings.odd("JPEG", f"has no marker at byte {offset}; the rest is left out")
            break
        marker = head[1]
        if marker in {_START_OF_SCAN, _END}:
            break
        if marker == 0xFF:  # padding before a marker
            offset += 1
            continue
        if marker in _WITHOUT_LENGTH:
            offset += 2
            continue
        length = int.from_bytes(head[2:4], "big")
        if length < 2:
            findings.odd("JPEG", f"has a segment of impossible length at byte {offset}")
            break
        if marker in {_APP1, _COMMENT}:
            data = source.at(offset + 4, length - 2)
            if len(data) < length - 2:
                findings.odd("JPEG", "is cut off; what is there has been read")
            _segment(marker, data, extension, findings)
        offset += 2 + length
    if extension:
        # The pieces of a long packet carry their places in it, in any order.
        find_in_xmp(b"".join(extension[place] for place in sorted(extension)), findings)


def _segment(marker: int, data: bytes, extension: dict[int, bytes], findings: Findings) -> None:
    if marker == _COMMENT:
        if findings.allow("comment", len(data)):
            findings.add("comment", "comment", western_or_utf8(data))
    elif data.startswith(b"Exif\0"):
        find_in_exif(data[6:], findings)
    elif data.startswith(_XMP):
        find_in_xmp(data[len(_XMP) :], findings)
    elif data.startswith(_XMP_EXTENSION):
        start = len(_XMP_EXTENSION) + 32  # after the packet's digest
        place = int.from_bytes(data[start + 4 : start + 8], "big")
        if len(extension) < _MOST_PIECES:
            extension[place] = data[start + 8 :]
