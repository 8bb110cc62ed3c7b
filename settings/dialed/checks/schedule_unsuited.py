"""DIAL309: a schedule that the sampler's diffusers class cannot follow."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.dialects.diffusers_scheduler import class_for_model, is_own
from dialed.suggestion import listed


def find(case: Case) -> Sequence[Finding]:
    """Look the schedule up among those that the scheduler class honours."""
    schedule = case.settings.get("schedule")
    sampler = case.sampler()
    if sampler is None or case.facts.dialect not in {None, "diffusers"}:
        return ()
    if not isinstance(schedule, str) or schedule not in case.registry.schedules:
        return ()
    if case.facts.dialect is None and case.registry.schedules[schedule].arguments is None:
        return ()  # diffusers has it not at all, and it may not be diffusers that is written for
    chosen = class_for_model(sampler, case.model)
    if chosen is None or schedule in chosen.schedules:
        return ()
    if is_own(case.model, chosen, schedule, case.registry):
        return ()
    can = (
        f"it can follow {listed(chosen.schedules)}"
        if chosen.schedules
        else "it has a schedule of its own only"
    )
    message = (
        f"{case.called('schedule')} = {schedule}: {chosen.name}, which runs {sampler.id}, does not take it "
        f"and would drop it; {can}"
    )
    return [Finding("schedule", message)]


CHECK = Check(
    code="DIAL309",
    name="schedule-unsuited",
    severity="warning",
    looks_at="settings",
    settings=frozenset({"schedule"}),
    what="The diffusers class that runs this sampler has no such schedule.",
    why="`from_config` drops an argument that the class does not have and says so in a log line that "
    "nobody reads. The picture is made with another schedule than was asked for.",
    bad=Example({"sampler": "euler_ancestral", "schedule": "karras"}, model="sd15"),
    good=Example({"sampler": "euler", "schedule": "karras"}, model="sd15"),
    function=find,
)
