"""What can be measured on pictures alone. All take 8-bit RGB arrays ``[height, width, 3]``."""

import itertools
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

_RADIUS = 5
_SIGMA = 1.5
_offsets = np.arange(-_RADIUS, _RADIUS + 1, dtype=np.float64)
_WINDOW: Floats = np.exp(-(_offsets**2) / (2 * _SIGMA**2))
_WINDOW /= _WINDOW.sum()


def luma(picture: Picture) -> Floats:
    """Brightness of each pixel, 0 to 255, with the weights of ITU-R BT.601."""
    weighted: Floats = picture.astype(np.float64) @ np.array([0.299, 0.587, 0.114])
    return weighted


def ssim(one: Picture, other: Picture) -> float:
    """Structural similarity, 1 for equal pictures: the mean over the three channels.

    As defined by Wang, Bovik, Sheikh and Simoncelli (2004): Gaussian window of 11 x 11 with sigma 1.5,
    K1 = 0.01, K2 = 0.03, range 255, averaged over all windows that lie inside the picture.

    Raises:
        ValueError: The pictures differ in size or are smaller than the window.
    """
    _check_pair(one, other)
    if min(one.shape[:2]) < 2 * _RADIUS + 1:
        raise ValueError(
            f"SSIM needs pictures of at least 11 x 11 pixels, not {one.shape[1]} x {one.shape[0]}"
        )
    a, b = one.astype(np.float64), other.astype(np.float64)
    mean_a, mean_b = _blurred(a), _blurred(b)
    var_a = _blurred(a * a) - mean_a**2
    var_b = _blurred(b * b) - mean_b**2
    covariance = _blurred(a * b) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    top = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    return float((top / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))).mean())


def _blurred(values: Floats) -> Floats:
    for axis in (0, 1):
        windows = np.lib.stride_tricks.sliding_window_view(values, _WINDOW.size, axis=axis)
        values = windows @ _WINDOW
    return values


def psnr(one: Picture, other: Picture) -> float:
    """Peak signal-to-noise ratio in dB; infinite for equal pictures.

    Raises:
        ValueError: The pictures differ in size.
    """
    _check_pair(one, other)
    error = float(np.mean((one.astype(np.float64) - other.astype(np.float64)) ** 2))
    return math.inf if error == 0 else 10 * math.log10(255**2 / error)


def saturation(picture: Picture) -> float:
    """Mean saturation of HSV, 0 (grey) to 1."""
    high = picture.max(axis=2).astype(np.float64)
    low = picture.min(axis=2).astype(np.float64)
    return float(np.mean((high - low) / np.maximum(high, 1)))


def clipped(picture: Picture) -> float:
    """Share of channel values that are 0 or 255: detail lost to black or to full colour."""
    return float(np.mean((picture == 0) | (picture == 255)))


def sharpness(picture: Picture) -> float:
    """Variance of the Laplacian of the brightness: rises with edges and with noise."""
    y = luma(picture)
    laplacian = y[:-2, 1:-1] + y[2:, 1:-1] + y[1:-1, :-2] + y[1:-1, 2:] - 4 * y[1:-1, 1:-1]
    return float(laplacian.var())


def diversity(pictures: Sequence[Picture]) -> float:
    """Mean over all pairs of the root-mean-square difference, 0 (all equal) to 1.

    Raises:
        ValueError: Fewer than two pictures, or of different sizes.
    """
    if len(pictures) < 2:
        raise ValueError("diversity needs at least two pictures")
    distances = []
    for one, other in itertools.combinations(pictures, 2):
        _check_pair(one, other)
        difference = (one.astype(np.float64) - other.astype(np.float64)) / 255
        distances.append(math.sqrt(float(np.mean(difference**2))))
    return sum(distances) / len(distances)


def _check_pair(one: Picture, other: Picture) -> None:
    if one.shape != other.shape:
        raise ValueError(
            f"pictures of different sizes cannot be compared: {one.shape} and {other.shape}"
        )
