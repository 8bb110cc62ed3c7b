"""Dialed: what every diffusion image setting does, is called, and should be set to.

    import dialed

    dialed.resolve("CFG scale").id                      # "guidance_scale"
    dialed.validate({"steps": 30}, model="sdxl-turbo")  # a report of problems
    dialed.translate({"guidance_scale": 3.5}, to="diffusers", model="flux-dev").payload

Public names load on their first use: importing the package costs a few milliseconds and no pydantic.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing it from typing would take longer than all else here

if TYPE_CHECKING:
    from typing import Any

    from dialed.check_types import Check
    from dialed.checking import Problem, Report, validate
    from dialed.dialect_types import Dialect
    from dialed.errors import (
        AmbiguousAliasError,
        AmbiguousDialectError,
        DialedError,
        InvalidValueError,
        PayloadError,
        RecordError,
        UnknownDialectError,
        UnknownModelError,
        UnknownSettingError,
    )
    from dialed.generation import ControlNet, Generation, Lora, ReadingProblem
    from dialed.model_schema import pydantic_model
    from dialed.model_types import Model
    from dialed.parsing import detect, parse
    from dialed.prose_sections import read_prose
    from dialed.reading_images import read
    from dialed.recommendation import Default, defaults
    from dialed.record_registry import Registry, load_records
    from dialed.resolution import resolve
    from dialed.sampler_types import Sampler, Schedule
    from dialed.setting_types import Setting
    from dialed.translation import Note, Translation, translate

    registry: Registry

__version__ = "0.1.0"

_HOMES = {
    "AmbiguousAliasError": "errors",
    "AmbiguousDialectError": "errors",
    "Check": "check_types",
    "ControlNet": "generation",
    "Default": "recommendation",
    "Dialect": "dialect_types",
    "DialedError": "errors",
    "Generation": "generation",
    "InvalidValueError": "errors",
    "Lora": "generation",
    "Model": "model_types",
    "Note": "translation",
    "PayloadError": "errors",
    "Problem": "checking",
    "ReadingProblem": "generation",
    "RecordError": "errors",
    "Registry": "record_registry",
    "Report": "checking",
    "Sampler": "sampler_types",
    "Schedule": "sampler_types",
    "Setting": "setting_types",
    "Translation": "translation",
    "UnknownDialectError": "errors",
    "UnknownModelError": "errors",
    "UnknownSettingError": "errors",
    "defaults": "recommendation",
    "detect": "parsing",
    "load_records": "record_registry",
    "parse": "parsing",
    "pydantic_model": "model_schema",
    "read": "reading_images",
    "read_prose": "prose_sections",
    "resolve": "resolution",
    "translate": "translation",
    "validate": "checking",
}

__all__ = [
    "AmbiguousAliasError",
    "AmbiguousDialectError",
    "Check",
    "ControlNet",
    "Default",
    "Dialect",
    "DialedError",
    "Generation",
    "InvalidValueError",
    "Lora",
    "Model",
    "Note",
    "PayloadError",
    "Problem",
    "ReadingProblem",
    "RecordError",
    "Registry",
    "Report",
    "Sampler",
    "Schedule",
    "Setting",
    "Translation",
    "UnknownDialectError",
    "UnknownModelError",
    "UnknownSettingError",
    "__version__",
    "defaults",
    "detect",
    "load_records",
    "parse",
    "pydantic_model",
    "read",
    "read_prose",
    "registry",
    "resolve",
    "translate",
    "validate",
]


def __getattr__(name: str) -> Any:
    value: Any
    if name == "registry":
        from dialed.record_registry import default_registry

        value = default_registry()
    elif name in _HOMES:
        from importlib import import_module

        value = getattr(import_module(f"dialed.{_HOMES[name]}"), name)
    else:
        raise AttributeError(f"module 'dialed' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
