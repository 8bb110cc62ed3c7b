"""Texts in AVIF and HEIC files: the Exif and XMP items of the meta box (ISO 14496-12, 23008-12)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dialed.image_metadata.byte_source import ByteSource
from dialed.image_metadata.exif_fields import find_in_exif
from dialed.image_metadata.found_text import MOST_TEXT, Findings
from dialed.image_metadata.xmp_packet import find_in_xmp

_MOST_BOXES, _MOST_ITEMS, _MOST_EXTENTS = 10_000, 10_000, 10_000
_XMP_TYPE = b"application/rdf+xml"


class _Box(NamedTuple):
    kind: bytes
    start: int
    end: int


class _Item(NamedTuple):
    """Where an item's bytes are: ranges of the file (method 0) or of the idat box (method 1)."""

    method: int
    ranges: tuple[tuple[int, int], ...]


class _Fields:
    """Reads big-endian numbers one after the other; beyond the end everything is 0."""

    def __init__(self, data: bytes, offset: int = 0) -> None:
        self.data, self.offset = data, offset

    def number(self, length: int) -> int:
        value = int.from_bytes(self.data[self.offset : self.offset + length], "big")
        self.offset += length
        return value

    def text(self) -> bytes:
        end = self.data.find(b"\0", self.offset)
        end = len(self.data) if end < 0 else end
        value = self.data[self.offset : end]
        self.offset = end + 1
        return value

    @property
    def left(self) -> bool:
        return self.offset < len(self.data)


def is_isobmff(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is made of boxes, as AVIF and HEIC are."""
    return head[4:8] == b"ftyp"


def find_in_isobmff(source: ByteSource, findings: Findings) -> None:
    """Note the texts of one AVIF or HEIC file."""
    for box in _boxes(source, 0, source.size):
        if box.kind == b"meta":
            _meta(source, box, findings)
            return


def _boxes(source: ByteSource, start: int, end: int) -> Iterator[_Box]:
    for _ in range(_MOST_BOXES):
        head = source.at(start, 16) if end - start >= 8 else b""
        if len(head) < 8:
            return
        length, body = int.from_bytes(head[:4], "big"), 8
        if length == 1:
            length, body = int.from_bytes(head[8:16], "big"), 16
        elif length == 0:
            length = end - start
        if length < body:
            return
        yield _Box(head[4:8], start + body, min(start + length, end))
        start += length


def _meta(source: ByteSource, meta: _Box, findings: Findings) -> None:
    parts: dict[bytes, _Box] = {}
    for box in _boxes(source, meta.start + 4, meta.end):  # after version and flags
        parts.setdefault(box.kind, box)
    if b"iinf" not in parts or b"iloc" not in parts:
        return
    wanted = _wanted(source, parts[b"iinf"])
    if not wanted:
        return
    location = parts[b"iloc"]
    items = _locations(source.at(location.start, min(location.end - location.start, MOST_TEXT)))
    data_box = parts.get(b"idat")
    for identifier, kind in wanted.items():
        item = items.get(identifier)
        if item is None or item.method > 1 or (item.method == 1 and data_box is None):
            findings.odd(f"AVIF {kind}", "is stored in a way that cannot be followed")
            continue
        data = _content(source, item, data_box)
        if not data:
            findings.odd(f"AVIF {kind}", "points outside the file")
        elif kind == "Exif":
            skipped = int.from_bytes(data[:4], "big")  # from here to the TIFF header
            find_in_exif(data[4 + skipped :] if skipped < len(data) else data[4:], findings)
        else:
            find_in_xmp(data, findings)


def _wanted(source: ByteSource, box: _Box) -> dict[int, str]:
    """Ids of the items that hold EXIF or XMP."""
    head = _Fields(source.at(box.start, 8))
    version = head.number(1)
    found: dict[int, str] = {}
    for entry in _boxes(source, box.start + (6 if version == 0 else 8), box.end):
        if entry.kind != b"infe" or len(found) >= _MOST_ITEMS:
            continue
        fields = _Fields(source.at(entry.start, min(entry.end - entry.start, 1024)))
        version = fields.number(4) >> 24
        if version < 2:
            continue
        identifier = fields.number(2 if version == 2 else 4)
        fields.number(2)  # protection
        kind = fields.number(4).to_bytes(4, "big")
        fields.text()  # the item's name
        if kind == b"Exif":
            found[identifier] = "Exif"
        elif kind == b"mime" and fields.text() == _XMP_TYPE:
            found[identifier] = "XMP"
    return found


def _locations(data: bytes) -> dict[int, _Item]:
    """The iloc box: where the bytes of every item are."""
    fields = _Fields(data)
    version = fields.number(4) >> 24
    sizes = fields.number(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version in {1, 2} else 0
    items: dict[int, _Item] = {}
    extents_left = _MOST_EXTENTS
    for _ in range(min(fields.number(4 if version == 2 else 2), _MOST_ITEMS)):
        if not fields.left:
            break
        identifier = fields.number(4 if version == 2 else 2)
        method = fields.number(2) & 15 if version in {1, 2} else 0
        fields.number(2)  # data reference
        base = fields.number(base_size)
        ranges = []
        for _ in range(fields.number(2)):
            extents_left -= 1
            if extents_left < 0 or not fields.left:
                break
            fields.number(index_size)
            start = base + fields.number(offset_size)
            ranges.append((start, fields.number(length_size)))
        items[identifier] = _Item(method, tuple(ranges))
    return items


def _content(source: ByteSource, item: _Item, data_box: _Box | None) -> bytes:
    start, end = (0, source.size)
    if item.method == 1 and data_box is not None:
        start, end = data_box.start, data_box.end
    parts, length = [], 0
    for offset, size in item.ranges:
        place = start + offset
        # A length of 0 means: to the end.
        piece = source.at(place, min(size or end - place, end - place, MOST_TEXT - length))
        parts.append(piece)
        length += len(piece)
    return b"".join(parts)
