"""Texts in pictures: every place and encoding that tools use, and files that are broken or mean harm."""

import contextlib
import io
import random
import struct
import time
import tracemalloc
import zlib

import pytest
from picture_files import (
    DESCRIPTION,
    MAKE,
    PNG_HEAD,
    PNG_PIXELS,
    SOFTWARE,
    USER_COMMENT,
    avif,
    chunk,
    exif_with,
    ifd,
    png,
    png_with,
    saved,
    xmp_with,
)

from dialed.errors import DialedError, PayloadError
from dialed.image_metadata import byte_source, found_text
from dialed.image_metadata.texts_of_picture import find_texts

TEXT = "a lake, ünïcode 湖\nNegative prompt: fog\nSteps: 20, Sampler: Euler a, Seed: 7"
LATIN = "a lake, ünïcode\nSteps: 20"


def texts(data):
    return {(found.kind, found.key): found.text for found in find_texts(data).texts}


def itxt(key, text, *, compressed=b"\0", language=b"", translated=b""):
    return key + b"\0" + compressed + b"\0" + language + b"\0" + translated + b"\0" + text


PNG_CASES = {
    "tEXt": (png_with({"parameters": LATIN}), LATIN),
    "zTXt": (png_with({"parameters": LATIN}, zipped=True), LATIN),
    "iTXt": (png_with({"parameters": TEXT}, itxt=True), TEXT),
    "iTXt, compressed": (png_with({"parameters": TEXT}, itxt=True, zipped=True), TEXT),
    "iTXt with language": (
        png(
            chunk(
                b"iTXt", itxt(b"parameters", TEXT.encode(), language=b"en", translated="ä".encode())
            )
        ),
        TEXT,
    ),
    "after the pixels": (png(PNG_PIXELS, chunk(b"tEXt", b"parameters\0" + b"x: 1")), "x: 1"),
    "UTF-8 in tEXt": (png(chunk(b"tEXt", b"parameters\0" + TEXT.encode())), TEXT),
    "Latin-1 in tEXt": (png(chunk(b"tEXt", b"parameters\0" + LATIN.encode("latin-1"))), LATIN),
    "UTF-8 in zTXt": (png(chunk(b"zTXt", b"parameters\0\0" + zlib.compress(TEXT.encode()))), TEXT),
    "twice: the last": (
        png(chunk(b"tEXt", b"parameters\0old"), chunk(b"tEXt", b"parameters\0new")),
        "new",
    ),
}


@pytest.mark.parametrize(("data", "text"), PNG_CASES.values(), ids=PNG_CASES)
def test_texts_of_png(data, text):
    found = find_texts(data)
    assert found.named("png").get("parameters") == text
    assert found.problems == []


def unicode_comment(order, mark=b""):
    return b"UNICODE\0" + mark + TEXT.encode(order)


COMMENTS = {
    "big-endian UTF-16, as piexif writes it": (unicode_comment("utf-16-be"), TEXT),
    "little-endian UTF-16": (unicode_comment("utf-16-le"), TEXT),
    "UTF-16 with a byte order mark": (unicode_comment("utf-16-le", b"\xff\xfe"), TEXT),
    "UTF-8 that calls itself UTF-16": (b"UNICODE\0" + TEXT.encode(), TEXT),
    "ASCII": (b"ASCII\0\0\0" + b"Steps: 20", "Steps: 20"),
    "UTF-8 that calls itself ASCII": (b"ASCII\0\0\0" + TEXT.encode(), TEXT),
    "undefined": (bytes(8) + TEXT.encode(), TEXT),
    "no code at all": (b'{"prompt": "a lake"}', '{"prompt": "a lake"}'),
    "JIS": (b"JIS\0\0\0\0\0" + "湖".encode("iso2022_jp"), "湖"),
}


@pytest.mark.parametrize("image_format", ["JPEG", "WEBP", "AVIF", "PNG"])
@pytest.mark.parametrize(("comment", "text"), COMMENTS.values(), ids=COMMENTS)
def test_exif_user_comment(image_format, comment, text):
    data = saved(image_format, exif=exif_with(comment))
    assert texts(data) == {("exif", "UserComment"): text}
    assert find_texts(data).problems == []


