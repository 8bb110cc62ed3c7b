"""A published image as a Python program for diffusers: what the renderer itself ran."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialed.dialects.diffusers_code import loading
from dialed.model_types import Model
from dialed_docs import own_settings_code as own
from dialed_generator.manifest import ImageEntry


def diffusers_code(image: ImageEntry, source: str, model: Model | None = None) -> str:
    """A program that makes the picture again.

    Args:
        image: The manifest's entry of the picture.
        source: What to give to ``from_pretrained``: a folder of this repository or a hub repository.
        model: The record of its model; says whether that is an adapter over another one.
    """
    scheduler = image.diffusers.get("scheduler")
    call = dict(_mapping(image.diffusers.get("call")))
    call.pop("generator", None)
    seed = image.diffusers.get("generator_seed", image.settings.get("seed", 0))
    imported = [_name(image.pipeline)] + ([_name(str(scheduler))] if scheduler else [])
    lines = ["import torch", f"from diffusers import {', '.join(imported)}"]
    if model is not None and model.adapter == "controlnet":
        lines.insert(1, "from diffusers import ControlNetModel")
    lines += own.imports(image)
    if image.init or own.ending(image):
        lines.append("from PIL import Image")
    if image.task == "control":
        lines += ["import numpy", "from dialed_generator.rendering.outlining import outlines_of"]
    lines += ["", *loading(image.pipeline, repr(source), model)]
    if "lora_scale" in image.settings:
        strength = float(image.settings["lora_scale"])
        lines.append(f"pipe.set_adapters(pipe.get_active_adapters(), [{strength!r}])")
    if scheduler:
        extra = _mapping(image.diffusers.get("scheduler_arguments"))
        given = "".join(f", {_name(name)}={value!r}" for name, value in extra.items())
        lines.append(f"pipe.scheduler = {scheduler}.from_config(pipe.scheduler.config{given})")
    if image.init:
        # Two hex digits and sixteen: where the published start picture lies in the repository.
        role = "followed the outlines of" if image.task == "control" else "began with"
        lines.append(f"# The published picture. The run itself {role} its lossless master.")
        path = f"docs/assets/comparisons/{image.init[:2]}/{image.init[:16]}.avif"
        lines.append(f"start = Image.open({path!r}).convert('RGB')")
        followed = "Image.fromarray(outlines_of(numpy.array(start)))"
        call["image"] = _Bare(followed if image.task == "control" else "start")
        lines += own.start(image, call, _Bare)
    arguments = {_name(name): repr(value) for name, value in call.items()}
    arguments["generator"] = f'torch.Generator("cpu").manual_seed({int(seed)})'  # type: ignore[arg-type]
    lines += own.drawing(image, arguments)
    lines += own.ending(image)
    if image.step is not None:
        lines.append(f"# shown: the latents after step {image.step} of this run, decoded")
    return "\n".join(lines)


class _Bare(str):
    """A word that is written without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _name(name: str) -> str:
    """An argument name; what is none would be code from a stranger's file."""
    if not name.isidentifier():
        raise ValueError(f"{name!r} is not the name of an argument")
    return name
