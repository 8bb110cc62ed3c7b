"""DIAL408: two guidances at once."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain


def find(case: Case) -> Sequence[Finding]:
    """Look whether classifier-free guidance is on beside the model's own."""
    scale, own = case.number("guidance_scale"), case.number("distilled_guidance_scale")
    model = case.model
    if scale is None or own is None or scale <= 1 or own <= 1:
        return ()
    if model is not None and (model.guidance != "both" or not case.settings.get("negative_prompt")):
        return ()  # other checks say what has no effect
    message = (
        f"{case.called('guidance_scale')} = {plain(scale)} and {case.called('distilled_guidance_scale')} = {plain(own)} "
        "both push towards the prompt: the one on top of the other burns easily and takes twice the time; lower one of them"
    )
    return [Finding("guidance_scale", message)]


CHECK = Check(
    code="DIAL408",
    name="two-guidances",
    severity="hint",
    looks_at="settings",
    needs=frozenset({"guidance_scale", "distilled_guidance_scale"}),
    what="Classifier-free guidance and the model's own guidance are both on.",
    why="A guidance-distilled model already paints as if guidance were on. Classifier-free guidance on top runs it twice a "
    "step and multiplies the effect. It is how a negative prompt is made to act there, so it may be meant.",
    bad=Example(
        {
            "prompt": "a lighthouse",
            "negative_prompt": "people",
            "guidance_scale": 4.0,
            "distilled_guidance_scale": 3.5,
        },
        model="flux-dev",
    ),
    good=Example(
        {"prompt": "a lighthouse", "guidance_scale": 1.0, "distilled_guidance_scale": 3.5},
        model="flux-dev",
    ),
    function=find,
)
