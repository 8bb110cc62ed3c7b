"""Replicate: a flat object of a model's inputs, which a request holds under ``input``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialed.dialects import flat
from dialed.dialects.shape_and_size import shape_of_size

if TYPE_CHECKING:
    from dialed.record_registry import Registry
    from dialed.translation import Draft

INPUT = "input"


def flatten(payload: Mapping[str, Any], registry: Registry) -> Mapping[str, Any]:
    """The inputs alone, whether they come with the request around them or without."""
    del registry
    inputs = payload.get(INPUT)
    return inputs if isinstance(inputs, Mapping) else payload


def write(draft: Draft) -> tuple[dict[str, Any], str]:
    """The inputs; the FLUX models take a shape in the place of a size."""
    shape_of_size(draft)
    return flat.write(draft)
