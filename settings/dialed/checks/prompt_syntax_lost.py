"""DIAL507: marks in the prompt that the target reads as words."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_crossing import Crossing
from dialed.checks.emphasis_not_read import weighted
from dialed.checks.lora_tag_not_read import tagged
from dialed.errors import shown


def find(crossing: Crossing) -> Sequence[Finding]:
    """Look for weights and LoRA tags that the source reads and the target does not."""
    found = []
    for setting in ("prompt", "negative_prompt"):
        text = crossing.case.settings.get(setting)
        weight = weighted(text) if crossing.to == "diffusers" != crossing.source else None
        if weight is not None:
            message = f"{setting}: the weight in {shown(weight)} is lost: pipelines read its marks as letters"
            found.append(Finding(setting, message))
        tag = tagged(text) if crossing.to in {"diffusers", "comfyui"} else None
        if tag is not None and crossing.source not in {"diffusers", "comfyui"}:
            message = f"{setting}: {shown(tag)} loads no LoRA in {crossing.to}; load it there and take the tag out"
            found.append(Finding(setting, message))
    return found


CHECK = Check(
    code="DIAL507",
    name="prompt-syntax-lost",
    severity="warning",
    looks_at="translation",
    what="The prompt holds weights or LoRA tags that the target reads as plain words.",
    why="Each interface has a small language inside its prompt. The text is carried over letter by letter, its meaning is not: where "
    "the marks are not known they are words, and what they asked for does not happen.",
    bad=Example({"prompt": "a lighthouse in (fog:1.3)"}, dialect="a1111", to="diffusers"),
    good=Example({"prompt": "a lighthouse in (fog:1.3)"}, dialect="a1111", to="comfyui"),
    function=find,
    sources=(
        "https://github.com/huggingface/diffusers/blob/01337da7633c4c663e76e75550e6f9d94fa7dc97/docs/source/en/using-diffusers/weighted_prompts.md",
    ),
)
