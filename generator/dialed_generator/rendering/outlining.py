"""The outlines of a picture, white on black: what a ControlNet of outlines follows."""

import numpy as np
from PIL import Image

from dialed_generator.picture_measures import Picture

_WEAKEST, _STRONGEST = 0.07, 0.2
"""Change of colour over two pixels of the doubled picture at which a line begins, and is white."""


def outlines_of(picture: Picture) -> Picture:
    """Return where the colours of a picture change abruptly, as lines about two pixels wide.

    The lines are those on which the ControlNet of the built-in model was trained: there the renderer's own
    drawing at twice the size, here the finished picture enlarged.

    Args:
        picture: ``[height, width, 3]``, 8 bit.

    Returns:
        An array of the same shape, all channels alike.
    """
    height, width = picture.shape[:2]
    image = Image.fromarray(picture).resize((2 * width, 2 * height), Image.Resampling.BICUBIC)
    large = np.asarray(image, dtype=np.float32) / 255
    strength = np.zeros(large.shape[:2], dtype=np.float32)
    strength[:, 1:-1] = np.abs(large[:, 2:] - large[:, :-2]).max(axis=2)
    strength[1:-1] = np.maximum(strength[1:-1], np.abs(large[2:] - large[:-2]).max(axis=2))
    lines = ((strength - _WEAKEST) / (_STRONGEST - _WEAKEST)).clip(0, 1)
    small = lines.reshape(height, 2, width, 2).mean(axis=(1, 3))
    grey: Picture = (small * 255).round().astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)
