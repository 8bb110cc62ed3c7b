"""What Fooocus writes: a JSON object, the same with labels for people, or infotext with keys of its own.

Source: https://github.com/lllyasviel/Fooocus/blob/59f183ab9b8e4a4bbf0fb8bc43886e19e8dfdfae/modules/meta_parser.py
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialed.errors import PayloadError
from dialed.generation import Generation, Lora, ReadingProblem
from dialed.parsers.infotext_grammar import split_infotext
from dialed.parsers.json_texts import opened
from dialed.parsers.named_values import NamedValues, read_named
from dialed.suggestion import fold
from dialed.value_conversion import number

if TYPE_CHECKING:
    from dialed.parsing import Written
    from dialed.record_registry import Registry

DIALECTS = ("fooocus",)

_OWN_KEYS = frozenset(
    {"performance", "sharpness", "admguidance", "metadatascheme", "fullprompt", "refinerswitch"}
)
_VERSION = re.compile(r"Version: (?:Fooocus|RuinedFooocus)\b")
_COMBINED = re.compile(r"lora_combined_(\d{1,3})|LoRA (\d{1,3})(?: .*)?", re.IGNORECASE)
_WEIGHED = re.compile(r"LoRA \[(.+)\] weight")
"""A key of the log of Fooocus 2.1; its value is the weight."""
_RENAMED = {
    "cfg": "guidance_scale",
    "sampler_name": "sampler",
    "Negative": "negative_prompt",
    "base_model_name": "base_model",
}
"""Names of two variants: Fooocus-MRE, which wrote JSON into pictures before Fooocus did, and RuinedFooocus."""
_NOTHING = frozenset({"", "none"})
_LONGEST_KEY = 300


def recognise(value: Written, registry: Registry) -> tuple[str, ...]:
    """Fooocus, where ``value`` has names that only it writes."""
    del registry
    if isinstance(value, str):
        return DIALECTS if _VERSION.search(value[-2000:]) else ()
    if not isinstance(value, Mapping):
        return ()
    software = value.get("software", value.get("version"))
    if isinstance(software, str) and "fooocus" in software[:80].casefold():
        return DIALECTS
    keys = {fold(key) for key in value if isinstance(key, str) and len(key) < 40}
    return DIALECTS if "basemodel" in keys and keys & _OWN_KEYS else ()


def parse_as(value: Written, dialect: str, registry: Registry) -> Generation:
    """Read Fooocus' settings in either of its schemes.

    Args:
        value: The JSON, or the infotext.
        dialect: ``fooocus``.
        registry: The records to use.

    Raises:
        PayloadError: There are no settings in it.
    """
    whole = opened(value)
    if isinstance(whole, Mapping):
        return _from_json(whole, dialect, registry)
    if isinstance(value, str):
        return _from_infotext(value, dialect, registry)
    raise PayloadError("Fooocus writes its settings as a JSON object or as infotext")


def _from_json(whole: Mapping[str, Any], dialect: str, registry: Registry) -> Generation:
    problems: list[ReadingProblem] = []
    values: dict[str, Any] = {}
    combined: list[tuple[int, Any]] = []
    for key, written in whole.items():
        short = len(key) < _LONGEST_KEY
        match = _COMBINED.fullmatch(key) if short else None
        weighed = _WEIGHED.fullmatch(key) if short else None
        if weighed is not None:
            combined.append((len(combined), f"{weighed[1]} : {written}"))
        elif match is not None:
            combined.append((int(match[1] or match[2]), written))
        else:
            values[_RENAMED.get(key, key)] = written
    loras = _listed_loras(values.pop("loras", None))
    if not loras:
        loras = _combined_loras([written for _, written in sorted(combined, key=lambda p: p[0])])
    _bare_size(values)
    kept: dict[str, Any] = {}
    if str(_under(values, "refinermodel")).strip().casefold() in _NOTHING:
        # Without a refiner the step at which it would take over is written all the same.
        kept = {k: values.pop(k) for k in [*values] if fold(k) in {"refinermodel", "refinerswitch"}}
    found = read_named(values, dialect, registry)
    found.extras |= {key: part for key, part in kept.items() if fold(key) == "refinerswitch"}
    return _generation(dialect, found, loras, problems)


def _under(values: Mapping[str, Any], folded: str) -> Any:
    return next((part for key, part in values.items() if fold(key) == folded), "")


def _bare_size(values: dict[str, Any]) -> None:
    """Take the brackets off ``(1024, 1024)``; a list of two counts as well."""
    for key in ("resolution", "Resolution"):
        size = values.get(key)
        if isinstance(size, str):
            parts = [part.strip(" '\"") for part in size.strip(" ()[]").split(",")]
            if len(parts) == 2:
                values[key] = ", ".join(parts)


def _listed_loras(loras: object) -> tuple[Lora, ...]:
    """``[name, weight, hash]`` each; ``[name, weight]`` in Fooocus-MRE."""
    found = []
    for lora in loras if isinstance(loras, list) else ():
        if isinstance(lora, list) and lora and isinstance(lora[0], str):
            weight = number(lora[1]) if len(lora) > 1 else None
            digest = lora[2] if len(lora) > 2 and isinstance(lora[2], str) else None
            if lora[0].casefold() not in _NOTHING:
                found.append(Lora(lora[0], _real(weight), hash=digest))
    return tuple(found)


def _combined_loras(written: list[Any]) -> tuple[Lora, ...]:
    """``name : weight``, or ``True : name : weight`` where each can be switched off."""
    found = []
    for text in written:
        parts = text.split(" : ") if isinstance(text, str) else []
        if len(parts) == 3:
            switched_on, *parts = parts
            if switched_on != "True":
                continue
        if len(parts) == 2 and parts[0].casefold() not in _NOTHING:
            found.append(Lora(parts[0], _real(number(parts[1]))))
    return tuple(found)


def _from_infotext(text: str, dialect: str, registry: Registry) -> Generation:
    split = split_infotext(text)
    if not split.has_settings:
        raise PayloadError("no line of settings in this text; Fooocus ends its infotext with one")
    pairs = dict(split.pairs)
    problems: list[ReadingProblem] = []
    weights = _named_texts(pairs.pop("Lora weights", ""))
    hashes = _named_texts(pairs.pop("Lora hashes", ""))
    loras = tuple(
        Lora(name, _real(number(weights.get(name))), hash=hashes.get(name))
        for name in dict.fromkeys([*hashes, *weights])
    )
    # The prompts above the line have been through the styles; these are as they were typed.
    prompt = pairs.pop("Raw prompt", None)
    negative = pairs.pop("Raw negative prompt", None)
    schedule = pairs.pop("Scheduler", None)
    styled: dict[str, Any] = {}
    if prompt is not None and prompt != split.prompt:
        styled["full_prompt"] = split.prompt
    if negative is not None and (split.negative_prompt or "") != negative:
        styled["full_negative_prompt"] = split.negative_prompt
    sampler = pairs.pop("Sampler", None)
    found = read_named(pairs, "a1111", registry)
    rest: dict[str, Any] = {"prompt": split.prompt if prompt is None else prompt}
    if negative is not None or split.negative_prompt is not None:
        rest["negative_prompt"] = split.negative_prompt if negative is None else negative
    if schedule is not None:
        rest["scheduler"] = schedule
    own = read_named(rest, dialect, registry)
    if sampler is not None:
        _read_sampler(sampler, own, registry)
    own.settings |= {k: v for k, v in found.settings.items() if k not in own.settings}
    own.extras |= found.extras | styled
    own.problems += found.problems
    return _generation(dialect, own, loras, problems)


def _read_sampler(sampler: str, found: NamedValues, registry: Registry) -> None:
    """In infotext the sampler has A1111's name where there is one, else ComfyUI's."""
    written = registry.written
    for dialect in ("fooocus", "a1111"):
        meaning = written.find("samplers", dialect, sampler, combined=dialect == "a1111")
        if meaning is not None:
            found.settings["sampler"] = meaning.record
            if meaning.schedule is not None:
                found.settings.setdefault("schedule", meaning.schedule)
            return
    found.settings["sampler"] = sampler
    found.odd("Sampler", f"{written.unknown('samplers', 'fooocus', sampler)}; kept as it stands")


def _named_texts(text: str) -> dict[str, str]:
    """``name: value, name: value``; the value is the last part where there are more."""
    found = {}
    for item in text.split(", ") if text else ():
        name, mark, value = item.partition(": ")
        if mark:
            found[name] = value.rpartition(": ")[2]
    return found


def _real(value: float | None) -> float | None:
    return None if value is None else float(value)


def _generation(
    dialect: str, found: NamedValues, loras: tuple[Lora, ...], problems: list[ReadingProblem]
) -> Generation:
    return Generation(
        dialect,
        found.settings,
        loras=loras,
        extras=found.extras,
        problems=(*problems, *found.problems),
    )
