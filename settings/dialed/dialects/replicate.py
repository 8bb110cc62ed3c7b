"""Replicate: a flat object of a model's inputs, which a request holds under ``input``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialed.dialects.flat import write

if TYPE_CHECKING:
    from dialed.record_registry import Registry

__all__ = ["flatten", "write"]

INPUT = "input"


def flatten(payload: Mapping[str, Any], registry: Registry) -> Mapping[str, Any]:
    """The inputs alone, whether they come with the request around them or without."""
    del registry
    inputs = payload.get(INPUT)
    return inputs if isinstance(inputs, Mapping) else payload
