"""What InvokeAI writes, in all its generations.

* from 3.0: ``invokeai_metadata``, one flat JSON object (`CoreMetadata`), and ``invokeai_graph`` beside it;
* 2.x: ``sd-metadata``, a JSON object with the settings under ``image``, and ``Dream``;
* 1.x: ``Dream`` alone: the command that was typed, prompt and switches.

Sources: https://github.com/invoke-ai/InvokeAI/blob/8e71a8a519399d6db32054ae9afc7c6c4e2355af/invokeai/app/invocations/metadata.py
and https://github.com/invoke-ai/InvokeAI/blob/017ef562a00a4bc63acb88ff6ea7796af3569a5c/ldm/invoke/args.py
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialed.errors import PayloadError
from dialed.generation import ControlNet, Generation, Lora, ReadingProblem
from dialed.parsers.invokeai_command import is_command, read_command, split_negative
from dialed.parsers.invokeai_graph import core_of, is_graph
from dialed.parsers.json_texts import opened, opened_object
from dialed.parsers.named_values import read_named
from dialed.value_conversion import number

if TYPE_CHECKING:
    from dialed.parsing import Written
    from dialed.record_registry import Registry

DIALECTS = ("invokeai",)

_TEXTS = ("invokeai_metadata", "invokeai_graph", "sd-metadata", "Dream", "dream")
_CORE_KEYS = frozenset(
    {"generation_mode", "app_version", "cfg_scale", "scheduler", "rand_device", "steps"}
)
_MODELS = ("model", "vae", "refiner_model")
_HIRES = ("hrf_method", "hrf_strength")


def recognise(value: Written, registry: Registry) -> tuple[str, ...]:
    """InvokeAI, where ``value`` is its metadata of any generation, or a typed command."""
    del registry
    if isinstance(value, str):
        return DIALECTS if is_command(value) else ()
    if not isinstance(value, Mapping):
        return ()
    mine = (
        any(key in value for key in _TEXTS)
        or ("positive_prompt" in value and len(_CORE_KEYS & value.keys()) >= 1)
        or _is_sd_metadata(value)
        or is_graph(value)
    )
    return DIALECTS if mine else ()


def _is_sd_metadata(value: Mapping[str, Any]) -> bool:
    image = value.get("image")
    if image is None and isinstance(value.get("images"), list) and value["images"]:
        image = value["images"][0]
    return isinstance(image, Mapping) and ("app_id" in value or "sampler" in image)


def parse_as(value: Written, dialect: str, registry: Registry) -> Generation:
    """Read InvokeAI's settings.

    Args:
        value: One of its texts, or a mapping of them by their PNG keywords.
        dialect: ``invokeai``.
        registry: The records to use.

    Raises:
        PayloadError: There are no settings in it.
    """
    problems: list[ReadingProblem] = []
    whole = opened(value)
    if isinstance(whole, Mapping) and any(key in whole for key in _TEXTS):
        for key in _TEXTS:
            text = whole.get(key)
            if text is None or (isinstance(text, str) and text.strip() in {"", "null"}):
                continue
            if key.casefold() == "dream" and isinstance(text, str):
                return _generation(read_command(text), {}, problems, dialect, registry)
            inside = opened_object(text, key, problems)
            if inside:
                return _from_object(inside, problems, dialect, registry)
        raise PayloadError("none of InvokeAI's texts here holds settings")
    if isinstance(whole, Mapping):
        return _from_object(whole, problems, dialect, registry)
    if isinstance(value, str):
        return _generation(read_command(value), {}, problems, dialect, registry)
    raise PayloadError("InvokeAI writes its settings as a JSON object or as a command")


def _from_object(
    whole: Mapping[str, Any], problems: list[ReadingProblem], dialect: str, registry: Registry
) -> Generation:
    if is_graph(whole):
        return _generation(dict(core_of(whole)), {}, problems, dialect, registry)
    if _is_sd_metadata(whole):
        values, outside = _sd_metadata(whole)
        return _generation(values, outside, problems, dialect, registry)
    return _generation(dict(whole), {}, problems, dialect, registry)


def _sd_metadata(whole: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Settings, and what stands beside them."""
    image = whole["image"] if isinstance(whole.get("image"), Mapping) else whole["images"][0]
    values = {("scheduler" if key == "sampler" else key): part for key, part in image.items()}
    prompt = values.pop("prompt", None)
    if isinstance(prompt, list):
        parts = [part for part in prompt if isinstance(part, Mapping) and "prompt" in part]
        if len(parts) == 1:
            prompt = str(parts[0]["prompt"])
        elif parts:
            prompt = " ".join(f"{part['prompt']}:{part.get('weight', 1)}" for part in parts)
    if isinstance(prompt, str):
        values |= split_negative(prompt)
    outside = {key: part for key, part in whole.items() if key not in {"image", "images"}}
    name = outside.pop("model_weights", None) or outside.pop("model_id", None)
    if name is not None:
        values["model"] = name
        values["model_hash"] = outside.pop("model_hash", None)
    return values, outside


