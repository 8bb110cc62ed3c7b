"""DIAL428: a smallest noise level above the largest."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain


def find(case: Case) -> Sequence[Finding]:
    """Compare the two ends; 0 leaves an end to the model."""
    low, high = case.number("sigma_min"), case.number("sigma_max")
    if low is None or high is None or low <= 0 or high <= 0 or low < high:
        return ()
    message = (
        f"{case.called('sigma_min')} = {plain(low)} is not below {case.called('sigma_max')} = {plain(high)}: a run goes from the "
        "largest noise level down to the smallest, and here there is no way down"
    )
    return [Finding("sigma_min", message)]


CHECK = Check(
    code="DIAL428",
    name="sigmas-swapped",
    severity="error",
    looks_at="settings",
    needs=frozenset({"sigma_min", "sigma_max"}),
    what="The smallest noise level is not below the largest.",
    why="The two are the ends of the schedule. Swapped, the levels rise instead of falling: every step is told that there is more noise "
    "than the one before left, and the picture never gets rid of it.",
    bad=Example(
        {"prompt": "a lighthouse", "schedule": "karras", "sigma_min": 14.6, "sigma_max": 0.03}
    ),
    good=Example(
        {"prompt": "a lighthouse", "schedule": "karras", "sigma_min": 0.03, "sigma_max": 14.6}
    ),
    function=find,
    sources=("https://arxiv.org/abs/2206.00364",),
)
