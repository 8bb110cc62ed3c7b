"""DIAL422: a second pass that forgets the first one, or does nothing."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain

FORGETS = 0.9
"""Above this hardly anything of the first pass can be seen under the noise."""


def find(case: Case) -> Sequence[Finding]:
    """Look at both ends of the scale."""
    strength = case.number("hires_strength")
    if strength is None or not 0 <= strength <= 1 or case.settings.get("hires_fix") is False:
        return ()
    if strength == 0:
        what = (
            "adds no noise, so the second pass has nothing to clean: the picture is only enlarged"
        )
    elif strength > FORGETS:
        what = (
            "covers the first pass with noise nearly whole: the large canvas is composed anew, with the doubled subjects "
            "that two passes are to prevent; 0.3 to 0.7 keeps the composition"
        )
    else:
        return ()
    return [
        Finding("hires_strength", f"{case.called('hires_strength')} = {plain(strength)} {what}")
    ]


CHECK = Check(
    code="DIAL422",
    name="hires-starts-over",
    severity="hint",
    looks_at="settings",
    needs=frozenset({"hires_strength"}),
    what="The second pass forgets the first, or has nothing to do.",
    why="Hires fix composes on a small canvas, where the model is at home, and repaints the enlargement in part. At a strength "
    "near 1 it starts from noise on the large canvas, as if there had been no first pass; at 0 it does not start.",
    bad=Example({"prompt": "a lighthouse", "hires_scale": 2.0, "hires_strength": 1.0}),
    good=Example({"prompt": "a lighthouse", "hires_scale": 2.0, "hires_strength": 0.5}),
    function=find,
    sources=(
        "https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/0027ce1f6e58c5f4279173e468a60aef420babfe/modules/processing.py",
        "https://arxiv.org/abs/2108.01073",
    ),
)
