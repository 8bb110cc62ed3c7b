"""Sweeps made to fit another model: a record's values are laid out around what that model is recommended."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialed_generator.job import Scalar

if TYPE_CHECKING:
    from dialed.model_types import Model
    from dialed.setting_types import Setting

SIZES = frozenset({"width", "height"})
PROPORTIONAL = frozenset({"num_inference_steps", "guidance_scale", "distilled_guidance_scale"})
"""Settings whose values mean something only beside the model's recommended one: 50 steps are twice SDXL's and half DeepFloyd's."""

MOST_STEPS = 2.0
"""The longest run of a sweep, as a multiple of the recommended one: what lies beyond costs most and shows least."""


@dataclass(frozen=True)
class Fitting:
    """The model that a comparison was declared for, and the one that it is to be shown on.

    Attributes:
        home: Record of the former.
        record: Record of the latter.
        home_base: Settings that stand with the former when nothing is said.
        base: Settings that stand with the latter.
    """

    home: "Model"
    record: "Model"
    home_base: Mapping[str, Scalar]
    base: Mapping[str, Scalar]

    def value(self, setting: "Setting", value: Scalar) -> Scalar:
        """One value of the record, where it stands with the new model. Text and choices stay as they are."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        ours, theirs = self._number(self.base, setting.id), self._number(self.home_base, setting.id)
        if setting.id in SIZES and ours and theirs:
            unit = self.record.size_multiple
            return max(unit, round(ours * value / theirs / unit) * unit)
        if setting.id not in PROPORTIONAL or ours is None or theirs is None or value == 0:
            return value
        if setting.id == "guidance_scale":
            # 1 is off for every model, so the push above it is what scales.
            if theirs <= 1 or ours <= 1:
                return value
            return _in_view(setting, _even(1 + (value - 1) * (ours - 1) / (theirs - 1)), value)
        scaled = value * ours / theirs
        if setting.kind == "integer":
            return max(1, round(scaled))
        return _in_view(setting, _even(scaled), float(value))

    def sweep(self, setting: "Setting", values: Sequence[Scalar]) -> list[Scalar]:
        """The values of an axis, each once, in order, with the model's own value among them.

        Clipped to the setting's limits, to the tokens that the text encoders read, and to runs of twice the
        recommended length.
        """
        fitted = [self.value(setting, value) for value in values]
        own = self.base.get(setting.id)
        numbers = all(_is_number(value) for value in fitted)
        numeric = setting.kind in {"integer", "number"} and setting.id != "seed"
        if own is not None and _is_number(own) and numbers and numeric:
            fitted.append(own)
        fitted = [value for value in fitted if self.allowed(setting, value)]
        once = list(dict.fromkeys(fitted))
        rising = numbers and list(values) == sorted(values, key=float)
        return sorted(once, key=float) if rising else once

    def allowed(self, setting: "Setting", value: Scalar) -> bool:
        """Whether a value lies inside every limit that is known."""
        limits = setting.limits
        if not _is_number(value):
            return limits is None or not limits.choices or value in limits.choices
        number = float(value)
        low, high = (None, None) if limits is None else (limits.min, limits.max)
        if setting.id == "max_sequence_length" and self.record.text_encoders:
            tokens = max(encoder.tokens for encoder in self.record.text_encoders)
            high = tokens if high is None else min(high, tokens)
        if setting.id == "num_inference_steps":
            most = self._number(self.base, setting.id)
            if most and number > max(MOST_STEPS * most, 4):
                return False
        open_low = limits is not None and limits.exclusive_min
        open_high = limits is not None and limits.exclusive_max
        if low is not None and (number < low or (open_low and number == low)):
            return False
        return high is None or number < high or (number == high and not open_high)

    @staticmethod
    def _number(base: Mapping[str, Scalar], name: str) -> float | None:
        value = base.get(name)
        return float(value) if value is not None and _is_number(value) else None


def _in_view(setting: "Setting", fitted: float, before: float) -> float:
    """A scaled value, at most what user interfaces offer: what is laid out wider there is past all use here."""
    if setting.view is None or fitted <= before:
        return fitted
    return min(fitted, max(float(setting.view.max), before))


def spread(setting: "Setting", own: Scalar | None) -> list[Scalar]:
    """Values for a setting that no record shows: five over what user interfaces offer, or its choices."""
    if setting.kind == "flag":
        return [False, True]
    if setting.limits is not None and setting.limits.choices:
        return list(setting.limits.choices)
    if setting.kind not in {"integer", "number"} or setting.view is None:
        return []
    low, high = float(setting.view.min), float(setting.view.max)
    whole = setting.kind == "integer"
    found: list[Scalar] = []
    for part in range(5):
        value = low + (high - low) * part / 4
        found.append(round(value) if whole else _even(value))
    if own is not None and _is_number(own) and own not in found:
        found.append(own)
    return sorted(dict.fromkeys(found), key=float)


def _is_number(value: Scalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _even(value: float) -> float:
    """A number as people would choose it: two digits that count, in halves from 2 up."""
    if value == 0:
        return 0.0
    if value >= 2:
        return round(value * 2) / 2 if value < 20 else float(round(value))
    digits = 1 - math.floor(math.log10(abs(value)))
    return round(value, digits)
