"""DIAL315: noise levels that were worked out for other models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case

MADE_FOR: Mapping[str, frozenset[str]] = {
    "align_your_steps": frozenset({"family-sd1", "family-sdxl", "family-svd"}),
}
"""Schedules that are lists of numbers found for a few models, and those models' families."""


def find(case: Case) -> Sequence[Finding]:
    """Look whether the model is among those that the list was found for."""
    model, schedule = case.model, case.settings["schedule"]
    families = MADE_FOR.get(schedule) if isinstance(schedule, str) else None
    if model is None or families is None or not case.facts.lineage.isdisjoint(families):
        return ()
    message = (
        f"{case.called('schedule')} = {schedule}: these noise levels were found for Stable Diffusion 1.5, SDXL and Stable "
        f"Video Diffusion by trying them; {model.title} has others, {model.schedule}"
    )
    return [Finding("schedule", message, case.fix_value("schedule", model.schedule))]


CHECK = Check(
    code="DIAL315",
    name="schedule-of-other-models",
    severity="warning",
    looks_at="settings",
    needs=frozenset({"schedule"}),
    what="The schedule is a list of noise levels that was optimised for another model.",
    why="Align Your Steps is no formula but eleven numbers for each of three models, found by optimising them on that model. "
    "On another one they are eleven levels at which nothing in particular happens.",
    bad=Example(
        {"prompt": "a lighthouse", "Sampler": "Euler", "Schedule type": "Align Your Steps"},
        model="sd35-large",
        dialect="a1111",
    ),
    good=Example(
        {"prompt": "a lighthouse", "Sampler": "Euler", "Schedule type": "Align Your Steps"},
        model="sdxl",
        dialect="a1111",
    ),
    function=find,
    applies=lambda model: model is not None,
    sources=("https://arxiv.org/abs/2404.14507",),
)
