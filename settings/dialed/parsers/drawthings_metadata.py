"""What Draw Things writes: JSON in the EXIF or XMP comment, the same as text in the description, a configuration.

Source: https://github.com/drawthingsai/draw-things-community/blob/bfafc68cf2c105319f8a5fe7e12bb9bd6f2b3a09/Libraries/LocalImageGenerator/Sources/ImageConverter.swift
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialed.errors import PayloadError
from dialed.generation import ControlNet, Generation, Lora
from dialed.parsers.json_texts import opened
from dialed.parsers.named_values import read_named
from dialed.value_conversion import number

if TYPE_CHECKING:
    from dialed.parsing import Written
    from dialed.record_registry import Registry

DIALECTS = ("drawthings",)

SAMPLERS = (
    "DPM++ 2M Karras",
    "Euler A",
    "DDIM",
    "PLMS",
    "DPM++ SDE Karras",
    "UniPC",
    "LCM",
    "Euler A Substep",
    "DPM++ SDE Substep",
    "TCD",
    "Euler A Trailing",
    "DPM++ SDE Trailing",
    "DPM++ 2M AYS",
    "Euler A AYS",
    "DPM++ SDE AYS",
    "DPM++ 2M Trailing",
    "DDIM Trailing",
    "UniPC Trailing",
    "UniPC AYS",
    "TCD Trailing",
)
"""In a configuration a sampler is its place in this list (`SamplerType` in ``config.fbs``)."""

_CONFIGURATION = frozenset({"guidanceScale", "seedMode", "batchCount", "hiresFix", "maskBlur"})
_LINE = re.compile(r"Steps: \d++, Sampler: ")
_PAIR = re.compile(r"([A-Z][\w ]{0,60}?): (\([^()]*\)|[^,]*)(?:, |\Z)")
_LORA = re.compile(r"LoRA (\d{1,3}) (Model|Weight)")
_CONTROL = re.compile(r"Control(?: (\d{1,3}))?(?: (No Prompt|Weight|Start|End|Global .*))?")
_PARTS = {"": "file", "Weight": "weight", "Start": "guidance_start", "End": "guidance_end"}
_LABELS = {
    "Steps": "steps",
    "Sampler": "sampler",
    "Guidance Scale": "scale",
    "Seed": "seed",
    "Size": "size",
    "Model": "model",
    "Strength": "strength",
    "Seed Mode": "seed_mode",
    "Shift": "shift",
    "CLIP Skip": "clip_skip",
    "Sharpness": "sharpness",
    "Mask Blur Outset": "mask_blur_outset",
    "Image Guidance": "image_guidance",
    "Hires Fix": "hires_fix",
    "First Stage Size": "first_stage_size",
    "Second Stage Strength": "second_stage_strength",
    "Upscaler": "upscaler",
    "Refiner": "refiner",
    "Refiner Start": "refiner_start",
}


def recognise(value: Written, registry: Registry) -> tuple[str, ...]:
    """Draw Things, where ``value`` is its JSON, its description, or a configuration of it."""
    del registry
    if isinstance(value, str):
        return DIALECTS if _settings_begin(value[-4000:]) is not None else ()
    if not isinstance(value, Mapping):
        return ()
    own = {"c", "uc"} <= value.keys() or len(_CONFIGURATION & value.keys()) >= 2
    return DIALECTS if own else ()


def parse_as(value: Written, dialect: str, registry: Registry) -> Generation:
    """Read Draw Things' settings.

    Args:
        value: The JSON, the description, or a configuration.
        dialect: ``drawthings``.
        registry: The records to use.

    Raises:
        PayloadError: There are no settings in it.
    """
    whole = opened(value)
    if isinstance(whole, Mapping):
        values = dict(whole)
    elif isinstance(value, str):
        values = _described(value)
    else:
        raise PayloadError("Draw Things writes its settings as a JSON object or as a description")
    outside = {key: values.pop(key) for key in ("v2", "profile", "id") if key in values}
    loras = _loras(values)
    controls = _controls(values)
    sampler = values.get("sampler")
    if isinstance(sampler, int) and not isinstance(sampler, bool) and 0 <= sampler < len(SAMPLERS):
        values["sampler"] = SAMPLERS[sampler]
    _sizes(values, registry)
    found = read_named(values, dialect, registry)
    return Generation(
        dialect,
        found.settings,
        loras=loras,
        controlnets=controls,
        extras=found.extras | outside,
        problems=tuple(found.problems),
    )


def _sizes(values: dict[str, Any], registry: Registry) -> None:
    """With hires fix, ``size`` is the final one and the first pass has its own."""
    on = str(values.get("hires_fix", values.get("hiresFix", ""))).casefold() == "true"
    first = values.get("first_stage_size")
    if "hiresFixWidth" in values and "hiresFixHeight" in values:
        first = f"{values.pop('hiresFixWidth')}x{values.pop('hiresFixHeight')}"
        if "width" in values and "height" in values:
            values["size"] = f"{values.pop('width')}x{values.pop('height')}"
        if not on:
            values.pop("hiresFixStrength", None)
    if not on or first is None or "hires_width" not in registry.settings:
        return
    size = values.get("size")
    parts = size.split("x") if isinstance(size, str) else []
    sides = [number(part) for part in parts]
    if len(sides) == 2 and None not in sides:
        values["hires_width"], values["hires_height"] = sides
        values["size"] = first
        values.pop("first_stage_size", None)


def _loras(values: dict[str, Any]) -> tuple[Lora, ...]:
    written = values.pop("lora", None) or values.pop("loras", None)
    found = []
    for item in written if isinstance(written, list) else ():
        if isinstance(item, Mapping):
            name = item.get("model", item.get("file"))
            weight = number(item.get("weight"))
            if isinstance(name, str):
                found.append(Lora(name, None if weight is None else float(weight)))
    return tuple(found)


def _controls(values: dict[str, Any]) -> tuple[ControlNet, ...]:
    written = values.pop("control", None) or values.pop("controls", None)
    found = []
    for item in written if isinstance(written, list) else ():
        if isinstance(item, Mapping):
            name = item.get("model", item.get("file"))
            start = item.get("guidance_start", item.get("guidanceStart"))
            end = item.get("guidance_end", item.get("guidanceEnd"))
            found.append(
                ControlNet(
                    name if isinstance(name, str) else None,
                    weight=number(item.get("weight")),
                    start=number(start),
                    end=number(end),
                    extras={
                        key: part
                        for key, part in item.items()
                        if key in {"control_mode", "controlImportance", "inputOverride"}
                    },
                )
            )
    return tuple(found)


def _settings_begin(text: str) -> int | None:
    """Where the settings begin in a line that has Draw Things' own name for the guidance."""
    found = _LINE.search(text)
    if found is None or text.find("Guidance Scale: ", found.end()) < 0:
        return None
    return found.start()


