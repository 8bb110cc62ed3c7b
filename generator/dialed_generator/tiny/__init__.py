"""Tiny pipelines of the real diffusers classes, by id.

Every module here whose name begins with ``unet_`` or ``transformer_`` holds a tuple ``MODELS``. They import torch, diffusers
and transformers inside their functions only, so gathering the list costs milliseconds.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache

from dialed_generator.tiny.tiny_model import TinyModel

__all__ = ["TINY", "TinyModel"]

FAMILIES = ("unet_", "transformer_")


@cache
def _gathered() -> dict[str, TinyModel]:
    found: dict[str, TinyModel] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        if not module.name.startswith(FAMILIES):
            continue
        models: tuple[TinyModel, ...] = importlib.import_module(f"{__name__}.{module.name}").MODELS
        for model in models:
            if model.id in found:
                raise ValueError(f"two tiny models are called {model.id!r}; rename one")
            found[model.id] = model
    return found


class _Tiny(Mapping[str, TinyModel]):
    """The mapping behind ``TINY``: reads the modules on first use."""

    def __getitem__(self, name: str) -> TinyModel:
        return _gathered()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_gathered())

    def __len__(self) -> int:
        return len(_gathered())


TINY: Mapping[str, TinyModel] = _Tiny()
"""Every tiny model by its id."""
