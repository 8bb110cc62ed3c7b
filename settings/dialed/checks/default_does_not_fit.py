"""DIAL313: a setting is left out, and the tool's own default does not suit the model."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, Facts, plain, span
from dialed.errors import InvalidValueError

if TYPE_CHECKING:
    from dialed.setting_types import Setting


class Silent(NamedTuple):
    """A default that nobody wrote. ``whose`` says where it comes from."""

    setting: str
    value: int | float
    whose: str


def _signature(setting: Setting, facts: Facts) -> Iterator[Silent]:
    """The defaults of the model's own pipeline class, as the records of the signatures have them."""
    model = facts.model
    if model is None:
        return
    pipeline = next((p.name for p in model.pipelines if p.task == "text-to-image"), None)
    for stated in setting.values:
        evidence = stated.evidence
        if evidence.kind == "signature" and evidence.callable == f"{pipeline}.__call__":
            if type(stated.value) in {int, float}:
                yield Silent(setting.id, stated.value, str(pipeline))  # type: ignore[arg-type]
            return


def _aliased(setting: Setting, facts: Facts) -> Iterator[Silent]:
    """The default of the dialect's own name for the setting, where it holds for every model."""
    for alias in setting.aliases:
        if alias.dialect != facts.dialect or alias.default is None:
            continue
        if alias.where is not None and (
            alias.where.family or alias.where.model or alias.where.endpoint
        ):
            continue
        try:
            stated = facts.reader.converter.to_canonical(setting, alias, alias.default, {})
        except InvalidValueError:
            continue
        value: Any = stated.get(setting.id)
        if type(value) in {int, float}:
            yield Silent(setting.id, value, alias.dialect)
        return


@functools.lru_cache(maxsize=256)
def unsuited(facts: Facts) -> tuple[Silent, ...]:
    """Defaults of the tool that lie outside what the model is used with."""
    find = _signature if facts.dialect == "diffusers" else _aliased
    found = []
    for name, (low, high) in facts.ranges.items():
        setting = facts.registry.settings[name]
        if name in facts.ignores or name == "strength" or setting.kind not in {"integer", "number"}:
            continue
        for silent in find(setting, facts):
            outside = (low is not None and silent.value < low) or (
                high is not None and silent.value > high
            )
            if outside:
                found.append(silent)
    return tuple(found)


def find(case: Case) -> Sequence[Finding]:
    """Name each setting that is left out although the tool's default does not fit."""
    model, facts = case.model, case.facts
    record = case.registry.dialects.get(facts.dialect or "")
    if model is None or record is None or record.kind == "file" or facts.dialect == "comfyui":
        return ()  # files and graphs state what they used
    found = []
    for silent in unsuited(facts):
        if silent.setting in case.settings:
            continue
        best = facts.usual[silent.setting]
        message = (
            f"{silent.setting} is left out, so {silent.whose} takes its own {plain(silent.value)}; {model.title} is used "
            f"with {span(*facts.ranges[silent.setting])}. State {best.value}"
        )
        found.append(Finding(silent.setting, message))
    return found


CHECK = Check(
    code="DIAL313",
    name="default-does-not-fit",
    severity="hint",
    looks_at="settings",
    needs=frozenset({"prompt"}),
    what="A setting is left out, and what the tool takes instead does not suit the model.",
    why="A default belongs to the tool or the pipeline class, not to the model: FluxPipeline takes 28 steps for schnell too, "
    "which is made for four. What is left out is decided all the same.",
    bad=Example(
        {"prompt": "a lighthouse", "max_sequence_length": 256},
        model="flux-schnell",
        dialect="diffusers",
    ),
    good=Example(
        {"prompt": "a lighthouse", "max_sequence_length": 256, "num_inference_steps": 4},
        model="flux-schnell",
        dialect="diffusers",
    ),
    function=find,
    applies=lambda model: model is not None,
    may_speak=lambda facts, names: any(s.setting not in names for s in unsuited(facts)),
)
