"""Texts in an EXIF block (TIFF 6.0 directories; Exif 2.32 for the comment's character code)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from dialed.image_metadata.found_text import Findings
from dialed.image_metadata.text_decoding import utf16, western_or_utf8

_EXIF_DIRECTORY, _GPS_DIRECTORY, _INTEROPERABILITY = 0x8769, 0x8825, 0xA005
_NAMES = {
    0x010E: "ImageDescription",
    0x010F: "Make",
    0x0110: "Model",
    0x0131: "Software",
    0x013B: "Artist",
    0x8298: "Copyright",
    0x927C: "MakerNote",
    0x9286: "UserComment",
    0x9C9B: "XPTitle",
    0x9C9C: "XPComment",
    0x9C9D: "XPAuthor",
    0x9C9E: "XPKeywords",
    0x9C9F: "XPSubject",
}
_BYTES_EACH = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_MOST_DIRECTORIES, _MOST_ENTRIES = 16, 1000
_LONGEST_NOTE = 200
"""Cameras put kilobytes of their own into MakerNote; Fooocus writes one word."""


class _Block(NamedTuple):
    data: bytes
    little: bool

    def number(self, offset: int, length: int) -> int:
        return int.from_bytes(
            self.data[offset : offset + length], "little" if self.little else "big"
        )


def find_in_exif(data: bytes, findings: Findings) -> None:
    r"""Note the texts of one EXIF block.

    Args:
        data: The TIFF structure; a leading ``Exif\0\0`` is stepped over.
        findings: Where to note texts and problems.
    """
    data = data.removeprefix(b"Exif\0\0")
    if data[:2] not in {b"II", b"MM"} or len(data) < 8:
        findings.odd("exif", "does not begin with a TIFF header; it is left out")
        return
    block = _Block(data, data[:2] == b"II")
    waiting, seen, named = [block.number(4, 4)], set[int](), set[str]()
    while waiting and len(seen) < _MOST_DIRECTORIES:
        offset = waiting.pop(0)
        if offset in seen or not 8 <= offset <= len(data) - 2:
            continue
        seen.add(offset)
        waiting += _directory(block, offset, named, findings)


def _directory(block: _Block, offset: int, named: set[str], findings: Findings) -> list[int]:
    """Read one directory; returns where others begin."""
    others: list[int] = []
    count = min(block.number(offset, 2), _MOST_ENTRIES)
    end = offset + 2 + 12 * count
    for entry in range(offset + 2, min(end, len(block.data) - 11), 12):
        tag, kind = block.number(entry, 2), block.number(entry + 2, 2)
        length = block.number(entry + 4, 4) * _BYTES_EACH.get(kind, 0)
        if tag == _EXIF_DIRECTORY:
            others.append(block.number(entry + 8, 4))
        elif (name := _NAMES.get(tag)) is not None and length and name not in named:
            named.add(name)  # the first counts; a thousand entries may not point at the same text
            start = entry + 8 if length <= 4 else block.number(entry + 8, 4)
            if start + length > len(block.data):
                findings.odd(
                    f"exif:{name}", "is longer than its block; what is there has been read"
                )
            raw = block.data[start : start + length]
            if findings.allow(f"exif:{name}", len(raw)):
                findings.add("exif", name, _decode(name, kind, raw, block))
    if end + 4 <= len(block.data) and (following := block.number(end, 4)):
        others.append(following)
    return others


def _jis(raw: bytes, _block: _Block) -> str:
    return raw.decode("iso2022_jp", errors="replace").rstrip("\0")


def _western(raw: bytes, _block: _Block) -> str:
    return western_or_utf8(raw)


def _wide(raw: bytes, block: _Block) -> str:
    return utf16(raw, little=block.little)


_CODES: dict[bytes, Callable[[bytes, _Block], str]] = {
    b"UNICODE\0": _wide,
    b"ASCII\0\0\0": _western,
    b"JIS\0\0\0\0\0": _jis,
    bytes(8): _western,
}


def _decode(name: str, kind: int, raw: bytes, block: _Block) -> str:
    if name.startswith("XP"):
        return utf16(raw, little=True)
    if name == "MakerNote":
        note = raw.rstrip(b"\0")
        short = len(note) <= _LONGEST_NOTE and note.isascii() and note.decode("ascii").isprintable()
        return note.decode("ascii") if short else ""
    if name == "UserComment" and (code := _CODES.get(raw[:8])) is not None:
        return code(raw[8:], block)
    if kind in {1, 2, 7}:
        return western_or_utf8(raw)
    return ""
