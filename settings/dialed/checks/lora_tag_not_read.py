"""DIAL417: a LoRA named in the prompt of a tool that reads the prompt as words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.errors import shown

TAG = re.compile(r"<(?:lora|lyco|hypernet):[^<>]{1,200}>", re.IGNORECASE)


def tagged(text: object) -> str | None:
    """The first ``<lora:name:0.8>`` in ``text``, or None."""
    if type(text) is not str or "<" not in text:
        return None
    found = TAG.search(text)
    return found.group(0) if found else None


def find(case: Case) -> Sequence[Finding]:
    """Look for tags."""
    if case.generation is not None:
        return ()  # nodes of others may have read them
    tag = tagged(case.settings["prompt"])
    if tag is None:
        return ()
    message = (
        f"{case.called('prompt')} holds {shown(tag)}: {case.facts.dialect} loads no LoRA for it and reads it as words; load "
        "the LoRA itself"
    )
    return [Finding("prompt", message)]


CHECK = Check(
    code="DIAL417",
    name="lora-tag-not-read",
    severity="warning",
    looks_at="settings",
    needs=frozenset({"prompt"}),
    dialects=frozenset({"diffusers", "comfyui"}),
    what="The prompt names a LoRA in angle brackets, which this tool does not load.",
    why="A1111, Forge and SwarmUI cut `<lora:name:0.8>` out of the prompt and load the file. diffusers loads adapters by "
    "`load_lora_weights`, ComfyUI by a node: to both of them the tag is a word that the model has never met.",
    bad=Example({"prompt": "a lighthouse <lora:ink-wash:0.8>"}, dialect="diffusers"),
    good=Example({"prompt": "a lighthouse, ink wash"}, dialect="diffusers"),
    function=find,
    sources=(
        "https://github.com/huggingface/diffusers/blob/0002117e9fa1351a3c0ee988d9c13e683cfb273b/docs/source/en/tutorials/using_peft_for_inference.md",
    ),
)
