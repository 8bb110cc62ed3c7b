"""What the transformer models have in common: putting a pipeline together and the arguments of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dialed_generator.tiny.tiny_model import PROMPT, enliven, mask, picture, seeded


def assemble(kind: str, parts: Callable[[], dict[str, Any]]) -> Any:
    """A diffusers pipeline by class name, with the weights of denoisers and ControlNets drawn loud enough.

    The gates of adaLN-zero blocks start at 0, and redrawn near 0 they would leave so little of the prompt that float32
    rounds it away; so every matrix is drawn anew.

    Args:
        kind: Class name, as diffusers exports it.
        parts: Makes the arguments of the class; called while the weights are drawn from the seed.
    """
    import diffusers
    import torch

    with seeded():
        made = parts()
        pipeline = getattr(diffusers, kind)(**made)
        for name in ("transformer", "transformer_2", "controlnet"):
            if isinstance(made.get(name), torch.nn.Module):
                enliven(made[name]).eval()
    return pipeline


def template_of(kind: str, attribute: str) -> str:
    """Text that a pipeline class writes around every prompt, read from the class itself."""
    import inspect

    import diffusers

    made = getattr(diffusers, kind)
    parameters = inspect.signature(made).parameters.values()
    needed = [one.name for one in parameters if one.default is inspect.Parameter.empty]
    return str(getattr(made(**dict.fromkeys(needed)), attribute))


def text_call(side: int = 64, **more: Any) -> dict[str, Any]:
    """Arguments of a run from text: a square of ``side`` pixels in ten steps."""
    return {"prompt": PROMPT, "height": side, "width": side, "num_inference_steps": 10, **more}


def image_call(side: int = 64, **more: Any) -> dict[str, Any]:
    """The same with a picture to start from."""
    return text_call(side, image=picture(side, side), **more)


def inpaint_call(side: int = 64, **more: Any) -> dict[str, Any]:
    """The same with a mask over that picture."""
    return image_call(side, mask_image=mask(side, side), **more)
