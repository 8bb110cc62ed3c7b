"""The networks that an infotext names: LoRAs in the prompt, in hashes and in Civitai's list of resources.

Tags are read as AUTOMATIC1111 reads them (modules/extra_networks.py, extensions-builtin/Lora/extra_networks_lora.py):
``<lora:name:text encoder:denoiser>``, by position or by name (``te=``, ``unet=``); one number counts for both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from dialed.generation import Lora
from dialed.suggestion import fold
from dialed.value_conversion import number

_TAG = re.compile(r"<(lora|lyco|locon):([^<>:]++)((?::[^<>:]*+)*+)>", re.IGNORECASE)
NUMBERED = re.compile(
    r"Lora_(\d{1,4}) (Model name|Model hash|Strength model|Strength clip)", re.IGNORECASE
)
"""Keys under which a LoRA's parts stand one by one, with its number."""
_HASHED = re.compile(r"(.*?)\s*\(([0-9a-fA-F]+)\)")

MOST_LORAS = 1000
"""Nobody uses more; a text of nothing but tags is not worth a million objects."""


def loras_in_prompt(prompt: str) -> list[Lora]:
    """The LoRA tags of a prompt, in the order written.

    Args:
        prompt: The prompt; a tag's weight may be left out, then it is None (the tool uses 1).
    """
    if "<" not in prompt:
        return []
    found = []
    for tag in _TAG.finditer(prompt):
        found.append(_lora(tag.group(2).strip(), tag.group(3).split(":")[1:]))
        if len(found) >= MOST_LORAS:
            break
    return found


def _lora(name: str, arguments: Iterable[str]) -> Lora:
    placed: list[float | None] = []
    named: dict[str, float | None] = {}
    for argument in arguments:
        key, equals, value = argument.partition("=")
        if equals:
            named[key.strip().casefold()] = _weight(value)
        else:
            placed.append(_weight(argument))
    encoder = named.get("te", placed[0] if placed else None)
    denoiser = named.get("unet", placed[1] if len(placed) > 1 else encoder)
    apart = len(placed) > 1 or not {"te", "unet"}.isdisjoint(named)
    return Lora(name, denoiser, encoder if apart else None)


def _weight(text: object) -> float | None:
    plain = number(text)
    return None if plain is None else float(plain)


def with_hashes(loras: list[Lora], hashes: Mapping[str, str]) -> list[Lora]:
    """``loras`` with their hashes; one that only its hash tells of is added at the end.

    Args:
        loras: As the prompt names them.
        hashes: Name -> hash.
    """
    by_name = {_bare(name): value for name, value in hashes.items()}
    joined = [
        Lora(lora.name, lora.weight, lora.text_encoder_weight, found)
        if (found := by_name.get(_bare(lora.name))) and lora.hash is None
        else lora
        for lora in loras
    ]
    known = {_bare(lora.name) for lora in joined}
    joined += [
        Lora(name, hash=value or None) for name, value in hashes.items() if _bare(name) not in known
    ]
    return joined


def _bare(name: str) -> str:
    """The spelling under which names of LoRAs are compared: hashes stand beside the name without its ending."""
    return fold(name).removesuffix(".safetensors")


def named_hashes(text: str) -> dict[str, str]:
    """``name: hash, name: hash``, as ``Lora hashes`` and ``TI hashes`` have it."""
    pairs = (part.rpartition(":") for part in text.split(","))
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}


def parallel_hashes(names: str, hashes: str) -> dict[str, str]:
    """Names and hashes in two lists of the same order, as SD.Next writes them; names alone get none."""
    listed = [name.strip() for name in names.split(",")]
    values = [value.strip() for value in hashes.split(",")] if hashes else []
    if len(values) != len(listed):
        values = [""] * len(listed)
    return dict(zip(listed, values, strict=True))


