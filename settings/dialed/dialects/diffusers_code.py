"""A diffusers payload as Python that runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialed.model_types import Model

BUILT_IN_FOLDER = "generator/weights"


def python_code(payload: Mapping[str, Any], model: Model | None) -> str:
    """Write the code that makes the picture of ``payload``.

    Args:
        payload: ``pipeline``, ``scheduler``, ``scheduler_arguments``, ``call``, ``generator_seed``,
            ``adapters``.
        model: Where the weights come from; without it the code asks for a folder.
    """
    pipeline, scheduler = payload["pipeline"], payload["scheduler"]
    from_image = "Img2Img" in pipeline or "Image2Image" in pipeline
    imports = sorted({pipeline, *([scheduler] if scheduler else [])})
    lines = ["import torch", f"from diffusers import {', '.join(imports)}"]
    if from_image:
        lines.append("from diffusers.utils import load_image")
    if model is not None and model.adapter == "controlnet":
        lines.insert(1, "from diffusers import ControlNetModel")
    lines += ["", *loading(pipeline, _weights(model), model)]
    if scheduler:
        arguments = "".join(f", {k}={v!r}" for k, v in payload["scheduler_arguments"].items())
        lines.append(f"pipe.scheduler = {scheduler}.from_config(pipe.scheduler.config{arguments})")
    lines += _adapters(payload.get("adapters", ()))
    lines.append("image = pipe(")
    call = dict(payload["call"])
    if from_image and "image" not in call:
        lines.append('    image=load_image("input.png"),')
    lines += [f"    {name}={value!r}," for name, value in call.items()]
    if (seed := payload.get("generator_seed")) is not None:
        lines.append(f'    generator=torch.Generator("cpu").manual_seed({seed}),')
    lines += [").images[0]", 'image.save("image.png")', ""]
    return "\n".join(lines)


def _adapters(adapters: Sequence[Mapping[str, Any]]) -> list[str]:
    """The lines that load low-rank adapters: each name is a file, a folder or a hub repository."""
    if not adapters:
        return []
    lines = [
        f"pipe.load_lora_weights({adapter['name']!r}, adapter_name='lora_{place}')"
        for place, adapter in enumerate(adapters)
    ]
    names = [f"lora_{place}" for place in range(len(adapters))]
    weights = [adapter["weight"] for adapter in adapters]
    return [*lines, f"pipe.set_adapters({names!r}, adapter_weights={weights!r})"]


def loading(pipeline: str, source: str, model: Model | None) -> list[str]:
    """The lines that load a pipeline, or a base model and what is put on it.

    Args:
        pipeline: Class of the pipeline.
        source: Arguments of ``from_pretrained`` for the model's own weights.
        model: Says whether it is an adapter, and of which base.
    """
    if model is None or model.adapter is None:
        return [f"pipe = {pipeline}.from_pretrained({source})"]
    base = f'"{BUILT_IN_FOLDER}/{model.base}", use_safetensors=True'
    if model.adapter == "lora":
        return [
            f"pipe = {pipeline}.from_pretrained({base})",
            f"pipe.load_lora_weights({source})",
        ]
    return [
        f'network = ControlNetModel.from_pretrained({source}, subfolder="controlnet")',
        f"pipe = {pipeline}.from_pretrained({base}, controlnet=network)",
    ]


def _weights(model: Model | None) -> str:
    if model is None:
        return '"path/to/model", use_safetensors=True'
    if model.hub is None:
        return f'"{BUILT_IN_FOLDER}/{model.id}", use_safetensors=True'
    revision = f', revision="{model.revision}"' if model.revision else ""
    return f'"{model.hub}"{revision}, use_safetensors=True'