def _described(text: str) -> dict[str, Any]:
    """The description: prompt, a line with a minus and the negative prompt, and a line of pairs."""
    lines = text.strip().split("\n")
    begin, start = len(lines) - 1, None
    while begin >= 0 and (start := _settings_begin(lines[begin])) is None:
        begin -= 1
    if start is None:
        raise PayloadError("no line of settings in this text; Draw Things ends its text with one")
    prompt, pairs = [*lines[:begin], lines[begin][:start]], lines[begin][start:]
    values: dict[str, Any] = {}
    negative = [i for i, line in enumerate(prompt) if line.startswith("-")]
    if negative:
        values["uc"] = "\n".join([prompt[negative[-1]][1:], *prompt[negative[-1] + 1 :]]).strip()
        prompt = prompt[: negative[-1]]
    values["c"] = "\n".join(prompt).strip()
    loras: dict[str, dict[str, str]] = {}
    controls: dict[str, dict[str, str]] = {}
    for label, written in _PAIR.findall(pairs):
        if match := _LORA.fullmatch(label):
            loras.setdefault(match[1], {})[match[2].casefold()] = written.strip()
        elif match := _CONTROL.fullmatch(label):
            part = _PARTS.get(match[2] or "", match[2] or "")
            controls.setdefault(match[1] or "", {})[part] = written.strip()
        else:
            values[_LABELS.get(label, label)] = written.strip()
    if loras:
        values["lora"] = list(loras.values())
    if controls:
        values["control"] = list(controls.values())
    return values
