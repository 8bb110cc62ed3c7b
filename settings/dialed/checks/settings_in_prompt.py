"""DIAL107: settings written into the prompt, where they are read as words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.errors import shown

FLAG = re.compile(r"(?:^|\s)(--(?:ar|aspect|chaos|iw|niji|no|seed|stylize|sref|v|weird) [^\s-]\S*)")
"""Midjourney's parameters: https://docs.midjourney.com/hc/en-us/articles/32859204029709-Parameter-List"""
LINE = re.compile(r"(?:^|\n)((?:Negative prompt: |Steps: \d+, )[^\n]{0,40})")


def find(case: Case) -> Sequence[Finding]:
    """Look for flags and for the lines of an infotext."""
    prompt = case.settings["prompt"]
    if type(prompt) is not str or ("--" not in prompt and ": " not in prompt):
        return ()
    found = LINE.search(prompt)
    if found is None and "midjourney" not in case.facts.tools:
        found = FLAG.search(prompt)
    if found is None:
        return ()
    message = (
        f"{case.called('prompt')} holds {shown(found.group(1))}: here that is read as words, not as settings; "
        "state it under its own name"
    )
    return [Finding("prompt", message)]


CHECK = Check(
    code="DIAL107",
    name="settings-in-prompt",
    severity="warning",
    looks_at="settings",
    needs=frozenset({"prompt"}),
    what="The prompt holds flags or lines of settings, which this tool reads as words.",
    why="Midjourney takes its settings as flags at the end of the prompt, and a file of A1111 has them in lines below "
    "it. Pasted whole into another tool's prompt they change nothing but the words that the model is given.",
    bad=Example({"prompt": "a lighthouse at dusk --ar 16:9 --v 6"}),
    good=Example({"prompt": "a lighthouse at dusk", "width": 1344, "height": 768}),
    function=find,
)