@pytest.mark.parametrize("order", ["<", ">"])
def test_exif_in_both_byte_orders(order):
    wide = "über".encode("utf-16-le")
    block = ifd(
        [
            (DESCRIPTION, 2, 5, b"lake\0"),
            (MAKE, 2, 3, b"ab\0"),
            (0x9C9C, 1, len(wide), wide),
            (USER_COMMENT, 7, 8 + 8, b"UNICODE\0" + "lake".encode("utf-16-be")),
        ],
        order=order,
    )
    jpeg = (
        b"\xff\xd8\xff\xe1" + struct.pack(">H", len(block) + 8) + b"Exif\0\0" + block + b"\xff\xda"
    )
    assert texts(jpeg) == {
        ("exif", "ImageDescription"): "lake",
        ("exif", "Make"): "ab",
        ("exif", "XPComment"): "über",
        ("exif", "UserComment"): "lake",
    }


XMP = xmp_with(
    '<exif:UserComment><rdf:Alt><rdf:li xml:lang="x-default">{"c":"a &amp; b"}</rdf:li></rdf:Alt>'
    "</exif:UserComment><dc:description>lake</dc:description>"
)


@pytest.mark.parametrize("image_format", ["JPEG", "WEBP", "AVIF", "PNG"])
def test_xmp(image_format):
    if image_format == "PNG":
        data = png(chunk(b"iTXt", itxt(b"XML:com.adobe.xmp", XMP)))
    else:
        data = saved(image_format, xmp=XMP)
    assert texts(data) == {
        ("xmp", "xmp:CreatorTool"): "Draw Things",
        ("xmp", "exif:UserComment"): '{"c":"a & b"}',
        ("xmp", "dc:description"): "lake",
    }


def test_xmp_that_continues_in_further_segments():
    def segment(data):
        return b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data

    head = b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 32 + struct.pack(">I", len(XMP))
    half = len(XMP) // 2
    # The pieces may stand in any order.
    pieces = [
        segment(head + struct.pack(">I", half) + XMP[half:]),
        segment(head + struct.pack(">I", 0) + XMP[:half]),
    ]
    found = texts(b"\xff\xd8" + b"".join(pieces) + b"\xff\xda")
    assert found["xmp", "dc:description"] == "lake"


def test_jpeg_comment_and_padding():
    data = b"\xff\xd8\xff\xff\xff\xfe" + struct.pack(">H", 2 + 5) + "länd".encode() + b"\xff\xda"
    assert texts(data) == {("comment", "comment"): "länd"}


@pytest.mark.parametrize("method", [0, 1])
def test_avif_items_in_the_meta_box_and_behind_it(method):
    block = struct.pack(">I", 6) + b"Exif\0\0" + ifd([(MAKE, 2, 5, b"lake\0")])
    data = avif([(b"Exif", b"", block), (b"mime", b"application/rdf+xml", XMP)], method=method)
    found = texts(data)
    assert found["exif", "Make"] == "lake"
    assert found["xmp", "dc:description"] == "lake"


