"""Lets diffusers read an earlier layer of CLIP with a transformers that moved its final norm.

diffusers 0.42.1 applies ``text_encoder.text_model.final_layer_norm`` to the layer that ``clip_skip``
names. Since transformers 5 a ``CLIPTextModel`` holds that norm itself and has no ``text_model``, so
every such call ends in an ``AttributeError``.
(https://github.com/huggingface/diffusers/blob/v0.42.1/src/diffusers/pipelines/stable_diffusion/pipeline_stable_diffusion.py)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch


@contextmanager
def readable_layers(pipeline: Any) -> Iterator[None]:
    """Make a pipeline's CLIP encoders reachable under the name that diffusers uses, for one call.

    Within, ``encoder.text_model`` is the encoder itself, so diffusers' own code runs unchanged. The
    name lies in the instance alone: it is no submodule, so weights, devices and copies do not see
    it. It must go again afterwards, because diffusers tells by it how the keys of a LoRA for the text
    encoder are written.

    Args:
        pipeline: Any diffusers pipeline; encoders that have the name already, or no final norm,
            are left alone.
    """
    lent = [
        encoder
        for name in ("text_encoder", "text_encoder_2")
        if isinstance(encoder := getattr(pipeline, name, None), torch.nn.Module)
        and not hasattr(encoder, "text_model")
        and isinstance(getattr(encoder, "final_layer_norm", None), torch.nn.Module)
    ]
    for encoder in lent:
        encoder.__dict__["text_model"] = encoder
    try:
        yield
    finally:
        for encoder in lent:
            encoder.__dict__.pop("text_model", None)
