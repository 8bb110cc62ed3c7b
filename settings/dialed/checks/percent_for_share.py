"""DIAL210: a percentage where a share from 0 to 1 is meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain

SURE = 10
"""From here on a number can only be a percentage; 2 may also be a slip for 0.2."""


def is_percentage(case: Case, setting: str, value: Any) -> bool:
    """Whether the setting is a share and the value a number from 2 to 100."""
    record = case.registry.settings[setting]
    limits = record.limits
    if record.kind != "number" or limits.min != 0 or limits.max != 1:
        return False
    return type(value) in {int, float} and 2 <= value <= 100


def find(case: Case, setting: str, value: Any) -> Sequence[Finding]:
    """Divide by a hundred."""
    if not is_percentage(case, setting, value):
        return ()
    share = value / 100
    fix = case.fix_value(setting, share) if value >= SURE else None
    message = (
        f"{case.called(setting)} = {plain(value)} looks like a percentage: it is a share from 0 to 1, "
        f"so {plain(value)} percent is {plain(share)}"
    )
    return [Finding(setting, message, fix)]


CHECK = Check(
    code="DIAL210",
    name="percent-for-share",
    severity="error",
    looks_at="value",
    what="A percentage is given where a share from 0 to 1 is taken.",
    why="Interfaces show a slider as 75 %, programs take 0.75. A tool that does not refuse 75 clips it to 1, which "
    "for a strength means that nothing of the given picture is left.",
    bad=Example({"image": "lake.png", "strength": 75}),
    good=Example({"image": "lake.png", "strength": 0.75}),
    function=find,
)
