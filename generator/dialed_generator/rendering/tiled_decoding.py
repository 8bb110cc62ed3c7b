"""The VAE in tiles: a picture that is decoded in pieces, which overlap and are blended."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dialed_generator.job import Scalar

_CHANGED = ("use_tiling", "tile_sample_min_size", "tile_latent_min_size", "tile_overlap_factor")


@contextmanager
def decoded_in_tiles(
    pipeline: Any, settings: Mapping[str, Scalar], _arguments: dict[str, Any]
) -> Iterator[None]:
    """Decode in tiles of ``vae_tile_size`` pixels that overlap by ``vae_tile_overlap`` pixels.

    diffusers states the overlap as a share of the tile (``tile_overlap_factor``).
    """
    size = settings.get("vae_tile_size")
    if size is None:
        yield
        return
    vae = pipeline.vae
    before = {name: getattr(vae, name) for name in _CHANGED}
    vae.use_tiling = True
    vae.tile_sample_min_size = int(size)
    vae.tile_latent_min_size = int(size) // pipeline.vae_scale_factor
    vae.tile_overlap_factor = float(settings.get("vae_tile_overlap", 0)) / float(size)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(vae, name, value)
