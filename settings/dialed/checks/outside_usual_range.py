"""DIAL302: a value outside what the model is used with."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain, span
from dialed.checks import guidance_without_use, more_tokens_than_read, steps_wasted


def find(case: Case) -> Sequence[Finding]:
    """Compare each number with the range that the setting's record states for this model."""
    model, ranges = case.model, case.facts.ranges
    if model is None:
        return ()
    found: list[Finding] = []
    for setting, value in case.settings.items():
        if setting not in ranges or (type(value) is not int and type(value) is not float):
            continue
        compared = case.steps_asked(value) if setting == "num_inference_steps" else value
        low, high = ranges[setting]
        if (low is None or compared >= low) and (high is None or compared <= high):
            continue
        if not case.facts.accepts[setting](value) or value == case.registry.settings[setting].off:
            continue
        if (
            setting in case.facts.ignores
            or steps_wasted.find(case)
            or guidance_without_use.find(case)
            or (setting == "max_sequence_length" and more_tokens_than_read.find(case))
        ):
            continue  # said more exactly elsewhere
        message = (
            f"{case.called(setting)} = {plain(value)} is outside the usual range of {model.title}, "
            f"{span(low, high)}; {case.facts.usual[setting].value} is where to start"
        )
        found.append(Finding(setting, message))
    return found


CHECK = Check(
    code="DIAL302",
    name="outside-usual-range",
    severity="hint",
    looks_at="settings",
    what="The value works, but lies outside the range that sources give for this model.",
    why="A range holds for a model, not for a setting: 30 steps are ordinary for SDXL. Far outside, the "
    "picture is unfinished or burned, or time is spent on nothing.",
    bad=Example({"prompt": "a lighthouse", "guidance_scale": 25.0}, model="sdxl"),
    good=Example({"prompt": "a lighthouse", "guidance_scale": 6.0}, model="sdxl"),
    function=find,
    applies=lambda model: model is not None,
    may_speak=lambda facts, names: not names.isdisjoint(facts.ranges),
)
