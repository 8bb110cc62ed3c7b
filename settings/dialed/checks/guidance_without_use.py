"""DIAL306: classifier-free guidance on a model that was trained without it."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain


def find(case: Case) -> Sequence[Finding]:
    """Compare the guidance with its off value, for models that know none."""
    scale = case.number("guidance_scale")
    model = case.model
    if scale is None or model is None or model.guidance not in {"none", "embedded"}:
        return ()
    off = case.registry.settings["guidance_scale"].off
    if "guidance_scale" in case.facts.ignores or not isinstance(off, int | float) or scale <= off:
        return ()
    message = (
        f"{case.called('guidance_scale')} = {plain(scale)}: {model.title} was trained to paint without "
        f"classifier-free guidance; it doubles the time and burns the picture. Set it to {plain(off)}, off"
    )
    return [Finding("guidance_scale", message, case.fix_value("guidance_scale", off))]


CHECK = Check(
    code="DIAL306",
    name="guidance-without-use",
    severity="warning",
    looks_at="settings",
    settings=frozenset({"guidance_scale"}),
    what="Guidance is on for a model that is made to run without it.",
    why="Distillation has put the effect of guidance into the model's weights. Guidance on top runs the "
    "model twice a step and exaggerates what is already there.",
    bad=Example({"prompt": "a lighthouse", "guidance_scale": 7.0}, model="sdxl-turbo"),
    good=Example({"prompt": "a lighthouse", "guidance_scale": 1.0}, model="sdxl-turbo"),
    function=find,
    applies=lambda model: model is not None and model.guidance in {"none", "embedded"},
)
