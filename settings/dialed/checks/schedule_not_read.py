"""DIAL413: a schedule beside a sampler that does not look at one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case

ENDS_ONLY = frozenset({"dpm_fast", "dpm_adaptive"})
"""Samplers that are handed the first and the last noise level, in every tool that has them."""
OWN_LEVELS: Mapping[str, frozenset[str]] = {
    "a1111": frozenset({"ddim", "pndm", "uni_pc"}),
    "a1111-api": frozenset({"ddim", "pndm", "uni_pc"}),
    "forge": frozenset({"ddim", "pndm"}),
}
"""Samplers that walk over timesteps, which the tool lays out evenly whatever the schedule."""


def find(case: Case) -> Sequence[Finding]:
    """Look the sampler up among those without a schedule."""
    sampler, schedule = case.settings.get("sampler"), case.settings.get("schedule")
    if not isinstance(sampler, str) or not isinstance(schedule, str) or schedule == "automatic":
        return ()
    if schedule not in case.registry.schedules:
        return ()
    own = OWN_LEVELS.get(case.facts.dialect or "", frozenset())
    if sampler in ENDS_ONLY:
        why = "takes its first and last noise level from it and lays out those between by itself"
    elif sampler in own:
        why = f"walks over timesteps in {case.facts.dialect}, which are laid out evenly"
    else:
        return ()
    message = f"{case.called('schedule')} = {schedule} has no effect: {sampler} {why}"
    return [Finding("schedule", message)]


CHECK = Check(
    code="DIAL413",
    name="schedule-not-read",
    severity="warning",
    looks_at="settings",
    needs=frozenset({"sampler", "schedule"}),
    dialects=frozenset({"a1111", "a1111-api", "forge", "comfyui"}),
    what="This sampler lays out its own noise levels, so the schedule is not read.",
    why="Two families of samplers do not walk over a list of noise levels: DPM fast and DPM adaptive place their own, and "
    "those that A1111 took from the first Stable Diffusion code count timesteps. The field stays open beside them.",
    bad=Example({"Sampler": "DDIM", "Schedule type": "Karras"}, dialect="a1111"),
    good=Example({"Sampler": "Euler", "Schedule type": "Karras"}, dialect="a1111"),
    function=find,
    sources=(
        "https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/1c77b18ac8971769dfc96fd79cb4e34b9a12555e/modules/sd_samplers_timesteps.py",
        "https://github.com/comfyanonymous/ComfyUI/blob/002aefa382585d171aef13c7bd21f64b8664fe28/comfy/samplers.py",
    ),
)
