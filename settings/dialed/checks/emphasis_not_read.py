"""DIAL416: weights in a prompt that nothing reads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.errors import shown

WEIGHT = re.compile(r"\([^()]{1,120}:\s{0,3}\d{1,3}(?:\.\d{1,6})?\s{0,3}\)")


def weighted(text: object) -> str | None:
    """The first ``(words:1.3)`` in ``text``, or None."""
    if type(text) is not str or "(" not in text or ":" not in text:
        return None
    found = WEIGHT.search(text)
    return found.group(0) if found else None


def find(case: Case) -> Sequence[Finding]:
    """Look for words with a weight."""
    found = []
    for setting in ("prompt", "negative_prompt"):
        weight = weighted(case.settings.get(setting))
        if weight is not None:
            message = (
                f"{case.called(setting)} holds {shown(weight)}: pipelines read brackets, colon and number as letters; "
                "take them out, or weigh the embeddings yourself (Compel does)"
            )
            found.append(Finding(setting, message))
    return found


CHECK = Check(
    code="DIAL416",
    name="emphasis-not-read",
    severity="warning",
    looks_at="settings",
    settings=frozenset({"prompt", "negative_prompt"}),
    dialects=frozenset({"diffusers"}),
    what="Words are weighted as in A1111 and ComfyUI, which diffusers pipelines do not read.",
    why="`(fog:1.3)` is a notation of the interfaces: they cut it out and multiply the embedding. A pipeline hands the whole "
    "text to the tokenizer, so the weight does nothing and the marks take up tokens.",
    bad=Example({"prompt": "a lighthouse in (fog:1.3)"}, dialect="diffusers"),
    good=Example({"prompt": "a lighthouse in fog"}, dialect="diffusers"),
    function=find,
    sources=(
        "https://github.com/huggingface/diffusers/blob/01337da7633c4c663e76e75550e6f9d94fa7dc97/docs/source/en/using-diffusers/weighted_prompts.md",
    ),
)
