"""Conditions of records: in which cases something holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialed.payload_reading import IMAGE_KEYS, MASK_KEYS
from dialed.suggestion import fold

if TYPE_CHECKING:
    from dialed.checking_case import Case
    from dialed.model_types import Model
    from dialed.setting_types import Condition


def can_hold(
    condition: Condition, model: Model | None, lineage: frozenset[str], dialect: str | None
) -> bool:
    """Whether ``condition`` can hold at all with this model and dialect; what is not known does not."""
    if condition.families and lineage.isdisjoint(condition.families):
        return False
    if condition.models and (model is None or model.id not in condition.models):
        return False
    if condition.guidance and (model is None or model.guidance not in condition.guidance):
        return False
    return not condition.dialects or dialect in condition.dialects


def holds(condition: Condition, case: Case) -> bool:
    """Whether what ``condition`` says about the settings themselves is known to hold."""
    if condition.setting is not None and not _compare(condition, case):
        return False
    if condition.tasks and task_of(case) not in condition.tasks:
        return False
    if condition.sampler_stochastic is not None:
        sampler = case.sampler()
        return sampler is not None and sampler.stochastic == condition.sampler_stochastic
    return True


def task_of(case: Case) -> str:
    """What is to be done, as far as the keys tell."""
    keys = {fold(key) for key in case.settings}
    masked = not keys.isdisjoint(MASK_KEYS)
    if case.generation is not None:  # files state the mask's settings, not the mask
        masked = any(key.startswith(("mask", "inpaint")) for key in keys)
    if masked:
        return "inpainting"
    pictured = "strength" in case.settings or not keys.isdisjoint(IMAGE_KEYS)
    return "image-to-image" if pictured else "text-to-image"


def _compare(condition: Condition, case: Case) -> bool:
    name, op = condition.setting or "", condition.op
    present = name in case.settings
    if op in {"absent", "present"}:
        return present == (op == "present")
    if not present:
        return False
    value = case.settings[name]
    if op == "in":
        return value in condition.values
    if op == "equals":
        return bool(value == condition.value)
    bound = condition.value
    if type(value) not in {int, float} or not isinstance(bound, int | float):
        return False
    return bool(value <= bound if op == "at_most" else value >= bound)
