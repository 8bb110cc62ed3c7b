"""Names and values of one dialect, as canonical settings: what every reader of JSON ends with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dialed.errors import AmbiguousAliasError, InvalidValueError, shown
from dialed.generation import ReadingProblem
from dialed.value_conversion import number, tidy

if TYPE_CHECKING:
    from dialed.payload_reading import Entry
    from dialed.record_registry import Registry
    from dialed.setting_types import Setting

_EXACT = 2**53


@dataclass(slots=True)
class NamedValues:
    """What a mapping says.

    Attributes:
        settings: Canonical id -> value.
        extras: What is no setting, under the names written.
        problems: What could not be understood.
    """

    settings: dict[str, Any] = field(default_factory=dict)
    extras: dict[str, Any] = field(default_factory=dict)
    problems: list[ReadingProblem] = field(default_factory=list)

    def odd(self, place: str, message: str) -> None:
        """Note something that was read in a surprising way."""
        self.problems.append(ReadingProblem(place, message))


def read_named(values: Mapping[str, Any], dialect: str, registry: Registry) -> NamedValues:
    """Understand ``values`` as ``dialect`` writes them.

    The first name of a setting counts where several are written. A number written as text becomes one; what
    cannot be read stays as it is and is reported.

    Args:
        values: Names and values; a value of None counts as not written.
        dialect: Id of a known dialect.
        registry: The records to use.
    """
    understood = registry.reader(dialect, None).understand(values)
    found = NamedValues()
    for entry in understood.entries:
        if entry.setting is None:
            found.extras[entry.key] = entry.raw
            if isinstance(entry.error, AmbiguousAliasError):
                found.odd(entry.key, f"{entry.error}; kept as it stands")
        elif isinstance(entry.error, InvalidValueError):
            _keep_unread(entry, registry.settings[entry.setting], found)
        elif not entry.stated and entry.setting == "seed":
            _state(registry.settings["seed"], entry.key, entry.raw, found)  # -1 stays -1
        elif not entry.stated:  # the tool's word for "not used"
            found.extras[entry.key] = entry.raw
        else:
            for identifier in entry.stated:
                # Not entry.stated: of two values for one setting the whole payload has chosen one.
                value = understood.settings[identifier]
                _state(registry.settings[identifier], entry.key, value, found)
    return found


def as_number(setting: Setting, value: Any) -> tuple[Any, str]:
    """A value as the number that its setting takes, and the rule it breaks where it is none.

    Args:
        setting: Any setting; where it takes no number, the value stays as it is.
        value: As it was written, or as a conversion gave it.

    Returns:
        The number (one written as text is read), or the value itself; and the rule, empty where none is broken. A
        seed may be a word (``random``).
    """
    if setting.kind not in {"integer", "number"} or type(value) in {int, float}:
        return value, ""
    plain = number(value)
    if plain is not None:
        return tidy(plain, whole=setting.kind == "integer"), ""
    word = setting.id == "seed" and isinstance(value, str)
    return value, "" if word else f"{shown(value)}: it takes a number"


def _keep_unread(entry: Entry, setting: Setting, found: NamedValues) -> None:
    problem = f"{entry.error}; kept as it stands"
    if isinstance(entry.raw, str) and setting.id not in found.settings and setting.kind != "flag":
        found.settings[setting.id] = entry.raw
    else:
        found.extras[entry.key] = entry.raw
    found.odd(entry.key, problem)


def _state(setting: Setting, key: str, value: Any, found: NamedValues) -> None:
    if setting.id in found.settings:
        return
    if setting.kind in {"integer", "number"}:
        plain = number(value)
        if plain is not None:
            value = tidy(plain, whole=True) if setting.kind == "integer" else _real(plain)
        elif not isinstance(value, str):
            found.extras[key] = value
            found.odd(key, f"{setting.id} = {shown(value)} is no number; kept as it stands")
            return
        elif setting.id != "seed":
            found.odd(key, f"{setting.id} = {shown(value)} is no number; kept as text")
    elif setting.kind == "flag":
        if isinstance(value, str) and value.strip().casefold() in {"true", "false"}:
            value = value.strip().casefold() == "true"
    elif isinstance(value, int | float) and not isinstance(value, bool) and setting.kind == "text":
        value = str(value)
    elif isinstance(value, dict | list) and setting.kind in {"text", "choice"}:
        found.extras[key] = value
        found.odd(key, f"{setting.id} is a text, not {shown(value)}; kept as it stands")
        return
    found.settings[setting.id] = value


def _real(value: float) -> int | float:
    """A number as `float`, where that loses nothing."""
    return float(value) if abs(value) < _EXACT else value
