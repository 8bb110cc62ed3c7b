"""Stability's first API: prompts are a list of texts with weights; a weight below 0 is a negative prompt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialed.dialects import flat
from dialed.value_conversion import number

if TYPE_CHECKING:
    from dialed.record_registry import Registry
    from dialed.translation import Draft

PROMPTS = "text_prompts"


def flatten(payload: Mapping[str, Any], registry: Registry) -> Mapping[str, Any]:
    """Take the prompts out of their list; several of one sign become one text."""
    del registry
    prompts = payload.get(PROMPTS)
    if not isinstance(prompts, list):
        return payload
    found = {name: value for name, value in payload.items() if name != PROMPTS}
    texts: dict[str, list[str]] = {}
    for prompt in prompts:
        if isinstance(prompt, Mapping) and isinstance(prompt.get("text"), str):
            negative = (number(prompt.get("weight", 1)) or 0) < 0
            texts.setdefault("negative_prompt" if negative else "prompt", []).append(prompt["text"])
    return {name: ", ".join(parts) for name, parts in texts.items()} | found


def write(draft: Draft) -> tuple[dict[str, Any], str]:
    """Write ``draft`` as a body of version 1."""
    prompts = [
        {"text": draft.settings.pop(name), "weight": weight}
        for name, weight in (("prompt", 1), ("negative_prompt", -1))
        if name in draft.settings
    ]
    payload, _ = flat.write(draft)
    return ({PROMPTS: prompts} if prompts else {}) | payload, ""
