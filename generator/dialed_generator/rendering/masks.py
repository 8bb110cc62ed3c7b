"""Masks of inpainting: a shape, and what tools do to it before they use it."""

from collections.abc import Mapping

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from dialed_generator.job import Scalar


def mask_of(text: str, width: int, height: int, settings: Mapping[str, Scalar]) -> Image.Image:
    """Draw a mask: white is drawn anew, black is kept.

    First ``mask_grow`` widens it by so many pixels in every direction, then ``mask_invert`` turns it round, then
    ``mask_blur`` blurs its edge with that standard deviation (`VaeImageProcessor.blur` of diffusers and
    AUTOMATIC1111 both take Pillow's Gaussian blur).

    Args:
        text: Shape and box, as ``Mask.text`` of a comparison writes them.
        width: Of the picture, in pixels.
        height: Of the picture, in pixels.
        settings: By canonical id.

    Returns:
        A picture of mode L.
    """
    shape, *box = text.split()
    left, top, right, bottom = (float(share) for share in box)
    mask = Image.new("L", (width, height), 0)
    corners = (
        round(left * width),
        round(top * height),
        round(right * width) - 1,
        round(bottom * height) - 1,
    )
    pen = ImageDraw.Draw(mask)
    (pen.ellipse if shape == "ellipse" else pen.rectangle)(corners, fill=255)
    if grown := int(settings.get("mask_grow", 0)):
        mask = mask.filter(ImageFilter.MaxFilter(2 * grown + 1))
    if settings.get("mask_invert"):
        mask = ImageOps.invert(mask)
    if blurred := float(settings.get("mask_blur", 0)):
        mask = mask.filter(ImageFilter.GaussianBlur(blurred))
    return mask


def filled(picture: Image.Image, mask: Image.Image) -> Image.Image:
    """Smear the colours around a mask over what lies under it.

    The picture without the masked part is blurred more and more widely, and the blurs are laid behind one
    another, the sharpest in front, until nothing shows through.
    """
    kept = np.asarray(picture.convert("RGB"), dtype=np.float64)
    weight = 1 - np.asarray(mask, dtype=np.float64)[..., None] / 255
    result, covered = kept * weight, weight
    for radius in (2, 4, 8, 16, 32, 64):
        share = _blurred(weight, radius)
        colour = _blurred(kept * weight, radius) / np.maximum(share, 1e-6)
        opacity = np.minimum(share * 4, 1.0)
        result += (1 - covered) * opacity * colour
        covered = covered + (1 - covered) * opacity
    mean = (kept * weight).sum((0, 1)) / max(weight.sum(), 1e-6)
    result += (1 - covered) * mean
    return Image.fromarray(result.round().clip(0, 255).astype(np.uint8))


def _blurred(values: np.ndarray, radius: int) -> np.ndarray:
    """A Gaussian blur of ``[height, width, channels]``, edges continued."""
    reach = 3 * radius
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / radius) ** 2)
    kernel /= kernel.sum()
    for axis in (0, 1):
        padding = [(0, 0)] * 3
        padding[axis] = (reach, reach)
        padded = np.pad(values, padding, mode="edge")
        values = np.apply_along_axis(lambda line: np.convolve(line, kernel, "valid"), axis, padded)
    return values
