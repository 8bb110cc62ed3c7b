"""DIAL308: a sampler that diffusers cannot run with this kind of model."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, Facts
from dialed.dialects.diffusers_scheduler import class_for

KINDS = {
    "flow": "flow-matching",
    "epsilon": "noise-predicting",
    "v_prediction": "velocity-predicting",
}


@functools.lru_cache(maxsize=256)
def _without_class(facts: Facts) -> frozenset[str]:
    """Samplers for which diffusers has no class that takes what the model predicts."""
    prediction = facts.model.prediction if facts.model is not None else "epsilon"
    samplers = facts.registry.samplers.values()
    return frozenset(
        s.id
        for s in samplers
        # Of a sampler that diffusers has not at all it says nothing, unless diffusers is what is written for.
        if (s.diffusers or facts.dialect is not None) and class_for(s, prediction) is None
    )


def find(case: Case) -> Sequence[Finding]:
    """Look for a scheduler class that takes the model's prediction."""
    model = case.model
    stated = case.settings.get("sampler")
    sampler = case.registry.samplers.get(stated) if isinstance(stated, str) else None
    if model is None or sampler is None:
        return ()
    if sampler.id == model.sampler or sampler.id not in _without_class(case.facts):
        return ()
    kind = KINDS.get(model.prediction, model.prediction)
    message = (
        f"{case.called('sampler')} = {sampler.id}: diffusers has no such sampler for {kind} models like "
        f"{model.title}; its own is {model.sampler}"
    )
    return [Finding("sampler", message, case.fix_value("sampler", model.sampler))]


CHECK = Check(
    code="DIAL308",
    name="sampler-unsuited",
    severity="warning",
    looks_at="settings",
    settings=frozenset({"sampler"}),
    what="diffusers has no scheduler class that runs this sampler with this kind of model.",
    why="A scheduler written for models that predict noise misreads one that predicts a direction of flow: "
    "what comes out is noise, or an error.",
    bad=Example({"prompt": "a lighthouse", "sampler": "ddim"}, model="flux-dev"),
    good=Example({"prompt": "a lighthouse", "sampler": "euler"}, model="flux-dev"),
    function=find,
    dialects=frozenset({None, "diffusers"}),
    applies=lambda model: model is not None,
)
