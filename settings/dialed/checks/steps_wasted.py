"""DIAL303: more steps than a step-distilled model was made for."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain

FEW = 10
"""A model whose usual range ends at or below this was distilled to few steps."""


def find(case: Case) -> Sequence[Finding]:
    """Compare with the upper end of the model's usual range."""
    steps = case.number("num_inference_steps")
    steps = None if steps is None else case.steps_asked(steps)
    usual = case.facts.usual.get("num_inference_steps")
    model = case.model
    if steps is None or usual is None or model is None or not model.distilled:
        return ()
    high = usual.high if usual.high is not None else usual.value
    if not isinstance(high, int | float) or high > FEW or steps <= high:
        return ()
    message = (
        f"{case.called('num_inference_steps')} = {plain(steps)}: {model.title} was distilled to finish in "
        f"{plain(high)} or fewer; the rest is waiting. Set it to {usual.value}"
    )
    return [
        Finding("num_inference_steps", message, case.fix_value("num_inference_steps", usual.value))
    ]


CHECK = Check(
    code="DIAL303",
    name="steps-wasted",
    severity="warning",
    looks_at="settings",
    settings=frozenset({"num_inference_steps"}),
    what="A model that was distilled to a few steps is run for many.",
    why="Such a model has learnt to jump. More jumps cost time in proportion and do not finish the picture "
    "further; some of these models get worse.",
    bad=Example({"prompt": "a lighthouse", "num_inference_steps": 30}, model="sdxl-turbo"),
    good=Example({"prompt": "a lighthouse", "num_inference_steps": 4}, model="sdxl-turbo"),
    function=find,
    applies=lambda model: model is not None and model.distilled,
)
