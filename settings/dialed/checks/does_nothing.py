"""DIAL406: a case in which the setting's own record says that it does nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.checks import (
    eta_without_noise,
    negative_prompt_without_effect,
    schedule_not_read,
    schedule_unsuited,
    steps_not_read,
    strength_without_image,
    true_cfg_without_negative,
)
from dialed.conditions import holds

SAID_ELSEWHERE: Mapping[str, tuple[Any, ...]] = {
    "eta": (eta_without_noise.find,),
    "guidance_scale": (true_cfg_without_negative.find,),
    "negative_prompt": (negative_prompt_without_effect.find,),
    "num_inference_steps": (steps_not_read.find,),
    "schedule": (schedule_not_read.find, schedule_unsuited.find),
    "strength": (strength_without_image.find,),
}


SWITCH = "hires_fix"
"""What its being off does to the rest of the pass, DIAL420 says."""


def find(case: Case) -> Sequence[Finding]:
    """Evaluate the conditions of each stated setting's record."""
    found: list[Finding] = []
    for setting, conditions in case.facts.conditions_among(tuple(case.settings)):
        value = case.settings[setting]
        if value == "" or value == case.registry.settings[setting].off:
            continue
        text = next(
            (c.text for c in conditions if c.when.setting != SWITCH and holds(c.when, case)), None
        )
        if text is None or any(other(case) for other in SAID_ELSEWHERE.get(setting, ())):
            continue
        found.append(Finding(setting, f"{case.called(setting)} has no effect here: {text}"))
    return sorted(found, key=lambda one: one.message)


CHECK = Check(
    code="DIAL406",
    name="does-nothing",
    severity="warning",
    looks_at="settings",
    what="The setting's record names this very case as one in which it does nothing.",
    why="Many settings act only beside others, on some models or in some tools. The records list those "
    "cases with a source each.",
    bad=Example({"image": "coast.png", "strength": 0.0, "seed": 7}),
    good=Example({"image": "coast.png", "strength": 0.5, "seed": 7}),
    function=find,
    may_speak=lambda facts, names: bool(facts.conditions_among(tuple(names))),
)
