"""Bodies of requests: JSON objects of names and values, as web APIs and libraries take them.

Every dialect that no other format claims is read here; which one it is is told by the names.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dialed.dialects.a1111 import CONTROL
from dialed.errors import PayloadError, shown
from dialed.generation import ControlNet, Generation, Lora, ReadingProblem
from dialed.parsers.infotext_networks import MOST_LORAS, loras_in_prompt
from dialed.parsers.named_values import as_number
from dialed.payload_reading import IMAGE_KEYS, Entry
from dialed.suggestion import fold
from dialed.translation import flattened, named_model
from dialed.value_conversion import number

if TYPE_CHECKING:
    from dialed.record_registry import Registry

DIALECTS: tuple[str, ...] = ()
"""None by name: it reads all that are left."""

_MOST_KEYS = 500
_UNMISTAKABLE = {
    "a1111-api": ("override_settings", "alwayson_scripts", "sampler_index", "enable_hr", "n_iter"),
    "ai-horde": ("params",),
    "diffusers": ("call", "scheduler_arguments", "generator_seed"),
    "replicate": ("input",),
    "stability": ("text_prompts",),
    "huggingface": ("inputs",),
}
"""Names that only one dialect has, and the ones in which settings are nested."""
_REQUIRED = {"together": "model", "runware": "model"}
"""A body without this name is refused there, so it was meant for somebody else."""


class Fit(NamedTuple):
    """How well a dialect explains the names of a body: less is better."""

    unknown: int
    borrowed: int


@functools.lru_cache(maxsize=4)
def _readable(registry: Registry) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Dialect -> the names of its settings and of everything else that it takes, folded."""
    from dialed.parsers import FORMATS

    claimed: set[str] = set()
    for name in FORMATS:
        claimed |= set(importlib.import_module(f"dialed.parsers.{name}").DIALECTS)
    found = {}
    for identifier, dialect in registry.dialects.items():
        if identifier in claimed or dialect.kind not in {"api", "library"}:
            continue
        others = frozenset(
            fold(other.name) for other in dialect.other_arguments if not other.pipelines
        )
        found[identifier] = (registry.names.names_in(identifier), others | IMAGE_KEYS)
    if "diffusers" in found:
        settings, others = found["diffusers"]
        # In the call it is a generator, in JSON a number.
        found["diffusers"] = (settings | {"seed"}, others)
    return found


def recognise(
    value: str | Mapping[str, Any] | Sequence[Any], registry: Registry
) -> tuple[str, ...]:
    """The dialects whose names explain the body best."""
    if not isinstance(value, Mapping) or not value or len(value) > _MOST_KEYS:
        return ()
    told = [
        dialect
        for dialect, names in _UNMISTAKABLE.items()
        if dialect in registry.dialects and any(name in value for name in names)
    ]
    readable = _readable(registry)
    fits: dict[str, Fit] = {}
    for dialect in told if len(told) == 1 else readable:
        if dialect not in readable or _REQUIRED.get(dialect, "prompt") not in {"prompt", *value}:
            continue
        settings, others = readable[dialect]
        names = {fold(name) for name in flattened(value, dialect, registry) if len(name) < 200}
        own = names & settings
        canonical = {name for name in names if registry.names.is_canonical(name)}
        if len(own | (names & canonical)) >= (1 if told else 2) or names <= own | others:
            fits[dialect] = Fit(
                len(names - own - others - canonical), len((names & canonical) - own - others)
            )
    if not fits:
        return ()
    fewest = min(fits.values()).unknown
    # The library first: its names are the ones that most others took over.
    ranked = sorted(fits, key=lambda dialect: (*fits[dialect], dialect != "diffusers"))
    return tuple(dialect for dialect in ranked if fits[dialect].unknown == fewest)


