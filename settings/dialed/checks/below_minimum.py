"""DIAL202: a value below what can work at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain
from dialed.checks.random_seed import asks_for_chance


def find(case: Case, setting: str, value: Any) -> Sequence[Finding]:
    """Compare with the lower limit."""
    limits = case.registry.settings[setting].limits
    if type(value) not in {int, float} or limits.min is None:
        return ()
    if value > limits.min or (value == limits.min and not limits.exclusive_min):
        return ()
    if value != value or value == float("-inf"):  # noqa: PLR0124
        return ()
    if setting == "seed" and asks_for_chance(case, value):
        return ()  # DIAL208 speaks
    least = plain(limits.min)
    if limits.exclusive_min:
        rule = f"must be above {least}"
    else:
        rule = f"is below the minimum {least}; set it to {least} or more"
    return [Finding(setting, f"{case.called(setting)} = {plain(value)} {rule}")]


CHECK = Check(
    code="DIAL202",
    name="below-minimum",
    severity="error",
    looks_at="value",
    what="The value lies below the least that can work.",
    why="Below its lower limit a setting means nothing: there is no picture in zero steps. Tools differ in "
    "whether they refuse, clip or crash.",
    bad=Example({"num_inference_steps": 0}),
    good=Example({"num_inference_steps": 25}),
    function=find,
)
