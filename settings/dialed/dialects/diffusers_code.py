"""A diffusers payload as Python that runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialed.model_types import Model

BUILT_IN_FOLDER = "generator/weights"


def python_code(payload: Mapping[str, Any], model: Model | None) -> str:
    """Write the code that makes the picture of ``payload``.

    Args:
        payload: ``pipeline``, ``scheduler``, ``scheduler_arguments``, ``call``, ``generator_seed``.
        model: Where the weights come from; without it the code asks for a folder.
    """
    pipeline, scheduler = payload["pipeline"], payload["scheduler"]
    from_image = "Img2Img" in pipeline or "Image2Image" in pipeline
    imports = sorted({pipeline, *([scheduler] if scheduler else [])})
    lines = ["import torch", f"from diffusers import {', '.join(imports)}"]
    if from_image:
        lines.append("from diffusers.utils import load_image")
    lines += ["", f"pipe = {pipeline}.from_pretrained({_weights(model)})"]
    if scheduler:
        arguments = "".join(f", {k}={v!r}" for k, v in payload["scheduler_arguments"].items())
        lines.append(f"pipe.scheduler = {scheduler}.from_config(pipe.scheduler.config{arguments})")
    lines.append("image = pipe(")
    call = dict(payload["call"])
    if from_image and "image" not in call:
        lines.append('    image=load_image("input.png"),')
    lines += [f"    {name}={value!r}," for name, value in call.items()]
    if (seed := payload.get("generator_seed")) is not None:
        lines.append(f'    generator=torch.Generator("cpu").manual_seed({seed}),')
    lines += [").images[0]", 'image.save("image.png")', ""]
    return "\n".join(lines)


def _weights(model: Model | None) -> str:
    if model is None:
        return '"path/to/model", use_safetensors=True'
    if model.hub is None:
        return f'"{BUILT_IN_FOLDER}/{model.id}", use_safetensors=True'
    revision = f', revision="{model.revision}"' if model.revision else ""
    return f'"{model.hub}"{revision}, use_safetensors=True'
