"""Hugging Face's inference client: keyword arguments, which a request holds as ``inputs`` and ``parameters``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialed.dialects.flat import write

if TYPE_CHECKING:
    from dialed.record_registry import Registry

__all__ = ["flatten", "write"]

PARAMETERS, SIZE = "parameters", "target_size"


def flatten(payload: Mapping[str, Any], registry: Registry) -> Mapping[str, Any]:
    """The parameters beside the prompt; earlier versions kept width and height in an object of their own."""
    del registry
    found = {name: value for name, value in payload.items() if name not in {PARAMETERS, SIZE}}
    for part in (payload.get(PARAMETERS), payload):
        if isinstance(part, Mapping):
            if part is not payload:
                found |= {name: value for name, value in part.items() if name != SIZE}
            if isinstance(size := part.get(SIZE), Mapping):
                found |= size
    return found
