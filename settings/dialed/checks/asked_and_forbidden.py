"""DIAL414: the same words in the prompt and in the negative prompt."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.errors import shown
from dialed.suggestion import listed

SHORTEST = 3
LONGEST = 20_000
"""Longer texts are not compared: nobody reads them either."""


def _parts(text: str) -> dict[str, None]:
    parts = (" ".join(part.split()).casefold() for part in text.replace("\n", ",").split(","))
    return dict.fromkeys(part for part in parts if len(part) >= SHORTEST)


def find(case: Case) -> Sequence[Finding]:
    """Compare the parts between commas."""
    prompt, negative = case.settings["prompt"], case.settings["negative_prompt"]
    if type(prompt) is not str or type(negative) is not str or not negative:
        return ()
    if len(prompt) > LONGEST or len(negative) > LONGEST:
        return ()
    asked = _parts(prompt)
    both = [part for part in _parts(negative) if part in asked]
    if not both:
        return ()
    message = (
        f"{listed(map(shown, both[:3]))} stands in {case.called('prompt')} and in {case.called('negative_prompt')}: what "
        "the one asks for the other takes away; keep it in one"
    )
    return [Finding("negative_prompt", message)]


CHECK = Check(
    code="DIAL414",
    name="asked-and-forbidden",
    severity="hint",
    looks_at="settings",
    needs=frozenset({"prompt", "negative_prompt"}),
    what="The same words stand in the prompt and in the negative prompt.",
    why="Guidance follows the difference between what the two texts predict. Words that stand in both cancel out there: "
    "they are neither asked for nor kept away, and take up tokens twice.",
    bad=Example({"prompt": "a lighthouse, fog, night", "negative_prompt": "people, fog"}),
    good=Example({"prompt": "a lighthouse, night", "negative_prompt": "people, fog"}),
    function=find,
)
