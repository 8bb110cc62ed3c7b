"""DIAL407: true CFG that waits for a negative prompt."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain


def find(case: Case) -> Sequence[Finding]:
    """Look for a negative prompt beside the guidance that needs one."""
    scale, model = case.number("guidance_scale"), case.model
    if scale is None or model is None or scale <= 1 or "negative_prompt" in case.settings:
        return ()
    if "guidance_scale" in case.facts.ignores or not case.facts.accepts["guidance_scale"](scale):
        return ()
    message = (
        f"{case.called('guidance_scale')} = {plain(scale)} has no effect: {model.cfg_argument} acts only beside a negative "
        f'prompt in the pipeline of {model.title}; give one, a blank " " will do, or leave it out'
    )
    return [Finding("guidance_scale", message)]


CHECK = Check(
    code="DIAL407",
    name="true-cfg-without-negative",
    severity="warning",
    looks_at="settings",
    needs=frozenset({"guidance_scale"}),
    dialects=frozenset({None, "diffusers"}),
    what="The pipeline turns true CFG on only where a negative prompt is given, and none is.",
    why="Pipelines with `true_cfg_scale` compute the negative side only if they were handed something for it: without a "
    "negative prompt the number is accepted and never read.",
    bad=Example({"prompt": "a lighthouse", "guidance_scale": 4.0}, model="flux-dev"),
    good=Example(
        {"prompt": "a lighthouse", "negative_prompt": "people", "guidance_scale": 4.0},
        model="flux-dev",
    ),
    function=find,
    applies=lambda model: (
        model is not None
        and model.cfg_argument == "true_cfg_scale"
        and model.guidance in {"both", "cfg"}
    ),
    sources=(
        "https://github.com/huggingface/diffusers/blob/58eb52c0803ea9af3abec60841c2a093bdf1f951/src/diffusers/pipelines/flux/pipeline_flux.py#L769",
    ),
)
