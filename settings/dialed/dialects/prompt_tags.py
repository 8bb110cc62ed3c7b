"""Low-rank adapters as tags in the prompt: ``<lora:name:0.8>``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dialed.parsers.infotext_networks import loras_in_prompt

if TYPE_CHECKING:
    from dialed.generation import Lora
    from dialed.translation import Draft

TAGGED = frozenset({"a1111", "a1111-api", "forge", "sdnext", "swarmui"})
"""Dialects whose prompts hold adapters as tags."""

_TAG = re.compile(r"[ \t]*+<(?:lora|lyco|locon):[^<>]++>", re.IGNORECASE)


def move_loras(draft: Draft) -> None:
    """Put adapters into the prompt where the target wants them there, and take their tags out elsewhere."""
    loras = draft.generation.loras
    prompt = draft.settings.get("prompt", "")
    if not loras or not isinstance(prompt, str):
        return
    if draft.dialect in TAGGED:
        tagged = {lora.name for lora in loras_in_prompt(prompt)}
        draft.settings["prompt"] = prompt + "".join(
            tag_of(lora) for lora in loras if lora.name not in tagged
        )
        draft.carry("loras")
    elif draft.generation.dialect in TAGGED and (without := _TAG.sub("", prompt)) != prompt:
        draft.settings["prompt"] = without.strip()
        draft.note("converted", "prompt", "the tags of its adapters are taken out")


def tag_of(lora: Lora) -> str:
    """``lora`` as a tag; one number counts for the denoiser and the text encoder."""
    weight = 1.0 if lora.weight is None else lora.weight
    if lora.text_encoder_weight is None:
        return f"<lora:{lora.name}:{weight:g}>"
    return f"<lora:{lora.name}:{lora.text_encoder_weight:g}:{weight:g}>"
