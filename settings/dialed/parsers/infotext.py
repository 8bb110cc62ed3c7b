"""Infotext: what AUTOMATIC1111, Forge, SD.Next, Civitai and many others write below a picture."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dialed.errors import PayloadError, shown
from dialed.parsers.infotext_grammar import NEGATIVE, Infotext, split_infotext
from dialed.parsers.infotext_networks import json_or_none
from dialed.parsers.infotext_settings import Reading

if TYPE_CHECKING:
    from dialed.generation import Generation
    from dialed.record_registry import Registry

DIALECTS = ("a1111", "forge", "sdnext")

# Plain words: looking for one costs a tenth of a search by an expression.
_SDNEXT = ("App: SD.Next", "App: SDNext", "Backend: Diffusers", "Backend: Original")
_FORGE = ("Distilled CFG Scale: ", ", Module 1: ", "Diffusion in Low Bits: ")
_VERSION = "Version: "
_FORGE_VERSIONS = ("f0", "f1", "f2", "neo", "classic")
_SETTINGS = re.compile(r"(?:^|[\s.,;])Steps: ?\d", re.IGNORECASE)
_TOLD_BY = frozenset({"Steps", "Sampler", "CFG scale", "Seed", "Size", "Model hash", "Clip skip"})
_CIVITAI = {
    "negativePrompt": "Negative prompt",
    "cfgScale": "CFG scale",
    "steps": "Steps",
    "sampler": "Sampler",
    "seed": "Seed",
    "clipSkip": "Clip skip",
    "hashes": "Hashes",
    "civitaiResources": "Civitai resources",
}
"""Names in the JSON that Civitai makes of an infotext (its API's ``meta``), and the keys that they were."""
_CIVITAI_TOLD_BY = {"cfgScale", "steps"}
_TEXT_KEYS = ("parameters", "infotext", "info")
"""Keys under which files and web APIs hand the whole text on."""


_LONGEST_KEPT = 20_000
_kept = functools.lru_cache(maxsize=2)(split_infotext)


def _taken_apart(text: str) -> Infotext:
    """``text`` taken apart, and kept where recognising it needs that too: it is mostly read next."""
    if "\nSteps: " in text or len(text) >= _LONGEST_KEPT:
        return split_infotext(text)
    return _kept(text)


def is_certain(text: str) -> bool:
    """Whether ``text`` shows without a closer look that it is infotext, and no other tool's likeness of it."""
    return "\nSteps: " in text and "Guidance Scale: " not in text and "Fooocus" not in text


def recognise(
    value: str | Mapping[str, Any] | Sequence[Any], registry: Registry
) -> tuple[str, ...]:
    """The dialect of an infotext, or of a mapping with its keys."""
    del registry
    if not isinstance(value, str):
        if not isinstance(value, Mapping):
            return ()
        text = _text_inside(value)
        if text is None:
            told = len(_TOLD_BY.intersection(value)) >= 2 or value.keys() >= _CIVITAI_TOLD_BY
            return _dialect(value) if told else ()
        value = text
    begin = value.rfind("\nSteps: ")
    if begin >= 0 or value.startswith("Steps: "):
        return _dialect(value[begin + 1 :])
    if _SETTINGS.search(value) or value.count(":") >= 3:
        found = _taken_apart(value)
        if found.has_settings:
            return _dialect(dict(found.pairs))
    if value.startswith(NEGATIVE) or f"\n{NEGATIVE}" in value:
        return ("a1111",)
    return ()


def _dialect(settings: str | Mapping[str, Any]) -> tuple[str, ...]:
    if not isinstance(settings, str):
        settings = "\n".join(f"{name}: {text}" for name, text in settings.items())
    if "App: SD" in settings or "Backend: " in settings:
        for sign in _SDNEXT:
            if sign in settings:
                return ("sdnext",)
    for sign in _FORGE:
        if sign in settings:
            return ("forge",)
    at = settings.find(_VERSION)
    while at >= 0:
        at += len(_VERSION)
        if settings.startswith(_FORGE_VERSIONS, at):
            return ("forge",)
        at = settings.find(_VERSION, at)
    return ("a1111",)


def _text_inside(value: Mapping[str, Any]) -> str | None:
    if len(value) > 20:
        return None
    for key in _TEXT_KEYS:
        text = value.get(key)
        if isinstance(text, str) and text[:1] != "{" and ":" in text:
            return text
    texts = value.get("infotexts")
    if texts is None and isinstance(info := value.get("info"), str) and info[:1] == "{":
        inner = json_or_none(info)  # the reply of the web API: JSON within JSON
        texts = inner.get("infotexts") if isinstance(inner, dict) else None
    first = texts[0] if isinstance(texts, list) and texts else None
    return first if isinstance(first, str) else None


def parse_as(
    value: str | Mapping[str, Any] | Sequence[Any], dialect: str, registry: Registry
) -> Generation:
    """Read an infotext, or a mapping with its keys.

    Raises:
        PayloadError: It is neither.
    """
    if not isinstance(value, str):
        if not isinstance(value, Mapping):
            raise PayloadError(f"infotext is a text or a mapping of its keys, not {shown(value)}")
        text = _text_inside(value)
        if text is None:
            return Reading(_from_mapping(value), dialect, registry).generation()
        value = text
    return Reading(_taken_apart(value), dialect, registry).generation()


def _from_mapping(value: Mapping[str, Any]) -> Infotext:
    """Keys and values as pairs: the tool's own, its halves of sizes, or the names of Civitai's JSON."""
    named = {
        _CIVITAI.get(name, name): stated for name, stated in value.items() if stated is not None
    }
    for first in [name for name in named if name.endswith("-1") and f"{name[:-1]}2" in named]:
        sides = [named.pop(first), named.pop(f"{first[:-1]}2")]
        if any(str(side) != "0" for side in sides):
            named[first[:-2]] = "x".join(map(str, sides))
    written = {name.casefold(): text for name, text in named.items() if isinstance(text, str)}
    prompts = ("prompt", "negative prompt")
    pairs = tuple(
        (name, _written(text)) for name, text in named.items() if name.casefold() not in prompts
    )
    return Infotext(written.get(prompts[0], ""), written.get(prompts[1]), pairs, has_settings=True)


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    try:
        return str(value)
    except ValueError:  # a whole number of thousands of digits
        return "a number of thousands of digits"
