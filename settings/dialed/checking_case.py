"""What the checks look at: one payload, understood, beside all that is known of its model."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dialed.check_types import Fix
from dialed.conditions import can_hold
from dialed.errors import shown
from dialed.picture_shape import shape
from dialed.recommendation import Default, ancestry, recommended
from dialed.value_conversion import HUGE

if TYPE_CHECKING:
    from dialed.check_types import Check
    from dialed.generation import Generation
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
    if setting.id == "aspect_ratio":
        return lambda value: shape(value) is not None
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
        tools: The dialect and those it took its names and ways from; only None where there is no dialect.
        model: The model, or None.
        lineage: Ids of the model, its family and all it inherits from.
        ignores: Setting id -> why the model does not use it.
        usual: Setting id -> recommended value, where a source states one.
        ranges: Setting id -> ends of the usual range, where a source states one.
        tokens: Tokens that the model's most patient text encoder reads; 0 where not known.
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
        self.tools: frozenset[str | None] = frozenset(
            {None} if self.dialect is None else registry.names.lineage(self.dialect)
        )
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
            if check.looks_at == "settings"
            and (check.applies is None or check.applies(model))
            and (check.dialects is None or not self.tools.isdisjoint(check.dialects))
        ]
        self.generation_checks = [c for c in checks.values() if c.looks_at == "generation"]
        self.crossing_checks = [c for c in checks.values() if c.looks_at == "translation"]
        self._rules: dict[tuple[str, ...], tuple[Check, ...]] = {}
        self.ranges = {
            name: (best.low, best.high)
            for name, best in self.usual.items()
            if best.low is not None or best.high is not None
        }
        self.conditions = self._conditions()
        self._conditions_among: dict[tuple[str, ...], list[tuple[str, tuple[NoEffect, ...]]]] = {}
        encoders = model.text_encoders if model is not None else ()
        self.tokens = max((encoder.tokens for encoder in encoders), default=0)

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

    def conditions_among(self, names: tuple[str, ...]) -> list[tuple[str, tuple[NoEffect, ...]]]:
        """The conditions that can hold where just the settings of these names are stated."""
        found = self._conditions_among.get(names)
        if found is None:
            found = []
            for setting, cases in self.conditions.items():
                possible = tuple(
                    case
                    for case in cases
                    if case.when.setting is None
                    or (case.when.setting in names) == (case.when.op != "absent")
                )
                if possible and setting in names:
                    found.append((setting, possible))
            if len(self._conditions_among) >= _MOST_RULES:
                self._conditions_among.clear()
            self._conditions_among[names] = found
        return found

    def rules_for(self, names: tuple[str, ...]) -> tuple[Check, ...]:
        """The checks that may speak about settings of these names."""
        found = self._rules.get(names)
        if found is None:
            present = frozenset(names)
            found = tuple(
                check
                for check in self._alive
                if check.needs <= present
                and (not check.settings or check.settings & present)
                and (check.may_speak is None or check.may_speak(self, present))
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
        generation: What was read from a tool's own text or file, where that was given instead.
    """

    __slots__ = ("facts", "generation", "keys", "model", "odd", "payload", "registry", "settings")

    def __init__(
        self, facts: Facts, payload: Mapping[str, Any], generation: Generation | None = None
    ) -> None:
        self.facts = facts
        self.generation = generation
        self.payload = payload
        self.model = facts.model
        self.registry = facts.registry
        self.settings: dict[str, Any] = {}
        self.keys: dict[str, str] = {}
        self.odd: list[Entry] = []

    def names(self) -> tuple[str, ...]:
        """What is stated: the settings, and the parts that a generation has beside them."""
        names = tuple(self.settings)
        if self.generation is None:
            return names
        if self.generation.loras and "loras" not in self.settings:
            names += ("loras",)
        if self.generation.controlnets and "control_guidance_start" not in self.settings:
            names += ("control_guidance_start",)
        return names

    def called(self, setting: str) -> str:
        """The setting as the payload writes it; with its canonical id where that differs."""
        key = self.keys.get(setting, setting)
        return setting if key == setting else f"{key} ({setting})"

    def key(self, setting: str) -> str:
        """The key under which the payload states ``setting``."""
        return self.keys.get(setting, setting)

    def number(self, setting: str) -> int | float | None:
        """The value of ``setting`` where it is a plain number that can be reckoned with."""
        value = self.settings.get(setting)
        if type(value) is not int and type(value) is not float:
            return None
        return value if -HUGE < value < HUGE else None  # NaN is neither

    def steps_asked(self, steps: float) -> float:
        """``steps`` as people compare them with what a model needs: ComfyUI's count of what is run.

        There the canonical number, which spans the whole way from noise, is longer than what was written.
        """
        strength = self.number("strength")
        if "comfyui" not in self.facts.tools or strength is None or not 0 < strength < 1:
            return steps
        return max(1, int(Decimal(str(steps)) * Decimal(str(strength)))) if steps < 2**53 else steps

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

    def fix_text(self, key: str, written: Any) -> Fix | None:
        """The cure that writes ``written``, as the payload's dialect writes it, under ``key``."""
        return Fix(key, "set", written) if key in self.payload else None

    def fix_removal(self, setting: str) -> Fix | None:
        """The cure that takes ``setting`` out, where its key states nothing else."""
        key = self.keys.get(setting)
        if key is None or sum(other == key for other in self.keys.values()) > 1:
            return None
        return Fix(key, "remove")
