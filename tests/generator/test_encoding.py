"""Encoded files: they decode to the picture, and the same picture gives the same bytes."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from dialed_generator import encoding
from dialed_generator.errors import GeneratorError
from dialed_generator.picture_measures import psnr


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    y, x = np.mgrid[0:64, 0:48]
    return np.stack([y * 4, x * 5, (x + y) * 2], axis=2).astype(np.uint8)


@pytest.mark.parametrize(
    ("encode", "kind", "least"), [(encoding.avif, "AVIF", 30), (encoding.webp, "WEBP", 30)]
)
def test_published_files(picture, encode, kind, least):
    data = encode(picture)
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == (kind, (48, 64))
    assert psnr(encoding.decode(data, "it"), picture) > least
    assert encode(picture) == data
    assert len(data) < picture.nbytes / 5


def test_the_master_is_lossless(picture):
    data = encoding.png(picture, '{"seed":1}')
    assert (encoding.decode(data, "it") == picture).all()
    assert encoding.png(picture, '{"seed":1}') == data


def test_the_placeholder_is_small(picture):
    text = encoding.placeholder(picture)
    head, _, body = text.partition(",")
    assert head == "data:image/webp;base64"
    with Image.open(io.BytesIO(base64.b64decode(body))) as image:
        assert image.size == (16, 16)
    assert len(text) < 400


def test_the_pixel_hash_is_that_of_the_rows(picture):
    assert encoding.pixel_hash(picture) == encoding.pixel_hash(np.asfortranarray(picture))
    assert encoding.pixel_hash(picture) != encoding.pixel_hash(picture[::-1])


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40])
def test_what_is_no_picture(data):
    with pytest.raises(GeneratorError, match=r"x\.avif cannot be opened as a picture"):
        encoding.decode(data, "x.avif")


def test_a_picture_that_was_cut_off(picture):
    data = encoding.png(picture, "{}")
    with pytest.raises(GeneratorError, match="cannot be opened"):
        encoding.decode(data[: len(data) // 2], "x.png")