def hashes_of_resources(value: object) -> tuple[dict[str, str], dict[str, str]]:
    """Civitai's ``Hashes``: the hashes of LoRAs by name, and of everything else by kind.

    Args:
        value: The JSON text, or what it holds.
    """
    loras: dict[str, str] = {}
    others: dict[str, str] = {}
    if isinstance(value, str):
        value = json_or_none(value)
    for name, stated in value.items() if isinstance(value, dict) else ():
        if not isinstance(stated, str):
            continue
        kind, separated, rest = name.partition(":" if ":" in name else "/")
        if separated and kind.casefold() in {"lora", "lycoris", "locon", "lyco"}:
            loras[rest] = stated
        else:
            others[name] = stated
    return loras, others


def loras_of_resources(value: object) -> tuple[list[Lora], str | None]:
    """Civitai's list of resources: the LoRAs with their weights, and the checkpoint's name.

    Args:
        value: The JSON text, or what it holds.
    """
    loras: list[Lora] = []
    checkpoint: str | None = None
    if isinstance(value, str):
        value = json_or_none(value)
    for resource in value if isinstance(value, list) else ():
        if not isinstance(resource, dict):
            continue
        kind = str(resource.get("type", "")).casefold()
        name = resource.get("modelName", resource.get("name"))
        if kind in {"checkpoint", "model"} and checkpoint is None and isinstance(name, str):
            checkpoint = name
        elif kind in {"lora", "lycoris", "locon", "dora"} and len(loras) < MOST_LORAS:
            if not isinstance(name, str):
                name = str(resource.get("air", resource.get("modelVersionId", "")))
            plain = _weight(resource.get("weight", resource.get("strength")))
            hashed = resource.get("hash")
            loras.append(Lora(name, plain, hash=hashed if isinstance(hashed, str) else None))
    return loras, checkpoint


def json_or_none(text: str) -> Any:
    """What ``text`` holds as JSON, or None."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def numbered_loras(fields: Mapping[str, str]) -> list[Lora]:
    """What Stability Matrix wrote: ``Lora_0 Model name``, ``Lora_0 Strength model`` and so on.

    Source: https://github.com/LykosAI/StabilityMatrix/blob/c255230fb76e92ea4c691d3cff25493e08f5de47/StabilityMatrix.Tests/Models/GenerationParametersTests.cs

    Args:
        fields: Keys and values as written. ``Strength model`` is the denoiser's, ``Strength clip`` the text
            encoder's.
    """
    parts: dict[int, dict[str, str]] = {}
    for key, value in fields.items():
        if (found := NUMBERED.fullmatch(key)) is not None:
            parts.setdefault(int(found.group(1)), {})[found.group(2).casefold()] = value
    return [
        Lora(
            each["model name"],
            _weight(each.get("strength model")),
            _weight(each.get("strength clip")),
            each.get("model hash"),
        )
        for _, each in sorted(parts.items())[:MOST_LORAS]
        if each.get("model name")
    ]


def additional_networks(fields: Mapping[str, str]) -> list[Lora]:
    """What the extension Additional Networks wrote: ``AddNet Model 1``, ``AddNet Weight A 1`` and so on.

    Args:
        fields: The keys without ``AddNet``, and their values. ``Weight A`` is the denoiser's, ``Weight B`` the
            text encoder's; older versions have one ``Weight``.
    """
    found = []
    for place in sorted({key.rpartition(" ")[2] for key in fields if key.startswith("Model ")}):
        name = fields[f"Model {place}"]
        hashed = _HASHED.fullmatch(name[:1000])
        both = fields.get(f"Weight {place}")
        denoiser = _weight(fields.get(f"Weight A {place}", both))
        encoder = _weight(fields.get(f"Weight B {place}", both))
        found.append(
            Lora(
                hashed.group(1) if hashed else name,
                denoiser,
                None if encoder == denoiser else encoder,
                hashed.group(2) if hashed else None,
            )
        )
        if len(found) >= MOST_LORAS:
            break
    return found
