"""DIAL401: a negative prompt that nothing reads."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain


def find(case: Case) -> Sequence[Finding]:
    """Look whether classifier-free guidance is on: only then is the negative prompt looked at."""
    text = case.settings.get("negative_prompt")
    if not isinstance(text, str) or not text.strip() or "negative_prompt" in case.facts.ignores:
        return ()
    called = case.called("negative_prompt")
    record = case.registry.settings.get("guidance_scale")
    off = record.off if record is not None and isinstance(record.off, int | float) else 1.0
    scale, model = case.number("guidance_scale"), case.model
    if scale is not None:
        below = scale < off and case.facts.dialect not in {None, "diffusers"}
        if scale > off or below:  # below 1 the other tools still compute the negative side
            return ()
        message = (
            f"{called} has no effect: {case.called('guidance_scale')} = {plain(scale)} switches "
            f"classifier-free guidance off; raise it above {plain(off)}, or leave the negative prompt out"
        )
        return [Finding("negative_prompt", message)]
    if model is None or model.guidance == "cfg":
        return ()
    # FLUX in diffusers: guidance_scale is the other guidance there, and is often stated already.
    own = model.cfg_argument if case.facts.dialect == "diffusers" else None
    name = own or "guidance_scale"
    cure = f"state a {name} above it" if model.guidance == "both" else "say it in the prompt"
    message = (
        f"{called} has no effect: {model.title} runs with classifier-free guidance off "
        f"unless told otherwise ({name} {plain(off)}); {cure}"
    )
    return [Finding("negative_prompt", message)]


CHECK = Check(
    code="DIAL401",
    name="negative-prompt-without-effect",
    severity="warning",
    looks_at="settings",
    settings=frozenset({"negative_prompt"}),
    what="The negative prompt is not looked at, because classifier-free guidance is off.",
    why="Guidance steers from what the negative prompt gives towards what the prompt gives. With the "
    "guidance off only the prompt is computed, and the negative prompt is dropped without a word.",
    bad=Example({"prompt": "a lighthouse", "negative_prompt": "people", "guidance_scale": 1.0}),
    good=Example({"prompt": "a lighthouse", "negative_prompt": "people", "guidance_scale": 7.0}),
    function=find,
)
