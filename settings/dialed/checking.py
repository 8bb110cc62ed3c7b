"""`validate`: every rule over one payload."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dialed.checking_case import Case, Facts
from dialed.errors import InvalidValueError, PayloadError, shown
from dialed.generation import Generation
from dialed.graph_shape import is_graph
from dialed.payload_reading import Entry
from dialed.record_registry import Registry, default_registry
from dialed.translation import CANONICAL, flattened, named_model

if TYPE_CHECKING:
    from dialed.check_types import Check, Finding, Fix, Severity
    from dialed.model_types import Model


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a payload.

    Attributes:
        rule: Code of the check.
        severity: ``error``, ``warning`` or ``hint``.
        setting: Canonical id, or None where the key is unknown.
        message: Thing, value, rule and cure, for people.
        fix: A certain cure, or None.
        url: Address of the rule's page, below the site's root.
        key: The key of the payload that it is about, as written; None where it is about several or none.
    """

    rule: str
    severity: Severity
    setting: str | None
    message: str
    fix: Fix | None
    url: str
    key: str | None = None

    def __str__(self) -> str:
        return f"{self.rule} {self.severity}: {self.message}"


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of `validate`.

    Attributes:
        settings: Canonical id -> value; unknown keys under their own name.
        problems: In the order of the payload's keys, names and values first, then what concerns several.
    """

    settings: dict[str, Any]
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether the payload can be used as it is: no error among the problems."""
        return all(problem.severity != "error" for problem in self.problems)


_MOST_FACTS = 512


def facts_for(registry: Registry, dialect: str | None, model: str | None) -> Facts:
    """What is known for a dialect and model before a payload is seen; prepared once for each pair.

    Raises:
        UnknownDialectError: There is no dialect of that name.
        UnknownModelError: There is no model of that name.
    """
    kept = registry.prepared
    key = (dialect, model)
    found = kept.get(key)
    if found is None:
        from dialed.checks import CHECKS

        known = None if dialect in {None, CANONICAL} else registry.names.dialect(dialect or "")
        record = registry.model(model) if model is not None else None
        found = Facts(registry, registry.reader(known, record), record, CHECKS)
        if len(kept) >= _MOST_FACTS:
            kept.clear()
        kept[key] = found
    return found


def validate(
    payload: Mapping[str, Any] | Generation,
    *,
    model: str | None = None,
    dialect: str | None = None,
    to: str | None = None,
    registry: Registry | None = None,
) -> Report:
    """Check settings: names, values, fit to the model, and what they do to each other.

    Args:
        payload: Names and values as the dialect writes them, canonical ids being understood everywhere; or
            what `parse` and `read` return.
        model: Model id, hub repository or alias. Without it the payload's own ``model`` counts, if known.
        dialect: Dialect the payload is written in; None for canonical ids and names of any tool. What was
            parsed knows its own.
        to: Dialect the settings are to be taken to: also say what would be lost or changed on the way.
        registry: Other records than those that came with the package.

    Raises:
        UnknownModelError: There is no model of that name.
        UnknownDialectError: There is no dialect of that name.
        PayloadError: The payload is no mapping of names to values.
    """
    registry = registry or default_registry()
    if dialect in {None, "comfyui"} and isinstance(payload, Mapping) and is_graph(payload):
        from dialed.parsing import parse

        payload = parse(payload, "comfyui", registry=registry)
    case = _understood(registry, payload, dialect, model)
    if model is None and "model" in case.settings:
        own: Model | None = named_model(registry, case.settings)
        if own is not None:
            case = _understood(registry, payload, dialect, own.id)
    problems = _examine(case)
    if to is not None and to != CANONICAL:
        from dialed.checking_crossing import Crossing

        crossing = Crossing.of(case, registry.names.dialect(to))
        for check in case.facts.crossing_checks:
            problems += _problems(check, check.function(crossing), case.keys)
    return Report(case.settings, tuple(problems))


def _understood(
    registry: Registry,
    payload: Mapping[str, Any] | Generation,
    dialect: str | None,
    model: str | None,
) -> Case:
    """The payload as the checks see it."""
    if isinstance(payload, Generation):
        case = Case(facts_for(registry, payload.dialect, model), {}, payload)
        case.settings |= payload.settings
        return case
    if not isinstance(payload, Mapping):
        raise PayloadError(f"settings are a mapping of names to values, not {shown(payload)}")
    facts = facts_for(registry, dialect, model)
    if facts.dialect is not None:
        payload = flattened(payload, facts.dialect, registry)
    case = Case(facts, payload)
    _read(case)
    return case


def _examine(case: Case) -> list[Problem]:
    """Run the rules: names, then values that are not plainly within their limits, then the whole."""
    facts = case.facts
    problems: list[Problem] = []
    for entry in case.odd:
        for check in facts.entry_checks:
            if found := check.function(case, entry):
                problems += _problems(check, found, {}, entry.key)
    problems += _value_problems(case)
    for check in facts.rules_for(case.names()):
        if found := check.function(case):
            problems += _problems(check, found, case.keys)
    if case.generation is not None:
        for check in facts.generation_checks:
            problems += _problems(check, check.function(case), case.keys)
        for number, settings in enumerate(case.generation.passes, 2):
            further = Case(facts, {}, case.generation)
            further.settings |= settings
            problems += [
                dataclasses.replace(problem, message=f"pass {number}: {problem.message}")
                for problem in _value_problems(further)
            ]
    return problems


def _value_problems(case: Case) -> list[Problem]:
    facts, problems = case.facts, []
    accepts = facts.accepts
    for setting, value in case.settings.items():
        test = accepts.get(setting)
        if test is None:
            continue
        if not test(value):
            for check in facts.value_checks:
                if found := check.function(case, setting, value):
                    problems += _problems(check, found, case.keys)
    return problems


def _problems(
    check: Check, found: Sequence[Finding], keys: Mapping[str, str], key: str | None = None
) -> list[Problem]:
    return [
        Problem(
            check.code,
            check.severity,
            f.setting,
            f.message,
            f.fix,
            check.url,
            key or (keys.get(f.setting) if f.setting is not None else None),
        )
        for f in found
    ]


def _read(case: Case) -> None:
    """Fill in the case's settings; remember what was not understood."""
    reader, settings, keys = case.facts.reader, case.settings, case.keys
    late = []
    for name, raw in case.payload.items():
        if raw is None:
            continue
        if not isinstance(name, str):
            raise PayloadError(f"{shown(name)}: the name of a setting is a text")
        key = reader.key(name)
        setting = key.setting
        if setting is None:
            settings[name] = raw
            case.odd.append(Entry(name, raw, None, error=key.error))
        elif key.direct:
            identifier = setting.id
            if identifier in settings and settings[identifier] != raw:
                case.odd.append(Entry(name, raw, identifier, key.alias, {identifier: raw}))
            else:
                settings[identifier] = raw
                keys[identifier] = name
        elif key.late:
            late.append((name, raw))
        else:
            _convert(case, name, raw)
    for name, raw in late:
        _convert(case, name, raw)


def _convert(case: Case, name: str, raw: Any) -> None:
    reader = case.facts.reader
    key = reader.key(name)
    setting = key.setting
    if setting is None:
        return
    try:
        stated = reader.states(name, key, raw, case.settings)
    except InvalidValueError:
        stated = {setting.id: raw}  # the checks of values say what is wrong with it
    for identifier, value in stated.items():
        if identifier in case.settings and case.settings[identifier] != value:
            case.odd.append(Entry(name, raw, identifier, key.alias, {identifier: value}))
        else:
            case.settings[identifier] = value
            case.keys[identifier] = name
