"""DIAL312: a sequence length beyond what the model was made for."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case


def find(case: Case) -> Sequence[Finding]:
    """Compare with the most patient of the model's text encoders."""
    asked, model = case.settings["max_sequence_length"], case.model
    if model is None or type(asked) is not int or "max_sequence_length" in case.facts.ignores:
        return ()
    most = max((encoder.tokens for encoder in model.text_encoders), default=0)
    if not most or asked <= most or not case.facts.accepts["max_sequence_length"](asked):
        return ()
    message = (
        f"{case.called('max_sequence_length')} = {asked}: {model.title} was made for up to {most} tokens; its "
        f"pipeline refuses more or feeds the model what it has never seen. Set it to {most} or less"
    )
    fix = case.fix_value("max_sequence_length", most)
    return [Finding("max_sequence_length", message, fix)]


CHECK = Check(
    code="DIAL312",
    name="more-tokens-than-read",
    severity="warning",
    looks_at="settings",
    needs=frozenset({"max_sequence_length"}),
    what="The sequence length is longer than the model was made for.",
    why="The transformer has been shown token sequences of one length only. Most pipelines refuse a longer one; where it is "
    "let through, the added tokens are padding that the model has to read past.",
    bad=Example({"prompt": "a lighthouse", "max_sequence_length": 512}, model="flux-schnell"),
    good=Example({"prompt": "a lighthouse", "max_sequence_length": 256}, model="flux-schnell"),
    function=find,
    applies=lambda model: model is not None and bool(model.text_encoders),
    sources=(
        "https://github.com/huggingface/diffusers/blob/58eb52c0803ea9af3abec60841c2a093bdf1f951/docs/source/en/api/pipelines/flux.md",
    ),
)