def parse_as(
    value: str | Mapping[str, Any] | Sequence[Any], dialect: str, registry: Registry
) -> Generation:
    """Read a body as ``dialect`` writes it.

    Raises:
        PayloadError: It is no object of names and values.
    """
    if not isinstance(value, Mapping):
        raise PayloadError(f"{dialect} writes an object of names and values, not {shown(value)}")
    body = flattened(value, dialect, registry)
    if not isinstance(body, Mapping) or not all(isinstance(name, str) for name in body):
        raise PayloadError(f"{dialect} writes an object of names and values, not {shown(body)}")
    understood = registry.reader(dialect, None).understand(body)
    if (model := named_model(registry, understood.settings)) is not None:
        understood = registry.reader(dialect, model).understand(body)
    settings: dict[str, Any] = {}
    extras: dict[str, Any] = {}
    problems = []
    for entry in understood.entries:
        if entry.setting is None:
            extras[entry.key] = entry.raw
        elif entry.setting == "sampler" and (named := _sampler(registry, dialect, entry)):
            settings = named | settings
        elif entry.error is not None:
            settings.setdefault(entry.setting, entry.raw)
            problems.append(ReadingProblem(entry.key, f"{entry.error}; kept as it stands"))
        elif not entry.stated and entry.setting == "seed":
            settings["seed"] = entry.raw  # what asks for a random one is kept as written
        else:
            for name in entry.stated:
                value, rule = as_number(registry.settings[name], understood.settings[name])
                settings[name] = value
                if rule:
                    problems.append(
                        ReadingProblem(entry.key, f"{name} = {rule}; kept as it stands")
                    )
    loras = _loras(settings, body)
    controls = _controls(extras)
    if controls:
        for name in CONTROL:
            settings.pop(name, None)  # they stand with their network
    return Generation(dialect, settings, loras, controls, (), extras, tuple(problems))


def _sampler(registry: Registry, dialect: str, entry: Entry) -> dict[str, Any] | None:
    """Sampler and schedule of a name that is another tool's; None where the dialect's own reading stands."""
    known = entry.stated.get("sampler") in registry.samplers
    if known or not isinstance(entry.raw, str):
        return None
    found = registry.written.sampler_of_any_tool(dialect, entry.raw)
    if found is None:
        return None
    stated = {"sampler": found.record}
    return stated if found.schedule is None else stated | {"schedule": found.schedule}


def _loras(settings: dict[str, Any], body: Mapping[str, Any]) -> tuple[Lora, ...]:
    prompt = settings.get("prompt")
    found = loras_in_prompt(prompt) if isinstance(prompt, str) else []
    listed = settings.get("loras", body.get("loras"))
    if not isinstance(listed, list):
        return tuple(found)
    for row in listed[:MOST_LORAS]:
        if isinstance(row, Mapping):
            name = next((row[k] for k in ("name", "path", "model_name") if row.get(k)), None)
            weight = next(
                (row[k] for k in ("model", "weight", "scale", "strength") if k in row), None
            )
            if isinstance(name, str):
                found.append(Lora(name, _float(weight), _float(row.get("clip"))))
    settings.pop("loras", None)
    return tuple(found)


def _controls(extras: Mapping[str, Any]) -> tuple[ControlNet, ...]:
    """The control networks among the scripts of AUTOMATIC1111's API."""
    scripts = extras.get("alwayson_scripts")
    if not isinstance(scripts, Mapping):
        return ()
    found = []
    for name, script in scripts.items():
        arguments = script.get("args") if isinstance(script, Mapping) else None
        if str(name).casefold() != "controlnet" or not isinstance(arguments, list):
            continue
        found += [
            _control({str(name).casefold(): value for name, value in unit.items()})
            for unit in arguments[:20]
            if isinstance(unit, Mapping) and unit.get("enabled", True)
        ]
    return tuple(found)


def _control(unit: Mapping[str, Any]) -> ControlNet:
    known = {"model", "module", "weight", "guidance_start", "guidance_end", "enabled"}
    pictures = {"image", "input_image", "mask", "mask_image"}
    model, module = unit.get("model"), unit.get("module")
    return ControlNet(
        model if isinstance(model, str) else None,
        _float(unit.get("weight")),
        _float(unit.get("guidance_start")),
        _float(unit.get("guidance_end")),
        module if isinstance(module, str) else None,
        {name: value for name, value in unit.items() if name not in known | pictures},
    )


def _float(value: Any) -> float | None:
    plain = number(value)
    return None if plain is None else float(plain)
