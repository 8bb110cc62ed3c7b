"""What SwarmUI writes: ``sui_image_params`` and its companions, or the flat body of a request.

Format: https://github.com/mcmonkeyprojects/SwarmUI/blob/062407c7bb488fc76ac61044cb929f0d0a30e60f/docs/Image%20Metadata%20Format.md
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialed.errors import PayloadError
from dialed.generation import ControlNet, Generation, Lora, ReadingProblem
from dialed.parsers.json_texts import opened
from dialed.parsers.named_values import read_named
from dialed.value_conversion import number

if TYPE_CHECKING:
    from dialed.parsing import Written
    from dialed.record_registry import Registry

DIALECTS = ("swarmui",)

_OWN_KEYS = frozenset({"cfgscale", "negativeprompt", "swarm_version", "fluxguidancescale"})
_OLD = {"comfyuisampler": "sampler", "comfyuischeduler": "scheduler"}
"""Names of the time when it was called StableSwarmUI."""
_CONTROLS = ("controlnet", "controlnettwo", "controlnetthree")
_PARTS = ("model", "strength", "start", "end", "preprocessor")


def recognise(value: Written, registry: Registry) -> tuple[str, ...]:
    """SwarmUI, where ``value`` has its root or names that only it writes."""
    del registry
    if isinstance(value, Mapping) and (
        "sui_image_params" in value or len(_OWN_KEYS & value.keys()) >= 2
    ):
        return DIALECTS
    return ()


def parse_as(value: Written, dialect: str, registry: Registry) -> Generation:
    """Read SwarmUI's settings. Numbers are often texts there, lists are often texts with commas.

    Args:
        value: The metadata, its ``sui_image_params`` alone, or a request's body.
        dialect: ``swarmui``.
        registry: The records to use.

    Raises:
        PayloadError: There are no settings in it.
    """
    whole = opened(value)
    if not isinstance(whole, Mapping):
        raise PayloadError("SwarmUI writes its settings as a JSON object")
    problems: list[ReadingProblem] = []
    parameters = whole.get("sui_image_params", whole)
    if not isinstance(parameters, Mapping):
        raise PayloadError("sui_image_params is no JSON object", "sui_image_params")
    values = dict(parameters)
    extras: dict[str, Any] = {}
    if parameters is not whole:
        extras = {key: part for key, part in whole.items() if key != "sui_image_params"}
    for old, new in _OLD.items():
        if old in values:
            values.setdefault(new, values.pop(old))
    hashes = _hashes(extras.get("sui_models"))
    loras = _loras(values, hashes, problems)
    controls = _controls(values)
    kept: dict[str, Any] = {}
    if str(values.get("refinermethod", "")).casefold().startswith("stepswap"):
        # There the percentage says when the refiner takes over, and is no strength.
        kept = {k: values.pop(k) for k in ("refinercontrolpercentage",) if k in values}
    if "model_hash" in registry.settings and (found_hash := hashes.get(("model", None))):
        values.setdefault("model_hash", found_hash)
    found = read_named(values, dialect, registry)
    return Generation(
        dialect,
        found.settings,
        loras=loras,
        controlnets=controls,
        extras=found.extras | kept | extras,
        problems=(*problems, *found.problems),
    )


def _hashes(models: object) -> dict[tuple[str, str | None], str]:
    """(parameter, name) -> hash; under None the first one of the parameter."""
    found: dict[tuple[str, str | None], str] = {}
    for model in models if isinstance(models, list) else ():
        if isinstance(model, Mapping) and isinstance(model.get("hash"), str):
            parameter, name = str(model.get("param")), _stem(str(model.get("name")))
            found.setdefault((parameter, name), model["hash"])
            found.setdefault((parameter, None), model["hash"])
    return found


def _stem(name: str) -> str:
    return name.removesuffix(".safetensors")


def _listed(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(item) for item in value]
    return [part.strip() for part in value.split(",")] if isinstance(value, str) and value else []


def _loras(
    values: dict[str, Any],
    hashes: Mapping[tuple[str, str | None], str],
    problems: list[ReadingProblem],
) -> tuple[Lora, ...]:
    names = _listed(values.pop("loras", None))
    weights = _listed(values.pop("loraweights", None))
    encoder = _listed(values.pop("loratencweights", None))
    if len(weights) > len(names):
        problems.append(
            ReadingProblem("loraweights", f"{len(weights)} weights for {len(names)} LoRAs")
        )
    return tuple(
        Lora(
            name,
            weight=_weight(weights, index, 1.0),
            text_encoder_weight=_weight(encoder, index, None),
            hash=hashes.get(("loras", _stem(name))) or hashes.get(("used_loras", _stem(name))),
        )
        for index, name in enumerate(names)
    )


def _weight(weights: list[str], index: int, missing: float | None) -> float | None:
    """The weight at ``index``. A LoRA without one is used at full strength."""
    plain = number(weights[index]) if index < len(weights) else None
    return missing if plain is None else float(plain)


def _controls(values: dict[str, Any]) -> tuple[ControlNet, ...]:
    found = []
    for prefix in _CONTROLS:
        if prefix + "model" not in values:
            continue
        part = {name: values.pop(prefix + name, None) for name in _PARTS}
        strength, start, end = (number(part[name]) for name in ("strength", "start", "end"))
        extras = {
            key: values.pop(key)
            for key in (prefix + "imageinput", prefix + "uniontype")
            if key in values
        }
        preprocessor = part["preprocessor"]
        found.append(
            ControlNet(
                str(part["model"]),
                weight=strength,
                start=start,
                end=end,
                preprocessor=str(preprocessor) if preprocessor is not None else None,
                extras=extras,
            )
        )
    return tuple(found)
