"""From bytes to text where the file says the encoding wrongly, or not at all."""

from __future__ import annotations


def western_or_utf8(raw: bytes) -> str:
    """Text that should be Latin-1 or ASCII and often is UTF-8 (PNG tEXt, EXIF ASCII, JPEG comments).

    Bytes above 127 that form valid UTF-8 are never an accident; all else is read as Latin-1, which
    always succeeds.
    """
    raw = raw.rstrip(b"\0")
    try:
        # The codec "utf-8-sig" does the same in Python, ten times as slowly.
        return raw.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def utf16(raw: bytes, *, little: bool) -> str:
    """UTF-16 whose byte order nobody states reliably.

    Writers disagree: piexif always writes big-endian, others the order of the EXIF block or of the
    machine. Settings contain plain letters and digits, so the order that shows more of them is right.

    Args:
        raw: The bytes, with or without a byte order mark.
        little: Order to take where the text does not tell.
    """
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return raw.decode("utf-16", errors="replace").rstrip("\0")
    if 0 not in raw:
        try:
            return raw.decode("utf-8")  # labelled as UTF-16, yet written as UTF-8
        except UnicodeDecodeError:
            pass
    first, second = raw[0::2].count(0), raw[1::2].count(0)
    if first != second:
        little = second > first
    return raw.decode("utf-16-le" if little else "utf-16-be", errors="replace").rstrip("\0")
