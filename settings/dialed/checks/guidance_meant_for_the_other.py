"""DIAL314: classifier-free guidance where the model's own guidance was probably meant."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain


def find(case: Case) -> Sequence[Finding]:
    """Look for guidance above 1 with neither a negative prompt nor the model's own guidance beside it."""
    scale, model = case.number("guidance_scale"), case.model
    if scale is None or model is None or scale <= 1:
        return ()
    if "distilled_guidance_scale" in case.settings or case.settings.get("negative_prompt"):
        return ()
    if not case.facts.accepts["guidance_scale"](scale):
        return ()
    own = case.registry.names.name_in("distilled_guidance_scale", case.facts.dialect or "")
    cure = (
        f"write it under {own}" if own else "write it where the guidance of the model itself is set"
    )
    message = (
        f"{case.called('guidance_scale')} = {plain(scale)} runs {model.title} twice a step; its guidance is an input of the "
        f"network. If that was meant, {cure} and leave this at 1"
    )
    return [Finding("guidance_scale", message)]


CHECK = Check(
    code="DIAL314",
    name="guidance-meant-for-the-other",
    severity="hint",
    looks_at="settings",
    needs=frozenset({"guidance_scale"}),
    dialects=frozenset({"a1111", "a1111-api", "forge", "comfyui", "swarmui", "invokeai"}),
    what="The value stands under classifier-free guidance, on a model that has guidance of its own.",
    why="FLUX.1 dev was taught to follow a guidance number that is fed to the network. Tools have two fields for the two "
    "guidances and sites write the one under the name of the other. In the wrong field the number doubles the time and "
    "burns the picture.",
    bad=Example({"prompt": "a lighthouse", "cfg": 3.5}, model="flux-dev", dialect="comfyui"),
    good=Example(
        {"prompt": "a lighthouse", "cfg": 1.0, "guidance": 3.5}, model="flux-dev", dialect="comfyui"
    ),
    function=find,
    applies=lambda model: model is not None and model.guidance in {"both", "embedded"},
)
