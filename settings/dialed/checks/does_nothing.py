"""DIAL406: a case in which the setting's own record says that it does nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.checks import eta_without_noise, negative_prompt_without_effect, strength_without_image
from dialed.conditions import holds

SAID_ELSEWHERE: Mapping[str, Any] = {
    "eta": eta_without_noise.find,
    "negative_prompt": negative_prompt_without_effect.find,
    "strength": strength_without_image.find,
}


def find(case: Case) -> Sequence[Finding]:
    """Evaluate the conditions of each stated setting's record."""
    conditions = case.facts.conditions
    found: list[Finding] = []
    for setting in conditions.keys() & case.settings.keys():
        value = case.settings[setting]
        if value == "" or value == case.registry.settings[setting].off:
            continue
        text = next((c.text for c in conditions[setting] if holds(c.when, case)), None)
        if text is None or (setting in SAID_ELSEWHERE and SAID_ELSEWHERE[setting](case)):
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
    bad=Example({"prompt": "a lighthouse", "guidance_scale": 4.0}, model="flux-dev"),
    good=Example(
        {"prompt": "a lighthouse", "negative_prompt": "people", "guidance_scale": 4.0},
        model="flux-dev",
    ),
    function=find,
)
