"""FreeU: factors on what the U-Net's decoder takes from below and from the side.

(Si et al., 2023, https://arxiv.org/abs/2309.11497)
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dialed_generator.job import Scalar
from dialed_generator.own_settings import FREEU


@contextmanager
def freed_u(
    pipeline: Any, settings: Mapping[str, Scalar], _arguments: dict[str, Any]
) -> Iterator[None]:
    """Switch FreeU on where one of its factors is set; those that are not set are 1."""
    factors = {name[-2:]: float(settings.get(name, 1.0)) for name in sorted(FREEU)}
    # At 1 each its filter still goes through a Fourier transform, which rounds.
    if all(factor == 1.0 for factor in factors.values()):
        yield
        return
    pipeline.enable_freeu(**factors)
    try:
        yield
    finally:
        pipeline.disable_freeu()
