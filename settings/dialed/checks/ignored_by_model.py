"""DIAL301: a setting that the model does not use."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.model_types import Model


def find(case: Case) -> Sequence[Finding]:
    """Look each stated setting up among those that the model's record says are ignored."""
    if case.model is None:
        return ()
    found = []
    for setting, ignored in case.facts.ignores.items():
        if setting not in case.settings:
            continue
        record = case.registry.settings.get(setting)
        value = case.settings[setting]
        if value == "" or (record is not None and record.off is not None and value == record.off):
            continue
        if setting == "strength" and value == 1:
            continue  # what a run from pure noise has; ComfyUI writes it always
        if setting == "negative_prompt" and (case.number("guidance_scale") or 0) > 1:
            continue  # guidance that is forced on reads it all the same; DIAL306 says what that costs
        if setting in {"width", "height"} and "comfyui" in case.facts.tools:
            continue  # a graph states the size of its latent whatever becomes of it
        message = f"{case.called(setting)} has no effect with {case.model.title}: {ignored.why} Leave it out"
        found.append(Finding(setting, message, case.fix_removal(setting)))
    return found


def _has_any(model: Model | None) -> bool:
    return model is not None and bool(model.ignores)


CHECK = Check(
    code="DIAL301",
    name="ignored-by-model",
    severity="warning",
    looks_at="settings",
    what="The model does not use this setting.",
    why="The value is accepted and dropped. Whoever tunes it turns a wheel that is connected to nothing.",
    bad=Example({"prompt": "a lighthouse", "distilled_guidance_scale": 3.5}, model="flux-schnell"),
    good=Example({"prompt": "a lighthouse", "distilled_guidance_scale": 3.5}, model="flux-dev"),
    function=find,
    applies=_has_any,
    may_speak=lambda facts, names: not names.isdisjoint(facts.ignores),
)
