"""DIAL310: a prompt that is longer than the model's text encoders read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case

CLIP_PIECE = re.compile(r"[^\W\d_]+|\d|[^\s\w]+|_+")
"""Pieces that CLIP's tokenizer never joins: its count can only be higher than theirs."""
WORD = re.compile(r"\S+")
"""What T5's and the language models' tokenizers never join."""


def tokens_read(case: Case) -> int:
    """Tokens of the model's most patient text encoder; 0 where that is not known."""
    model = case.model
    if model is None or not model.text_encoders:
        return 0
    most = max(encoder.tokens for encoder in model.text_encoders)
    asked = case.settings.get("max_sequence_length")
    if type(asked) is int and 0 < asked < most and "max_sequence_length" not in case.facts.ignores:
        clip = [e.tokens for e in model.text_encoders if "clip" in e.name.casefold()]
        return max([asked, *clip])
    return most


def overlong(case: Case, setting: str) -> Sequence[Finding]:
    """Count what ``setting`` certainly has of tokens; stop as soon as it is too much."""
    text = case.settings[setting]
    if type(text) is not str:
        return ()
    if "max_sequence_length" not in case.settings and len(text) < case.facts.tokens:
        return ()
    most = tokens_read(case)
    if not most or len(text) < most:
        return ()
    only_clip = all("clip" in e.name.casefold() for e in case.model.text_encoders)  # type: ignore[union-attr]
    pieces = (CLIP_PIECE if only_clip else WORD).finditer(text)
    room = most - (2 if only_clip else 1)  # marks of beginning and end
    first_left_out = next((piece for count, piece in enumerate(pieces) if count >= room), None)
    if first_left_out is None:
        return ()
    start = first_left_out.start()
    message = (
        f"{case.called(setting)} is longer than the {most} tokens that {case.model.title} reads: "  # type: ignore[union-attr]
        f"roughly counted, at the latest what comes after {text[max(0, start - 30) : start].strip()!r} is cut off; "
        "put what matters first and shorten the rest"
    )
    return [Finding(setting, message)]


def find(case: Case) -> Sequence[Finding]:
    """Count the prompt's tokens."""
    return overlong(case, "prompt")


CHECK = Check(
    code="DIAL310",
    name="prompt-too-long",
    severity="warning",
    looks_at="settings",
    needs=frozenset({"prompt"}),
    dialects=frozenset({None, "diffusers"}),
    what="The prompt has more tokens than the model's text encoders read; diffusers cuts the rest off.",
    why="CLIP reads 77 tokens, T5 as many as the pipeline asks of it. diffusers drops what is beyond with a line in the "
    "log; A1111 and ComfyUI read a long prompt in pieces instead. Tokens are counted roughly here, from below: a word "
    "is at least one, often more.",
    bad=Example(
        {
            "prompt": "a white lighthouse on a cliff above the sea at dusk, seen from a small boat, waves breaking on black "
            "rocks, gulls in the wind, a keeper's cottage with a lit window, a path with a wooden fence, heather, a stone "
            "wall, clouds lit from below, the first stars, a distant ship with three masts, rain over the horizon, oil on "
            "canvas, broad strokes, muted colours, thin mist over the water, soft light"
        },
        model="sdxl",
    ),
    good=Example(
        {"prompt": "a white lighthouse on a cliff above the sea at dusk, oil on canvas"},
        model="sdxl",
    ),
    function=find,
    applies=lambda model: model is not None and bool(model.text_encoders),
    sources=(
        "https://github.com/huggingface/diffusers/blob/58eb52c0803ea9af3abec60841c2a093bdf1f951/src/diffusers/pipelines/stable_diffusion/pipeline_stable_diffusion.py",
    ),
)
