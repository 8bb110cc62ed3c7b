"""fal: a flat object of a model's inputs, but for the size, which is a name or an object of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialed.dialects import flat

if TYPE_CHECKING:
    from dialed.record_registry import Registry
    from dialed.translation import Draft

SIZE, SIDES = "image_size", ("width", "height")


def flatten(payload: Mapping[str, Any], registry: Registry) -> Mapping[str, Any]:
    """Take width and height out of their object; a size that is a name stays as it is."""
    del registry
    size = payload.get(SIZE)
    if not isinstance(size, Mapping):
        return payload
    return {name: value for name, value in payload.items() if name != SIZE} | dict(size)


def write(draft: Draft) -> tuple[dict[str, Any], str]:
    """Write ``draft`` as the inputs of an endpoint."""
    payload, _ = flat.write(draft)
    size = {side: payload.pop(side) for side in SIDES if side in payload}
    return payload | ({SIZE: size} if size else {}), ""
