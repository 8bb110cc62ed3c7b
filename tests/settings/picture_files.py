"""Small picture files with texts in them: made with Pillow, and by hand where Pillow writes only right files."""

import io
import struct
import zlib

from PIL import Image, PngImagePlugin

USER_COMMENT, DESCRIPTION, MAKE, MODEL, SOFTWARE = 0x9286, 0x010E, 0x010F, 0x0110, 0x0131
EXIF_DIRECTORY = 0x8769
RDF = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
    'xmp:CreatorTool="Draw Things">{}</rdf:Description></rdf:RDF></x:xmpmeta>'
)


def picture(size=(24, 16)):
    return Image.new("RGB", size, (200, 90, 30))


def saved(image_format, **options):
    file = io.BytesIO()
    picture().save(file, image_format, **options)
    return file.getvalue()


def png_with(texts, *, itxt=False, zipped=False):
    """A PNG with these texts; tEXt or zTXt where Latin-1 can hold them, else iTXt."""
    info = PngImagePlugin.PngInfo()
    for key, text in texts.items():
        (info.add_itxt if itxt else info.add_text)(key, text, zip=zipped)
    return saved("PNG", pnginfo=info)


def exif_with(comment=None, tags=None):
    """An EXIF block: the comment's bytes, code and all, and texts of the first directory."""
    exif = Image.Exif()
    for tag, text in (tags or {}).items():
        exif[tag] = text
    if comment is not None:
        exif.get_ifd(EXIF_DIRECTORY)[USER_COMMENT] = comment
    return exif.tobytes()  # Pillow takes an object without texts in its first directory for empty


def xmp_with(properties):
    return RDF.format(properties).encode()


def chunk(kind, data, *, length=None, checksum=None):
    head = struct.pack(">I", len(data) if length is None else length) + kind
    crc = zlib.crc32(kind + data) if checksum is None else checksum
    return head + data + struct.pack(">I", crc)


PNG_HEAD = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
PNG_PIXELS = chunk(b"IDAT", zlib.compress(b"\0\0\0\0"))
PNG_END = chunk(b"IEND", b"")


def png(*chunks, end=PNG_END):
    return PNG_HEAD + b"".join(chunks) + end


def ifd(entries, *, order="<", following=0):
    """A TIFF block of one directory; entries are (tag, kind, count, bytes or number)."""
    place = 8 + 2 + 12 * len(entries) + 4
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8)
    body, data = struct.pack(order + "H", len(entries)), b""
    for tag, kind, count, value in entries:
        if isinstance(value, int):
            field = struct.pack(order + "I", value)
        elif len(value) <= 4:
            field = value.ljust(4, b"\0")
        else:
            field = struct.pack(order + "I", place + len(data))
            data += value
        body += struct.pack(order + "HHI", tag, kind, count) + field
    return head + body + struct.pack(order + "I", following) + data


def box(kind, data):
    return struct.pack(">I", 8 + len(data)) + kind + data


def full(kind, version, data):
    return box(kind, bytes([version, 0, 0, 0]) + data)


def avif(items, *, method=1):
    """A file of boxes with items (kind, content type, bytes) in its idat box, or behind it."""
    infos, content = b"", b""
    places = []
    for number, (kind, content_type, data) in enumerate(items, 1):
        tail = b"\0" + (content_type + b"\0" if content_type else b"")
        infos += full(b"infe", 2, struct.pack(">HH", number, 0) + kind + tail)
        places.append((number, len(content), len(data)))
        content += data
    head = box(b"ftyp", b"avif\0\0\0\0avifmif1")

    def meta(base):
        locations = b"".join(
            struct.pack(">HHHHII", number, method, 0, 1, base + offset, length)
            for number, offset, length in places
        )
        iloc = full(b"iloc", 1, struct.pack(">BBH", 0x44, 0, len(places)) + locations)
        iinf = full(b"iinf", 0, struct.pack(">H", len(items)) + infos)
        parts = iinf + iloc + (box(b"idat", content) if method == 1 else b"")
        return full(b"meta", 0, parts)

    if method == 1:
        return head + meta(0)
    behind = len(head) + len(meta(0)) + 8
    return head + meta(behind) + box(b"mdat", content)
