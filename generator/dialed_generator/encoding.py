"""Pictures as files: the lossless master, the published AVIF and WebP, the placeholder. The only user of Pillow."""

import base64
import hashlib
import io

import numpy as np
from PIL import ExifTags, Image, PngImagePlugin

from dialed_generator.errors import GeneratorError
from dialed_generator.picture_measures import Picture

AVIF_QUALITY, AVIF_SPEED = 65, 8
WEBP_QUALITY, WEBP_METHOD = 80, 6
PLACEHOLDER_SIDE = 16


def png(picture: Picture, job: str) -> bytes:
    """The lossless master, with the job's canonical JSON in a text chunk named ``dialed``."""
    text = PngImagePlugin.PngInfo()
    text.add_text("dialed", job)
    file = io.BytesIO()
    Image.fromarray(picture, "RGB").save(file, "PNG", pnginfo=text, compress_level=6)
    return file.getvalue()


def avif(picture: Picture, comment: str = "") -> bytes:
    """The published picture. One thread, so that the bytes do not depend on the machine's cores.

    Args:
        picture: RGB pixels.
        comment: Text for the EXIF field UserComment, where image tools look for settings.
    """
    file = io.BytesIO()
    Image.fromarray(picture, "RGB").save(
        file,
        "AVIF",
        quality=AVIF_QUALITY,
        speed=AVIF_SPEED,
        max_threads=1,
        **_exif(comment),
    )
    return file.getvalue()


def webp(picture: Picture, comment: str = "") -> bytes:
    """The published picture for browsers without AVIF; ``comment`` as in `avif`."""
    file = io.BytesIO()
    Image.fromarray(picture, "RGB").save(
        file, "WEBP", quality=WEBP_QUALITY, method=WEBP_METHOD, **_exif(comment)
    )
    return file.getvalue()


def _exif(comment: str) -> dict[str, bytes]:
    if not comment:
        return {}
    # EXIF 2.32, 4.6.5: eight bytes name the character code, then comes the text.
    raw = (
        b"ASCII\0\0\0" + comment.encode("ascii")
        if comment.isascii()
        else b"UNICODE\0" + comment.encode("utf-16-be")
    )
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = raw
    return {"exif": exif.tobytes()}


def placeholder(picture: Picture) -> str:
    """A WebP of 16 pixels a side as a ``data:`` address, to be shown until the picture is there."""
    small = Image.fromarray(picture, "RGB").resize(
        (PLACEHOLDER_SIDE, PLACEHOLDER_SIDE), Image.Resampling.BOX
    )
    file = io.BytesIO()
    small.save(file, "WEBP", quality=40, method=WEBP_METHOD)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def decode(data: bytes, name: str) -> Picture:
    """Pixels of an encoded picture.

    Args:
        data: The file.
        name: What to call it in an error.

    Raises:
        GeneratorError: It is not a picture that can be opened.
    """
    try:
        with Image.open(io.BytesIO(data)) as image:
            pixels: Picture = np.asarray(image.convert("RGB"))
    except (OSError, SyntaxError, ValueError) as error:
        raise GeneratorError(
            f"{name} cannot be opened as a picture ({error}); render it again"
        ) from None
    return pixels


def pixel_hash(picture: Picture) -> str:
    """SHA-256 of the raw RGB bytes, rows from the top."""
    return hashlib.sha256(np.ascontiguousarray(picture).tobytes()).hexdigest()
