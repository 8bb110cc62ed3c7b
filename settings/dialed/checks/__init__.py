"""The checks: one module each, listed here in the order of their codes.

A new check is a new module with a ``CHECK``, added to the list below; a test runs its two examples.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dialed.check_types import Check
from dialed.checks import (
    above_maximum,
    below_minimum,
    conflicting_names,
    does_nothing,
    eta_without_noise,
    foreign_size,
    guidance_without_use,
    ignored_by_model,
    karras_on_flow,
    name_of_another_dialect,
    negative_prompt_without_effect,
    no_steps_left,
    not_a_multiple,
    not_finite,
    outside_usual_range,
    sampler_unsuited,
    schedule_unsuited,
    seed_beyond_json,
    size_not_multiple,
    steps_wasted,
    strength_without_image,
    unknown_choice,
    unknown_setting,
    wrong_type,
)

_MODULES = (
    unknown_setting,
    name_of_another_dialect,
    conflicting_names,
    wrong_type,
    below_minimum,
    above_maximum,
    not_a_multiple,
    unknown_choice,
    not_finite,
    seed_beyond_json,
    ignored_by_model,
    outside_usual_range,
    steps_wasted,
    size_not_multiple,
    foreign_size,
    guidance_without_use,
    sampler_unsuited,
    schedule_unsuited,
    negative_prompt_without_effect,
    strength_without_image,
    no_steps_left,
    karras_on_flow,
    eta_without_noise,
    does_nothing,
)

CHECKS: Mapping[str, Check] = MappingProxyType(
    {module.CHECK.code: module.CHECK for module in _MODULES}
)

__all__ = ["CHECKS", "Check"]
