"""DIAL108: something in a file that could not be understood, or not as it stands."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.errors import shown

MOST = 50
"""Said of one file; what is odd by the thousand is odd in one way."""


def find(case: Case) -> Sequence[Finding]:
    """Hand on what the reader of the file noted."""
    if case.generation is None:
        return ()
    accepts = case.facts.accepts
    refused = [
        f"{shown(value)}: "
        for setting, value in case.settings.items()
        if setting in accepts and not accepts[setting](value)
    ]  # the checks of values say what is wrong with these
    noted = [p for p in case.generation.problems if not p.message.startswith(tuple(refused))]
    found = [Finding(None, str(problem)) for problem in noted[:MOST]]
    if len(noted) > MOST:
        found.append(Finding(None, f"{len(noted) - MOST} more of this kind"))
    return found


CHECK = Check(
    code="DIAL108",
    name="odd-writing",
    severity="hint",
    looks_at="generation",
    what="A part of the file or text could not be understood, or not in the way it seems to say.",
    why="Files travel through editors, websites and other tools, which cut, escape and translate. A value that was read "
    "otherwise than it was written is a value that nobody chose.",
    bad=Example(
        "a lighthouse\nSteps: 25, Sampler: Euler, CFG scale: 7, Seed: 1, Size: 512x512, Clip skip: 2, Clip skip: 3"
    ),
    good=Example(
        "a lighthouse\nSteps: 25, Sampler: Euler, CFG scale: 7, Seed: 1, Size: 512x512, Clip skip: 2"
    ),
    function=find,
)
