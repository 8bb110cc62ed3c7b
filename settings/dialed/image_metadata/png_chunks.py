"""Texts in a PNG file: tEXt, zTXt, iTXt and eXIf chunks, before and after the pixels (PNG 3rd edition)."""

from __future__ import annotations

import struct
import zlib

from dialed.image_metadata.byte_source import ByteSource
from dialed.image_metadata.exif_fields import find_in_exif
from dialed.image_metadata.found_text import MOST_TEXT, Findings
from dialed.image_metadata.text_decoding import western_or_utf8
from dialed.image_metadata.xmp_packet import find_in_xmp

SIGNATURE = b"\x89PNG\r\n\x1a\n"
XMP_KEYWORD = "XML:com.adobe.xmp"
_TEXTS = {b"tEXt": "PNG tEXt", b"zTXt": "PNG zTXt", b"iTXt": "PNG iTXt", b"eXIf": "PNG eXIf"}
"""Kinds of chunks that hold texts, and what messages call them."""
_MOST_TEXTS = 10_000
_chunk_head = struct.Struct(">I4s").unpack


def find_in_png(source: ByteSource, findings: Findings) -> None:
    """Note the texts of one PNG file; chunks of any other kind are stepped over."""
    offset, texts = len(SIGNATURE), 0
    while offset < source.size:
        head = source.at(offset, 8)
        if len(head) < 8:
            findings.odd("PNG", f"is cut off at byte {offset}; what came before has been read")
            return
        length, kind = _chunk_head(head)
        if kind == b"IEND":
            return
        if kind in _TEXTS:
            texts += 1
            if texts > _MOST_TEXTS:
                findings.odd("PNG", f"has more than {_MOST_TEXTS} texts; the rest is left out")
                return
            _text_chunk(source, offset, kind, length, findings)
        offset += 12 + length
    findings.odd("PNG", "is cut off before its end; what is there has been read")


def _text_chunk(
    source: ByteSource, offset: int, kind: bytes, length: int, findings: Findings
) -> None:
    place = _TEXTS[kind]
    if not findings.allow(place, length):
        return
    body = source.at(offset + 8, length + 4)
    data, checksum = body[:length], body[length:]
    if len(data) < length:
        findings.odd(place, "is cut off; what is there has been read")
    elif zlib.crc32(data, zlib.crc32(kind)) != int.from_bytes(checksum, "big"):
        findings.odd(place, "does not match its checksum; it may be damaged")
    if kind == b"eXIf":
        find_in_exif(data, findings)
        return
    keyword, _, rest = data.partition(b"\0")
    key = western_or_utf8(keyword[:200])
    if kind == b"tEXt":
        text = western_or_utf8(rest)
    elif kind == b"zTXt":
        text = western_or_utf8(inflate(rest[1:], key, findings))
    else:
        text = _international(rest, key, findings)
    if key == XMP_KEYWORD:
        find_in_xmp(text, findings)
    else:
        findings.add("png", key, text)


def _international(data: bytes, key: str, findings: Findings) -> str:
    """The text of an iTXt chunk after its keyword: flag, method, language, translated keyword, text."""
    compressed, rest = data[:1] == b"\1", data[2:]
    _language, _, rest = rest.partition(b"\0")
    _translated, _, raw = rest.partition(b"\0")
    if compressed:
        raw = inflate(raw, key, findings)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        findings.odd(key, f"is no UTF-8 from byte {error.start}; it is read as Latin-1")
        return raw.decode("latin-1")


def inflate(data: bytes, place: str, findings: Findings) -> bytes:
    """Decompress a zlib stream, up to `MOST_TEXT` bytes and no further.

    Args:
        data: The stream.
        place: What to call it in a problem.
        findings: Where to note problems.

    Returns:
        The text; nothing where it would be too long, as much as can be had where the stream is damaged.
    """
    stream = zlib.decompressobj()
    found: list[bytes] = []
    length = 0
    # Piece by piece: an error half-way would throw away what came before it.
    for start in range(0, len(data), 65_536):
        piece = data[start : start + 65_536]
        try:
            while piece and not stream.eof:
                found.append(stream.decompress(piece, 1_000_000))
                length += len(found[-1])
                findings.room -= len(found[-1])
                if length > MOST_TEXT or findings.room < 0:
                    findings.odd(
                        place,
                        f"grows beyond {MOST_TEXT} bytes when it is decompressed; it is left out",
                    )
                    return b""
                piece = stream.unconsumed_tail
        except zlib.error as error:
            findings.odd(place, f"cannot be decompressed to its end ({error})")
            return b"".join(found)
    found.append(stream.flush())  # what the limit on each piece held back
    if not stream.eof:
        findings.odd(place, "is compressed and cut off; what is there has been read")
    return b"".join(found)
