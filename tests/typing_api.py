"""User code whose only test is that it type-checks under mypy --strict; it is never run."""

from collections.abc import Mapping
from typing import assert_type

import dialed
from dialed import Registry, Setting


def look_up() -> str:
    """Names and records are typed."""
    setting = dialed.resolve("CFG scale")
    assert_type(setting, Setting)
    same = dialed.resolve("cfg", dialect="comfyui", model="sdxl")
    registry: Registry = dialed.registry
    settings: Mapping[str, Setting] = registry.settings
    return settings[setting.id].title + same.id


def check(payload: dict[str, object]) -> list[str]:
    """A report is typed down to the text of its problems."""
    report = dialed.validate(payload, model="sdxl-turbo", dialect="diffusers")
    assert_type(report.ok, bool)
    return [f"{problem.rule} {problem.severity}: {problem.message}" for problem in report.problems]


def convert(payload: dict[str, object]) -> Mapping[str, object]:
    """A translation carries its payload and its notes."""
    translation = dialed.translate(payload, to="diffusers", model="sd15")
    for note in translation.notes:
        print(note)
    return translation.payload


def choose(model: str) -> Mapping[str, object]:
    """Recommended values come with their evidence."""
    return {name: default.value for name, default in dialed.defaults(model).items()}


def miss(name: str) -> str:
    """Errors carry objects, not only text."""
    try:
        return dialed.resolve(name).id
    except dialed.AmbiguousAliasError as error:
        return str(error.candidates)
    except dialed.UnknownSettingError as error:
        return ", ".join(error.suggestions)
