"""DIAL304: a size that the model cannot paint."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain


def find(case: Case) -> Sequence[Finding]:
    """Compare width and height with the model's block size."""
    model = case.model
    if model is None:
        return ()
    unit = model.size_multiple
    found = []
    for side in ("width", "height"):
        value = case.settings.get(side)
        if type(value) is not int or value <= 0 or value % unit == 0:
            continue
        if not case.facts.accepts.get(side, bool)(value):
            continue  # the checks of values speak
        nearest = max(1, round(value / unit)) * unit
        message = (
            f"{case.called(side)} = {plain(value)} is no multiple of {unit}, the block of {model.title}; "
            f"the nearest is {nearest}"
        )
        found.append(Finding(side, message, case.fix_value(side, nearest)))
    return found


CHECK = Check(
    code="DIAL304",
    name="size-not-multiple",
    severity="error",
    looks_at="settings",
    settings=frozenset({"width", "height"}),
    what="Width or height is no multiple of the block in which the model paints.",
    why="A latent model works on blocks of 8 pixels, one that also cuts its latents into patches on 16. "
    "Other sizes are refused, or rounded without a word.",
    bad=Example({"prompt": "a lighthouse", "width": 1000, "height": 1024}, model="flux-dev"),
    good=Example({"prompt": "a lighthouse", "width": 1008, "height": 1024}, model="flux-dev"),
    function=find,
    applies=lambda model: model is not None,
)
