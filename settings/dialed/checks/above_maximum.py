"""DIAL203: a value above what can work at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain
from dialed.checks.percent_for_share import is_percentage


def find(case: Case, setting: str, value: Any) -> Sequence[Finding]:
    """Compare with the upper limit, or a text with the greatest length."""
    limits = case.registry.settings[setting].limits
    if isinstance(value, str) and limits.max_length is not None and len(value) > limits.max_length:
        message = (
            f"{case.called(setting)} has {len(value)} characters, the most is {limits.max_length}"
        )
        return [Finding(setting, f"{message}; shorten it")]
    if type(value) not in {int, float} or limits.max is None:
        return ()
    if value < limits.max or (value == limits.max and not limits.exclusive_max):
        return ()
    if value != value or value == float("inf"):  # noqa: PLR0124
        return ()
    if is_percentage(case, setting, value):
        return ()  # DIAL210 speaks
    most = plain(limits.max)
    if limits.exclusive_max:
        rule = f"must be below {most}"
    else:
        rule = f"is above the maximum {most}; set it to {most} or less"
    return [Finding(setting, f"{case.called(setting)} = {plain(value)} {rule}")]


CHECK = Check(
    code="DIAL203",
    name="above-maximum",
    severity="error",
    looks_at="value",
    what="The value lies above the most that can work.",
    why="Above its upper limit a setting means nothing: a strength of 1.5 cannot start before pure noise. "
    "Tools differ in whether they refuse, clip or crash.",
    bad=Example({"image": "lake.png", "strength": 1.5}),
    good=Example({"image": "lake.png", "strength": 0.75}),
    function=find,
)
