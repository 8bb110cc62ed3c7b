"""DIAL411: guidance below 1 where that does not mean off."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain


def find(case: Case) -> Sequence[Finding]:
    """Look for a scale from 0 to below 1."""
    scale = case.number("guidance_scale")
    if scale is None or not 0 <= scale < 1 or "sdnext" in case.facts.tools:
        return ()
    if scale == 0:
        what = "computes the negative side only: the prompt is never looked at"
    else:
        what = "mixes the negative side in, so that the prompt is followed less than with no guidance at all"
    message = (
        f"{case.called('guidance_scale')} = {plain(scale)} {what}; off is 1 here, 0 means off in diffusers only. "
        "Set it to 1"
    )
    fix = case.fix_value("guidance_scale", 1.0) if scale == 0 else None
    return [Finding("guidance_scale", message, fix)]


CHECK = Check(
    code="DIAL411",
    name="guidance-below-one",
    severity="warning",
    looks_at="settings",
    settings=frozenset({"guidance_scale"}),
    dialects=frozenset({"comfyui", "a1111", "a1111-api"}),
    what="Guidance is below 1, which is not off in this tool: it turns the prompt down, and at 0 it drops it.",
    why="Guided prediction is negative + scale x (prompt - negative). At 1 the negative side cancels out and is not computed. "
    "At 0 the prompt's side does. diffusers treats everything up to 1 as off and its documents write 0.0 for that, "
    "which travels with the settings into tools that take it at its word.",
    bad=Example({"prompt": "a lighthouse", "cfg": 0.0}, dialect="comfyui"),
    good=Example({"prompt": "a lighthouse", "cfg": 1.0}, dialect="comfyui"),
    function=find,
    sources=(
        "https://github.com/comfyanonymous/ComfyUI/blob/002aefa382585d171aef13c7bd21f64b8664fe28/comfy/samplers.py",
        "https://github.com/lllyasviel/stable-diffusion-webui-forge/blob/01c422678cab9cbdf4c3ed485df4500bcbc94075/modules/sd_samplers_cfg_denoiser.py",
    ),
)