BROKEN = {
    "PNG without its end": (png(chunk(b"tEXt", b"a\0lake"), end=b""), "lake", "cut off"),
    "PNG text cut off": (png(chunk(b"tEXt", b"a\0lake", length=4000), end=b""), "lake", "cut off"),
    "wrong checksum": (png(chunk(b"tEXt", b"a\0lake", checksum=1)), "lake", "checksum"),
    "zTXt cut off": (
        png(chunk(b"zTXt", b"a\0\0" + zlib.compress(b"lake " * 99, 0)[:-40])),
        "lake ",
        "cut off",
    ),
    "zTXt damaged": (png(chunk(b"zTXt", b"a\0\0" + b"\x78\x9cnonsense")), None, "decompressed"),
    "iTXt that is no UTF-8": (png(chunk(b"iTXt", itxt(b"a", b"l\xe4nd"))), "länd", "no UTF-8"),
    "EXIF that is none": (png(chunk(b"eXIf", b"lake")), None, "TIFF"),
    "EXIF text beyond its block": (
        png(chunk(b"eXIf", ifd([(MAKE, 2, 900, 26)]) + b"lake")),
        "lake",
        "longer than its block",
    ),
    "XMP that is no XML": (png(chunk(b"iTXt", itxt(b"XML:com.adobe.xmp", b"<a>"))), None, "XML"),
    "XMP with a document type": (
        png(
            chunk(
                b"iTXt",
                itxt(
                    b"XML:com.adobe.xmp",
                    b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
                ),
            )
        ),
        None,
        "document type",
    ),
    "XMP nested without end": (
        png(chunk(b"iTXt", itxt(b"XML:com.adobe.xmp", b"<a>" * 5000 + b"</a>" * 5000))),
        None,
        "nested",
    ),
    "XMP of countless elements": (
        png(chunk(b"iTXt", itxt(b"XML:com.adobe.xmp", b"<a>" + b"<b/>" * 200_000 + b"</a>"))),
        None,
        "more than 100000 elements",
    ),
    "JPEG without markers": (b"\xff\xd8\xff\xfe\0\x06lakeXX", "lake", "no marker"),
    "JPEG segment of no length": (b"\xff\xd8\xff\xfe\0\x06lake\xff\xe1\0\0", "lake", "impossible"),
    "JPEG cut off": (b"\xff\xd8\xff\xfe\0\xfflake", "lake", "cut off"),
    "WebP chunk longer than the file": (
        b"RIFF\xff\xff\xff\xffWEBPEXIF" + struct.pack("<I", 4000) + ifd([(MAKE, 2, 5, b"lake\0")]),
        "lake",
        "cut off",
    ),
    "AVIF item outside the file": (
        avif([(b"Exif", b"", b"")], method=0).replace(b"mdat", b"mdat"),
        None,
        "outside",
    ),
    "AVIF item stored in a way unknown": (avif([(b"Exif", b"", b"x")], method=2), None, "followed"),
}


@pytest.mark.parametrize(("data", "text", "problem"), BROKEN.values(), ids=BROKEN)
def test_broken_files_give_what_they_hold_and_say_what_is_wrong(data, text, problem):
    found = find_texts(data)
    assert any(problem in str(one) for one in found.problems), found.problems
    if text is None:
        assert found.texts == []
    else:
        assert any(one.text.startswith(text) for one in found.texts), found.texts


REFUSED = {
    "empty": (b"", "is empty"),
    "a text": (b"Steps: 20", "no PNG, JPEG, WebP, AVIF or HEIC"),
    "a GIF": (b"GIF89a" + bytes(40), "no PNG"),
}