def _generation(
    values: dict[str, Any],
    outside: dict[str, Any],
    problems: list[ReadingProblem],
    dialect: str,
    registry: Registry,
) -> Generation:
    loras = _loras(values)
    controls = _controls(values)
    for key in _MODELS:
        _name_model(values, key, registry)
    kept: dict[str, Any] = {}
    if values.get("hrf_enabled") is False:  # its other values then mean nothing
        kept = {key: values.pop(key) for key in _HIRES if key in values}
    if "tiling" in registry.settings and values.get("seamless") is not None:
        values.setdefault("tiling", values.pop("seamless"))
    found = read_named(values, dialect, registry)
    return Generation(
        dialect,
        found.settings,
        loras=loras,
        controlnets=controls,
        extras=found.extras | kept | outside,
        problems=(*problems, *found.problems),
    )


def _named(model: object) -> tuple[str | None, str | None]:
    """Name and hash of a model, which is a text or one of three kinds of object."""
    if isinstance(model, Mapping):
        name = model.get("name", model.get("model_name"))
        digest = model.get("hash")
        return (
            name if isinstance(name, str) else None,
            digest if isinstance(digest, str) else None,
        )
    return (model, None) if isinstance(model, str) else (None, None)


def _name_model(values: dict[str, Any], key: str, registry: Registry) -> None:
    name, digest = _named(values.get(key))
    if name is None or key not in registry.settings:
        return
    values[key] = name
    if digest is not None and key == "model" and "model_hash" in registry.settings:
        values.setdefault("model_hash", digest)


def _loras(values: dict[str, Any]) -> tuple[Lora, ...]:
    written = values.get("loras")
    found = []
    for item in written if isinstance(written, list) else ():
        if isinstance(item, Mapping):
            name, digest = _named(item.get("model", item.get("lora")))
            weight = number(item.get("weight"))
            if name is not None:
                found.append(Lora(name, None if weight is None else float(weight), hash=digest))
    if isinstance(written, list) and len(found) == len(written):
        del values["loras"]
    return tuple(found)


def _controls(values: dict[str, Any]) -> tuple[ControlNet, ...]:
    written = values.get("controlnets")
    found = []
    for item in written if isinstance(written, list) else ():
        if isinstance(item, Mapping):
            name, _ = _named(item.get("control_model"))
            found.append(
                ControlNet(
                    name,
                    weight=number(item.get("control_weight")),
                    start=number(item.get("begin_step_percent")),
                    end=number(item.get("end_step_percent")),
                    extras={
                        key: item[key]
                        for key in ("control_mode", "resize_mode", "image", "processed_image")
                        if item.get(key) is not None
                    },
                )
            )
    if isinstance(written, list) and len(found) == len(written):
        del values["controlnets"]
    return tuple(found)
