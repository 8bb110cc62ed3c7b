"""A picture of another shape, brought to the size of the run."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

from dialed_generator.errors import RenderError
from dialed_generator.job import Job, Scalar
from dialed_generator.picture_measures import Picture

MODES: Mapping[Scalar, str] = {"stretch": "default", "crop": "crop", "fill": "fill"}
"""What ``resize_mode`` is called in diffusers' image processor, which resizes as A1111 does."""


def fitted(picture: Picture, job: Job, processor: Any) -> Picture:
    """Resize a picture to the width and height of a job, where it sets ``resize_mode``; else leave it.

    Args:
        picture: What the run is to begin with.
        job: Says how, and how large.
        processor: The pipeline's ``VaeImageProcessor``.

    Raises:
        RenderError: The way is none that the processor knows.
    """
    asked = job.settings.get("resize_mode")
    if asked is None:
        return picture
    if asked not in MODES:
        raise RenderError(
            f"resize_mode = {asked!r} is not here; choose one of {', '.join(map(str, MODES))}"
        )
    size = {name: int(job.call[name]) for name in ("width", "height")}
    resized: Picture = np.asarray(
        processor.resize(Image.fromarray(picture), resize_mode=MODES[asked], **size)
    )
    return resized
