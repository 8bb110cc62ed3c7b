"""The file that a tool would have written, read back: what its format and quality leave of a picture."""

import io
from collections.abc import Mapping

import numpy as np
from PIL import Image

from dialed_generator.job import Scalar
from dialed_generator.own_settings import WRITTEN
from dialed_generator.picture_measures import Picture


def through_a_file(picture: Picture, settings: Mapping[str, Scalar]) -> Picture:
    """Write a picture as ``output_format`` at ``output_quality`` and read it back; unchanged where none is set."""
    if WRITTEN.isdisjoint(settings):
        return picture
    stream = io.BytesIO()
    form = str(settings.get("output_format", "png"))
    quality = {"quality": int(settings["output_quality"])} if "output_quality" in settings else {}
    Image.fromarray(picture).save(stream, form, **({} if form == "png" else quality))
    read: Picture = np.asarray(Image.open(stream).convert("RGB"))
    return read