@pytest.mark.parametrize(("data", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_picture_is_refused(data, message, tmp_path):
    with pytest.raises(PayloadError, match=message):
        find_texts(data)
    path = tmp_path / "picture.png"
    path.write_bytes(data)
    with pytest.raises(PayloadError) as error:
        find_texts(path)
    assert str(error.value).startswith(f"{path}: ")


@pytest.mark.parametrize("source", ["missing.png", ".", "a\0b", 7, io.StringIO("text")])
def test_what_cannot_be_opened_is_refused(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PayloadError):
        find_texts(source)


def test_every_kind_of_source(tmp_path):
    data = png_with({"parameters": TEXT}, itxt=True)
    path = tmp_path / "a.png"
    path.write_bytes(data)

    class Pipe(io.RawIOBase):
        def __init__(self):
            self.left = io.BytesIO(data)

        def readable(self):
            return True

        def read(self, size=-1):
            return self.left.read(size)

    with path.open("rb") as file:
        for source in (path, str(path), data, bytearray(data), memoryview(data), file, Pipe()):
            assert find_texts(source).named("png").get("parameters") == TEXT


def bomb(size):
    packed = zlib.compressobj(9)
    zeros = bytes(1 << 20)
    return b"".join(packed.compress(zeros) for _ in range(size >> 20)) + packed.flush()


def test_decompression_bombs_are_cut_short():
    packed = bomb(40 << 20)
    assert len(packed) < 100_000
    data = png(*[chunk(b"zTXt", b"a\0\0" + packed)] * 40, chunk(b"tEXt", b"last\0lake"))
    tracemalloc.start()
    start = time.process_time()
    found = find_texts(data)
    seconds = time.process_time() - start
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.named("png").get("a") is None
    assert any("decompressed" in str(one) for one in found.problems)
    assert peak < 60_000_000
    assert seconds < 5


def test_many_parts_and_much_text_are_refused(monkeypatch):
    monkeypatch.setattr(byte_source, "MOST_PIECES", 2000)
    with pytest.raises(PayloadError, match="more than 2000 parts"):
        find_texts(PNG_HEAD + chunk(b"IDAT", b"") * 5000)
    monkeypatch.setattr(byte_source, "MOST_BYTES", 100_000)
    with pytest.raises(PayloadError, match="of text"):
        find_texts(png(*[chunk(b"tEXt", b"a\0" + b"x" * 9000)] * 20))


def test_many_exif_entries_that_point_at_one_text_cost_one(monkeypatch):
    block = ifd([(MAKE, 2, 50_000, 30)] * 900) + b"x" * 60_000
    found = find_texts(png(chunk(b"eXIf", block)))
    assert len(found.texts) == 1
    monkeypatch.setattr(found_text, "MOST_TEXT", 1000)
    found = find_texts(png(chunk(b"eXIf", block)))
    assert found.texts == []
    assert "longer than 1000 bytes" in str(found.problems[0])


def test_exif_directories_in_a_circle_end():
    assert texts(png(chunk(b"eXIf", ifd([(MAKE, 2, 3, b"ab\0")], following=8)))) == {
        ("exif", "Make"): "ab"
    }


def test_pixels_are_never_read(tmp_path):
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.write(PNG_HEAD)
        file.write(struct.pack(">I", 1 << 30) + b"IDAT")
        file.seek(1 << 30, io.SEEK_CUR)  # a hole: a gigabyte that takes no room
        file.write(bytes(4) + chunk(b"tEXt", b"parameters\0Steps: 20") + chunk(b"IEND", b""))
    start = time.process_time()
    assert find_texts(path).named("png").get("parameters") == "Steps: 20"
    assert time.process_time() - start < 0.5


def samples():
    exif = exif_with(unicode_comment("utf-16-be"), {SOFTWARE: "Fooocus", DESCRIPTION: "lake"})
    return [
        png_with({"parameters": LATIN, "prompt": "{}"}, zipped=True),
        png(chunk(b"iTXt", itxt(b"XML:com.adobe.xmp", XMP)), chunk(b"eXIf", exif)),
        saved("JPEG", exif=exif, xmp=XMP, comment=b"lake"),
        saved("WEBP", exif=exif, xmp=XMP),
        saved("AVIF", exif=exif, xmp=XMP),
        avif([(b"Exif", b"", bytes(4) + exif), (b"mime", b"application/rdf+xml", XMP)]),
    ]


def mutated(data, chance):
    """``data`` with a few bytes changed, a piece cut out, doubled, or its end gone."""
    spoilt = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        what, place = chance.random(), chance.randrange(len(spoilt) or 1)
        if what < 0.6 and spoilt:
            spoilt[place] = chance.choice([0, 1, 0x7F, 0xFF, chance.randrange(256)])
        elif what < 0.75:
            del spoilt[place : place + chance.randint(1, 40)]
        elif what < 0.9:
            spoilt[place:place] = spoilt[place : place + chance.randint(1, 40)]
        else:
            del spoilt[place:]
    return bytes(spoilt)


@pytest.mark.parametrize("number", range(6))
def test_mutated_files_raise_nothing_but_our_errors(number):
    data, chance = samples()[number], random.Random(number)
    for _ in range(400):
        spoilt = mutated(data, chance)
        start = time.process_time()
        with contextlib.suppress(DialedError):
            find_texts(spoilt)
        assert time.process_time() - start < 2
