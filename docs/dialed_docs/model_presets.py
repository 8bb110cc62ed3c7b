"""A model's recommended settings as a preset: for a diffusers call, for AUTOMATIC1111, for ComfyUI."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from dialed import DialedError, translate
from dialed.model_types import Model
from dialed.record_base import Scalar
from dialed_docs.model_values import best_value
from dialed_docs.site_records import Registry

PROMPT = "your prompt"
LEFT_OUT = frozenset({"prompt", "seed", "model"})
"""What belongs to a picture and not to a preset."""


@dataclass(frozen=True)
class Preset:
    """One text to copy.

    Args:
        title: What it is, for the line that opens it.
        text: The text.
        lost: Settings that the tool cannot be told.
    """

    title: str
    text: str
    lost: tuple[str, ...]


def recommended(model: Model, registry: Registry) -> dict[str, Scalar]:
    """Canonical id -> value to use, of every setting that the records state for the model's first task."""
    task = model.pipelines[0].task if model.pipelines else None
    ignored = {one.setting for one in model.ignores}
    found: dict[str, Scalar] = {}
    for setting in registry.settings.values():
        value = best_value(setting, model, registry)
        fits = value is not None and value.task in {None, task}
        if fits and value is not None and setting.id not in ignored | LEFT_OUT:
            found[setting.id] = value.value
    if model.native_sizes:
        found.setdefault("width", model.native_sizes[0].width)
        found.setdefault("height", model.native_sizes[0].height)
    return found


def presets(model: Model, registry: Registry) -> list[Preset]:
    """The presets of a model that can be run; none for a family."""
    if model.abstract:
        return []
    settings = recommended(model, registry)
    found = []
    for title, tool, kind in (
        ("diffusers, arguments as JSON", "diffusers", "json"),
        ("diffusers, as a program", "diffusers", "python"),
        ("AUTOMATIC1111, as infotext", "a1111", "text"),
        ("ComfyUI, as a graph", "comfyui", "json"),
    ):
        preset = _preset(title, tool, kind, settings, model, registry)
        if preset is not None:
            found.append(preset)
    return found


def _preset(
    title: str, tool: str, kind: str, settings: dict[str, Any], model: Model, registry: Registry
) -> Preset | None:
    if tool not in registry.dialects:
        return None
    asked = {"prompt": PROMPT, **settings, "model": model.id}
    try:
        told = translate(asked, to=tool, model=model.id, registry=registry)
    except DialedError:
        return None  # the tool cannot hold a value of it: there is nothing to paste
    written = json.dumps(told.payload, ensure_ascii=False, indent=1)
    text = {"json": written, "python": told.python, "text": told.text}[kind]
    lost = dict.fromkeys(note.setting for note in told.notes if note.kind == "lost")
    return Preset(title, text, tuple(lost)) if text else None
