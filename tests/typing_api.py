"""User code whose only test is that it type-checks under mypy --strict; it is never run."""

from collections.abc import Mapping
from typing import assert_type

import dialed
from dialed import Generation, Registry, Setting


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


def understand(text: str) -> list[str]:
    """What was parsed is typed down to its adapters."""
    generation = dialed.parse(text, dialect="a1111")
    assert_type(generation, Generation)
    names = [lora.name for lora in generation.loras if lora.weight != 0]
    names += [control.model or "" for control in generation.controlnets]
    steps: object = generation.settings.get("num_inference_steps")
    assert_type(dialed.detect(text), str | None)
    return [*names, generation.dialect, str(steps), *map(str, generation.problems)]


def inspect(path: str) -> bool:
    """A picture's settings go straight into the checks, also on their way to another tool."""
    generation: Generation = dialed.read(path)
    report = dialed.validate(generation, model="sdxl", to="comfyui")
    for problem in report.problems:
        fix, key = problem.fix, problem.key
        assert_type(key, str | None)
        if fix is not None:
            print(fix.apply(report.settings), problem.url)
    translation = dialed.translate(generation, to="diffusers", model="sdxl")
    codes: list[str | None] = [note.code for note in translation.notes]
    return report.ok and not codes


def describe(model: str) -> dict[str, object]:
    """The generated class is a pydantic model like any other."""
    made = dialed.pydantic_model(model, dialect="diffusers")
    schema: dict[str, object] = made.model_json_schema()
    return schema | made.model_validate({}).model_dump()
