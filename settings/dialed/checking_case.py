"""What the checks look at: one payload, understood, beside all that is known of its model."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dialed.check_types import Fix
from dialed.conditions import can_hold
from dialed.errors import shown
from dialed.recommendation import Default, ancestry, recommended

if TYPE_CHECKING:
    from dialed.check_types import Check
    from dialed.model_types import Ignored, Model
    from dialed.payload_reading import Entry, PayloadReader
    from dialed.record_registry import Registry
    from dialed.sampler_types import Sampler
    from dialed.setting_types import Limits, NoEffect, Setting

Accepts = Callable[[Any], bool]
_MOST_RULES = 1024


def accepting(setting: Setting, registry: Registry) -> Accepts:
    """A quick test whether a canonical value is plainly within the setting's limits and type."""
    limits = setting.limits
    if setting.kind in {"integer", "number"}:
        return _numbers(limits, whole=setting.kind == "integer")
    if setting.id in {"sampler", "schedule"}:
        records: Mapping[str, Any] = (
            registry.samplers if setting.id == "sampler" else registry.schedules
        )
        return lambda value: type(value) is str and value in records
    if setting.kind == "flag":
        return lambda value: type(value) is bool
    if setting.kind == "text":
        longest = limits.max_length or sys.maxsize
        return lambda value: type(value) is str and len(value) <= longest
    if setting.kind == "choice":
        choices = frozenset(limits.choices)
        return lambda value: (
            type(value) in {str, int, float, bool} and (not choices or value in choices)
        )
    if setting.kind == "list":
        return lambda value: isinstance(value, list | tuple)
    return lambda value: value is not None


def _numbers(limits: Limits, *, whole: bool) -> Accepts:
    low = -sys.float_info.max if limits.min is None else limits.min
    high = sys.float_info.max if limits.max is None else limits.max
    types = {int} if whole else {int, float}
    if limits.multiple_of is None and not limits.exclusive_min and not limits.exclusive_max:
        # Comparisons with NaN are false, so it never passes.
        return lambda value: type(value) in types and low <= value <= high
    above, below = limits.exclusive_min, limits.exclusive_max
    multiple = limits.multiple_of

    def accepts(value: Any) -> bool:
        return (
            type(value) in types
            and low <= value <= high
            and not (above and value == low)
            and not (below and value == high)
            and (multiple is None or value % multiple == 0)
        )

    return accepts


def plain(value: float) -> str:
    """A number as people write it: 7 for 7.0, and never rounded."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return shown(value)


def span(low: float | None, high: float | None) -> str:
    """A range as people write it."""
    if low is None:
        return "any value" if high is None else f"up to {plain(high)}"
    return f"{plain(low)} or more" if high is None else f"{plain(low)} to {plain(high)}"


class Facts:
    """What is known before a payload is seen: a dialect, a model, its usual values, the rules that count.

    Attributes:
        registry: The records.
        reader: Reads payloads of this dialect for this model.
        dialect: Dialect id, or None.
        model: The model, or None.
        lineage: Ids of the model, its family and all it inherits from.
        ignores: Setting id -> why the model does not use it.
        usual: Setting id -> recommended value, where a source states one.
        ranges: Setting id -> ends of the usual range, where a source states one.
        conditions: Setting id -> the cases of its record, possible here, in which it does nothing.
        accepts: Setting id -> quick test of a value.
    """

    def __init__(
        self,
        registry: Registry,
        reader: PayloadReader,
        model: Model | None,
        checks: Mapping[str, Check],
    ) -> None:
        self.registry, self.reader, self.model = registry, reader, model
        self.dialect = reader.dialect
        self.lineage = frozenset(ancestry(model, registry)) if model is not None else frozenset()
        self.ignores: dict[str, Ignored] = {i.setting: i for i in model.ignores} if model else {}
        self.usual: dict[str, Default] = {}
        if model is not None:
            for setting in registry.settings.values():
                best = recommended(setting, model, registry)
                if best is not None:
                    self.usual[setting.id] = best
        self.accepts = {s.id: accepting(s, registry) for s in registry.settings.values()}
        self.entry_checks = [c for c in checks.values() if c.looks_at == "entry"]
        self.value_checks = [c for c in checks.values() if c.looks_at == "value"]
        self._alive = [
            check
            for check in checks.values()
            if check.looks_at == "settings" and (check.applies is None or check.applies(model))
        ]
        self._rules: dict[tuple[str, ...], tuple[Check, ...]] = {}
        self.ranges = {
            name: (best.low, best.high)
            for name, best in self.usual.items()
            if best.low is not None or best.high is not None
        }
        self.conditions = self._conditions()

    def _conditions(self) -> dict[str, tuple[NoEffect, ...]]:
        found = {}
        for setting in self.registry.settings.values():
            possible = tuple(
                case
                for case in setting.does_nothing
                if case.when.setting != setting.id  # its own off value is no mistake
                and can_hold(case.when, self.model, self.lineage, self.dialect)
            )
            if possible and setting.id not in self.ignores:
                found[setting.id] = possible
        return found

    def rules_for(self, names: tuple[str, ...]) -> tuple[Check, ...]:
        """The checks that may speak about settings of these names."""
        found = self._rules.get(names)
        if found is None:
            present = set(names)
            found = tuple(
                check
                for check in self._alive
                if check.needs <= present and (not check.settings or check.settings & present)
            )
            if len(self._rules) >= _MOST_RULES:
                self._rules.clear()
            self._rules[names] = found
        return found


class Case:
    """One payload under examination.

    Attributes:
        facts: What is known of dialect and model.
        settings: Canonical id -> value; unknown keys under their own name.
        keys: Canonical id -> key under which it was written.
        odd: Entries whose name was not understood, or that contradict an earlier one.
        payload: As it was given.
    """

    __slots__ = ("facts", "keys", "model", "odd", "payload", "registry", "settings")

    def __init__(self, facts: Facts, payload: Mapping[str, Any]) -> None:
        self.facts = facts
        self.payload = payload
        self.model = facts.model
        self.registry = facts.registry
        self.settings: dict[str, Any] = {}
        self.keys: dict[str, str] = {}
        self.odd: list[Entry] = []

    def called(self, setting: str) -> str:
        """The setting as the payload writes it; with its canonical id where that differs."""
        key = self.keys.get(setting, setting)
        return setting if key == setting else f"{key} ({setting})"

    def key(self, setting: str) -> str:
        """The key under which the payload states ``setting``."""
        return self.keys.get(setting, setting)

    def number(self, setting: str) -> int | float | None:
        """The value of ``setting`` where it is a plain number."""
        value = self.settings.get(setting)
        return value if type(value) in {int, float} else None

    def sampler(self) -> Sampler | None:
        """The sampler stated, else the model's own, where a record knows it."""
        stated = self.settings.get("sampler", self.model.sampler if self.model else None)
        return self.registry.samplers.get(stated) if isinstance(stated, str) else None

    def fix_value(self, setting: str, value: Any) -> Fix | None:
        """The cure that sets ``setting`` to ``value``, where the payload writes canonical values for it."""
        key = self.keys.get(setting)
        if key is None or not self.facts.reader.key(key).plain:
            return None
        return Fix(key, "set", value)

    def fix_removal(self, setting: str) -> Fix | None:
        """The cure that takes ``setting`` out, where its key states nothing else."""
        key = self.keys.get(setting)
        if key is None or sum(other == key for other in self.keys.values()) > 1:
            return None
        return Fix(key, "remove")
