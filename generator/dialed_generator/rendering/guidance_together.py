"""Images of different guidance in one batch."""

from collections.abc import Sequence
from typing import Any, Self

import torch


class GuidancePerImage(float):
    """A ``guidance_scale`` that is another number for each image of a batch.

    Pipelines compute ``unconditional + guidance_scale * (conditional - unconditional)``; times a tensor
    this number is a column with one factor an image, in the tensor's own precision, so each image gets to
    the bit what its number alone would give. In comparisons it is the smallest of them.
    """

    values: tuple[float, ...]

    def __new__(cls, values: Sequence[float]) -> Self:
        """Take one number for each image, in the order of the batch."""
        made = super().__new__(cls, min(values))
        made.values = tuple(values)
        return made

    def __mul__(self, other: Any) -> Any:
        if not isinstance(other, torch.Tensor):
            return super().__mul__(other)
        column = torch.tensor(self.values, dtype=other.dtype, device=other.device)
        return column.reshape(-1, *[1] * (other.dim() - 1)) * other


def embeds_guidance(pipeline: Any) -> bool:
    """Whether the number itself goes into the model, as consistency models have it; then it must be one."""
    config = getattr(getattr(pipeline, "unet", None), "config", None)
    return getattr(config, "time_cond_proj_dim", None) is not None


def guidance_of(values: Sequence[float]) -> float:
    """One number where all are equal, else one for each image."""
    return values[0] if len(set(values)) == 1 else GuidancePerImage(values)
