"""DIAL106: a model of which there is no record."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.errors import shown
from dialed.name_index import NameIndex
from dialed.suggestion import listed


@functools.lru_cache(maxsize=256)
def _near(names: NameIndex, model: str) -> tuple[str, ...]:
    return names.near_models(model)


def find(case: Case) -> Sequence[Finding]:
    """Say that nothing could be compared with the model."""
    model = case.settings.get("model")
    if case.model is not None or not isinstance(model, str) or not model.strip():
        return ()
    meant = _near(case.registry.names, model)
    end = f"; did you mean {listed(meant)}?" if meant else "."
    message = (
        f"{case.called('model')} = {shown(model)}: no record of it, so nothing here was compared with what the "
        f"model needs{end} Name its base model to have that done"
    )
    return [Finding("model", message)]


CHECK = Check(
    code="DIAL106",
    name="unknown-model",
    severity="hint",
    looks_at="settings",
    settings=frozenset({"model"}),
    what="The model is not among the records, so its fit was not checked.",
    why="Sizes, steps, guidance and samplers are right or wrong for a model, not by themselves. A fine-tuned model "
    "inherits them from the model it was made from: name that one and the checks of model fit run.",
    bad=Example({"prompt": "a lighthouse", "model": "grandmothers-own-mix-v7"}),
    good=Example({"prompt": "a lighthouse", "model": "sdxl"}),
    function=find,
)
