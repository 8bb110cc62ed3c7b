"""How often the denoiser of a pipeline is asked."""

from collections.abc import Mapping
from typing import Any, Self

import torch

from dialed_generator.errors import RenderError


class CountedCalls:
    """Counts on how many samples a module was evaluated while it is entered."""

    def __init__(self, module: torch.nn.Module) -> None:
        self._module = module
        self.samples = 0

    def __enter__(self) -> Self:
        self._hook = self._module.register_forward_pre_hook(self._count, with_kwargs=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._hook.remove()

    def _count(self, _module: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        sample = (
            args[0] if args else next(kwargs[n] for n in ("sample", "hidden_states") if n in kwargs)
        )
        self.samples += len(sample)  # a tensor, or a list with one for each picture


def denoiser(pipeline: Any) -> torch.nn.Module:
    """The module of a pipeline that is evaluated at each step."""
    for name in ("unet", "transformer", "prior_prior", "prior", "decoder"):
        module = getattr(pipeline, name, None)
        if isinstance(module, torch.nn.Module):
            return module
    raise RenderError(
        f"{type(pipeline).__name__} has no denoiser that is known by name, so its calls cannot be counted"
    )
