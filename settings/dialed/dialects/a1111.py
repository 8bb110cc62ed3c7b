"""AUTOMATIC1111: keys and values of its settings line, and the whole infotext as a text.

The text is written so that the tool's own grammar reads it back: quotes where a value has a comma, a colon or a line
break, and three pairs or more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialed.dialects import flat
from dialed.generation import ControlNet
from dialed.parsers.infotext_control import read_control
from dialed.parsers.infotext_grammar import NEGATIVE, WELL_KNOWN, split_infotext
from dialed.value_conversion import number

if TYPE_CHECKING:
    from dialed.record_registry import Registry
    from dialed.translation import Draft

STRENGTH = "Denoising strength"
"""Of image-to-image; in a picture with a hires pass, of that pass."""

HIRES = ("hires ", "first pass size")
"""How keys begin that only a picture with a hires pass has."""

CONTROL = {
    "controlnet_conditioning_scale": "weight",
    "control_guidance_start": "start",
    "control_guidance_end": "end",
}
"""Settings that stand inside the value of a control network, and its attributes."""

_FIRST = (
    "Steps", "Sampler", "Schedule type", "CFG scale", "Distilled CFG Scale", "Seed", "Size", "Model hash", "Model",
    "VAE hash", "VAE", STRENGTH, "Clip skip",
)  # fmt: skip
"""The order in which the tool writes what all pictures have."""

_PROMPTS = ("Prompt", "Negative prompt")
_FEWEST_PAIRS = 3
_ASSUMED = {"RNG": "GPU", "Emphasis": "Original", "Mask mode": "Inpaint masked"}
"""What the tool assumes where a key is left out."""


def flatten(payload: Mapping[str, Any], registry: Registry) -> Mapping[str, Any]:
    """Name the strength for what it is (the tool has one key for two), and bring up what a control network says."""
    found = dict(payload)
    if STRENGTH in found and any(name.casefold().startswith(HIRES) for name in payload):
        found["hires_strength"] = found.pop(STRENGTH)
    if isinstance(written := payload.get("ControlNet 0"), str) and "ControlNet 1" not in payload:
        for control in read_control([("ControlNet 0", written)]):
            stated = {name: getattr(control, field) for name, field in CONTROL.items()}
            found |= {name: value for name, value in stated.items() if value is not None}
    known = registry.settings
    return {n: v for n, v in found.items() if n in payload or n in known}


def write(draft: Draft, more: Mapping[str, Any] | None = None) -> tuple[dict[str, Any], str]:
    """Write ``draft`` as keys and values; the infotext goes to ``draft.text``.

    Args:
        draft: What to write.
        more: Further keys that the tool writes.
    """
    if any(name.startswith("hires_") for name in draft.settings):
        one_strength(draft, STRENGTH)
    hires = draft.settings.pop("hires_strength", None)
    controls = control_networks(draft)
    payload, _ = flat.write(draft)
    if hires is not None and any(name.casefold().startswith(HIRES) for name in payload):
        payload[STRENGTH] = hires
    elif hires is not None:
        message = f"{STRENGTH} means the hires pass only beside a key that begins with Hires"
        draft.note("lost", "hires_strength", message)
    hashes = {lora.name: lora.hash for lora in draft.generation.loras if lora.hash}
    if hashes:
        payload["Lora hashes"] = ", ".join(f"{name}: {value}" for name, value in hashes.items())
    for place, control in enumerate(controls):
        payload[f"ControlNet {place}"] = _control(control)
    payload |= more or {}
    draft.text = infotext(payload, draft)
    return payload, ""


def control_networks(draft: Draft) -> tuple[ControlNet, ...]:
    """The control networks to write: those of the generation, else the one that the settings speak of."""
    stated = {
        field: draft.settings.pop(name) for name, field in CONTROL.items() if name in draft.settings
    }
    draft.carry("controlnets")
    networks = draft.generation.controlnets
    return (ControlNet(**stated),) if stated and not networks else networks


def one_strength(draft: Draft, name: str) -> None:
    """Leave out the strength of image-to-image: beside a hires pass its key ``name`` is that pass's."""
    if "strength" not in draft.settings:
        return
    strength = number(draft.settings.pop("strength"))
    if strength == 1:
        draft.note("converted", "strength", "1 is what text-to-image does, so it is left out")
    else:
        message = f"{name} is the strength of the hires pass, where there is one"
        draft.note("lost", "strength", message)


def infotext(payload: Mapping[str, Any], draft: Draft | None = None) -> str:
    """The text below a picture.

    Args:
        payload: Keys and values of the settings line, and the prompts under ``Prompt`` and ``Negative prompt``.
        draft: Where to leave notes about what the text cannot hold.
    """
    lines = [_text(payload.get("Prompt", ""))]
    negative = payload.get("Negative prompt")
    if negative is not None:
        lines.append(f"{NEGATIVE} {_text(negative)}")
    names = [name for name in _FIRST if name in payload]
    names += [name for name in payload if name not in {*_FIRST, *_PROMPTS}]
    pairs = {name: _quoted(payload[name]) for name in names}
    known = any(name.casefold() in WELL_KNOWN for name in pairs)
    if len(pairs) < _FEWEST_PAIRS or not known:  # it would be read as prompt
        pairs |= {name: value for name, value in _ASSUMED.items() if name not in pairs}
        if draft is not None:
            added = ", ".join(_ASSUMED)
            message = (
                f"a line of fewer than three pairs is prompt: {added} as the tool assumes them"
            )
            draft.note("added", "infotext", message)
    settings = ", ".join(f"{name}: {value}" for name, value in pairs.items())
    text = "\n".join([*lines, settings]).strip()
    if draft is not None:
        _note_prompts(draft, text)
    return text


def _note_prompts(draft: Draft, text: str) -> None:
    read = split_infotext(text)
    for setting, found in (("prompt", read.prompt), ("negative_prompt", read.negative_prompt)):
        if setting in draft.settings and (found or "") != str(draft.settings[setting]):
            message = (
                "infotext keeps no blanks at the ends of lines, no empty first line, and no line that begins "
                f"with {NEGATIVE!r}"
            )
            draft.note("approximate", setting, message)


def _text(value: object) -> str:
    return str(value).replace("\r\n", "\n").replace("\r", "\n")


def _quoted(value: object) -> str:
    """``value`` as the tool writes it (``quote`` in modules/infotext_utils.py), and in quotes too where it begins with one."""
    text = str(value)
    plain = not any(mark in text for mark in ',\n:"') and text == text.strip() and text != ""
    return text if plain else json.dumps(text, ensure_ascii=False)


def _control(control: ControlNet) -> str:
    fields = {
        "Module": control.preprocessor,
        "Model": control.model,
        "Weight": control.weight,
        "Guidance Start": control.start,
        "Guidance End": control.end,
        **control.extras,
    }
    return ", ".join(f"{name}: {value}" for name, value in fields.items() if value is not None)
