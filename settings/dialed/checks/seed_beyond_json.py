"""DIAL207: a seed that JSON numbers cannot carry everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case

EXACT = 2**53


def find(case: Case) -> Sequence[Finding]:
    """Compare with the largest integer that a double holds exactly."""
    seed = case.settings.get("seed")
    accepts = case.facts.accepts.get("seed")
    if type(seed) is not int or abs(seed) <= EXACT or accepts is None or not accepts(seed):
        return ()
    message = (
        f"{case.called('seed')} = {seed} is beyond 2^53: programs that read JSON numbers as doubles, "
        "every browser among them, change its last digits; choose a smaller seed"
    )
    return [Finding("seed", message)]


CHECK = Check(
    code="DIAL207",
    name="seed-beyond-json",
    severity="hint",
    looks_at="settings",
    settings=frozenset({"seed"}),
    what="The seed is larger than 2^53, so JSON readers may change it.",
    why="JavaScript and many JSON libraries hold numbers as doubles, which carry whole numbers exactly up "
    "to 2^53 only. The last digits are rounded, and another seed is another picture.",
    bad=Example({"seed": 9007199254740993}),
    good=Example({"seed": 907199254740993}),
    function=find,
)
