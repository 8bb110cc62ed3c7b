"""DIAL311: a negative prompt that is longer than the model's text encoders read."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.checks import negative_prompt_without_effect
from dialed.checks.prompt_too_long import overlong


def find(case: Case) -> Sequence[Finding]:
    """Count the negative prompt's tokens, if anything reads it at all."""
    if "negative_prompt" in case.facts.ignores or negative_prompt_without_effect.find(case):
        return ()
    return overlong(case, "negative_prompt")


CHECK = Check(
    code="DIAL311",
    name="negative-prompt-too-long",
    severity="warning",
    looks_at="settings",
    needs=frozenset({"negative_prompt"}),
    dialects=frozenset({None, "diffusers"}),
    what="The negative prompt has more tokens than the model's text encoders read; diffusers cuts the rest off.",
    why="Negative prompts are handed on as long lists. Behind the 77th token of CLIP nothing is read, so the end of the list "
    "keeps nothing away. Tokens are counted roughly here, from below.",
    bad=Example(
        {
            "prompt": "a lighthouse",
            "negative_prompt": ", ".join(
                f"{fault} {part}"
                for part in ("hands", "fingers", "faces", "eyes", "limbs", "teeth")
                for fault in ("bad", "extra", "missing", "fused", "blurred")
            ),
        },
        model="sd15",
    ),
    good=Example(
        {"prompt": "a lighthouse", "negative_prompt": "people, boats, text"}, model="sd15"
    ),
    function=find,
    applies=lambda model: model is not None and bool(model.text_encoders),
    sources=(
        "https://github.com/huggingface/diffusers/blob/58eb52c0803ea9af3abec60841c2a093bdf1f951/src/diffusers/pipelines/stable_diffusion/pipeline_stable_diffusion.py",
    ),
)
