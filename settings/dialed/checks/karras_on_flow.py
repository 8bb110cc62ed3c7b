"""DIAL404: Karras noise levels on a flow model."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case


def find(case: Case) -> Sequence[Finding]:
    """Look at the schedule and at what the model predicts."""
    model = case.model
    if model is None or case.settings.get("schedule") != "karras" or model.schedule == "karras":
        return ()
    message = (
        f"{case.called('schedule')} = karras: {model.title} is a flow-matching model, and these noise levels "
        f"were worked out for models to which noise is added; its own schedule is {model.schedule}"
    )
    return [Finding("schedule", message, case.fix_value("schedule", model.schedule))]


CHECK = Check(
    code="DIAL404",
    name="karras-on-flow",
    severity="hint",
    looks_at="settings",
    settings=frozenset({"schedule"}),
    what="Karras noise levels are used with a flow-matching model.",
    why="The Karras rule spaces the levels of noise that is added to a picture, from nearly none to many "
    "times the picture's own range. A flow model mixes picture and noise in shares from 0 to 1, and its steps "
    "are placed by its shift; the rule crowds them at the clean end, where such a model has little left to do.",
    bad=Example(
        {"prompt": "a lighthouse", "sampler": "euler", "schedule": "karras"}, model="sd35-large"
    ),
    good=Example({"prompt": "a lighthouse", "sampler": "euler"}, model="sd35-large"),
    function=find,
    applies=lambda model: model is not None and model.prediction == "flow",
)
