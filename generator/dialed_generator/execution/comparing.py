"""Where the records and what ran disagree: then the record is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import dialed
from dialed_generator.execution.routes import DIALECT

if TYPE_CHECKING:
    from dialed.execution_facts import Asked, Claim, Row, Table
    from dialed.model_types import Model
    from dialed.setting_types import Condition

_TASKS = {
    "inpaint": "inpainting",
    "edit": "image-to-image",
    "upscale": "upscaling",
    "embedding-to-image": "text-to-image",
}
"""What the records call the tasks of tiny models, where the words differ."""


@dataclass(frozen=True)
class Disagreement:
    """A record says one thing and the run another.

    Attributes:
        model: Id of the model record.
        setting: Id of the setting.
        tiny: Id of the tiny model that ran.
        record_says: ``ignored`` (the record says that it does nothing) or ``acts`` (it says nothing of the kind).
        run: What running it showed.
    """

    model: str
    setting: str
    tiny: str
    record_says: Literal["ignored", "acts"]
    run: str

    def __str__(self) -> str:
        said = "does nothing" if self.record_says == "ignored" else "acts"
        return (
            f"{self.model}: {self.setting}: the records say that it {said}; {self.tiny} shows {self.run}: "
            "mend the model's `ignores` or the setting's `does_nothing`"
        )


def disagreements(table: Table) -> list[Disagreement]:
    """Every disagreement between a table and the records."""
    found = [_of_claim(claim) for claim in table.claims if claim.verdict.answer == "used"]
    for name, row in table.rows.items():
        for identifier in row.stands_for:
            if identifier in dialed.registry.models:
                found += _of_model(dialed.registry.models[identifier], name, row, table)
    return found


def _of_claim(claim: Claim) -> Disagreement:
    met = ", ".join(f"{name} = {value!r}" for name, value in claim.given.items())
    model = dialed.registry.settings[claim.setting].id
    return Disagreement(model, claim.setting, claim.tiny, "ignored", f"used with {met}")


def _of_model(model: Model, tiny: str, row: Row, table: Table) -> Iterator[Disagreement]:
    for setting, verdict in row.verdicts.items():
        if verdict.answer not in {"used", "ignored"}:
            continue
        nothing = does_nothing(model, setting, row.task, given_in(table.asked[setting], model))
        shown = f"{verdict.answer} ({verdict.detail})"
        if verdict.answer == "used" and nothing:
            yield Disagreement(model.id, setting, tiny, "ignored", shown)
        if verdict.answer == "ignored" and not nothing:
            yield Disagreement(model.id, setting, tiny, "acts", shown)


def given_in(asked: Asked, model: Model) -> dict[str, Any]:
    """The settings that were given beside the one that was asked about."""
    given: dict[str, Any] = {"sampler": model.sampler, "schedule": model.schedule}
    if "sampler" in asked.more:
        given["sampler"] = asked.more["sampler"]
    given |= asked.context
    if model.guidance == "none" and (own := dialed.defaults(model.id).get("guidance_scale")):
        given["guidance_scale"] = own.value
    return given


def does_nothing(model: Model, setting: str, task: str, given: Mapping[str, Any]) -> bool:
    """Whether the records say that ``setting`` does nothing with ``model`` in diffusers, with these settings beside it.

    Args:
        model: The model.
        setting: Canonical id.
        task: What is done.
        given: Canonical id -> value of the other settings.
    """
    if any(ignored.setting == setting for ignored in model.ignores):
        return True
    conditions = [case.when for case in dialed.registry.settings[setting].does_nothing]
    return any(
        suits(condition, model, task) and _met(condition, setting, given)
        for condition in conditions
    )


def suits(condition: Condition, model: Model, task: str) -> bool:
    """Whether a condition is about this model, task and dialect at all."""
    lineage = dialed.registry.names.model(model.id).lineage
    task = _TASKS.get(task, task)
    return not (
        (condition.families and lineage.isdisjoint(condition.families))
        or (condition.models and model.id not in condition.models)
        or (condition.guidance and model.guidance not in condition.guidance)
        or (condition.tasks and task not in condition.tasks)
        or (condition.dialects and DIALECT not in condition.dialects)
    )


def _met(condition: Condition, setting: str, given: Mapping[str, Any]) -> bool:
    """Whether what a condition says about the other settings was so in the run."""
    if condition.sampler_stochastic is not None:
        sampler = dialed.registry.samplers[given["sampler"]]
        return sampler.stochastic == condition.sampler_stochastic
    name = condition.setting
    if name is None:
        return True
    if name == setting:  # a probe gives two values, and they are not those at which it does nothing
        return False
    if condition.op in {"absent", "present"}:
        return (name in given) == (condition.op == "present")
    if name not in given:
        return False
    if condition.op == "in":
        return given[name] in condition.values
    if condition.op == "equals":
        return bool(given[name] == condition.value)
    bound: Any = condition.value
    return bool(given[name] <= bound if condition.op == "at_most" else given[name] >= bound)
