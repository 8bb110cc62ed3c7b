"""What NovelAI writes: the texts of its pictures, the JSON in their Comment, a request's body.

The first models kept the prompt in the Description and only settings in the JSON; from version 3 on
the JSON has both; version 4 adds ``v4_prompt`` with a caption for each character.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialed.errors import PayloadError
from dialed.generation import Generation, ReadingProblem
from dialed.parsers.json_texts import opened, opened_object
from dialed.parsers.named_values import read_named

if TYPE_CHECKING:
    from dialed.parsing import Written
    from dialed.record_registry import Registry

DIALECTS = ("novelai",)

_MODEL_AND_HASH = re.compile(r"(.*\S)\s+([0-9A-F]{8})")
_OWN_KEYS = frozenset(
    {
        "uncond_scale",
        "cfg_rescale",
        "noise_schedule",
        "n_samples",
        "sm",
        "sm_dyn",
        "v4_prompt",
        "signed_hash",
        "request_type",
        "hide_debug_overlay",
        "dynamic_thresholding",
        "legacy_v3_extend",
        "ucPreset",
        "qualityToggle",
        "noise",
    }
)
"""Names that no other tool writes together with ``scale`` and ``sampler``."""


def recognise(value: Written, registry: Registry) -> tuple[str, ...]:
    """NovelAI, where ``value`` is its Comment, its texts or a request to it."""
    del registry
    if not isinstance(value, Mapping):
        return ()
    if isinstance(value.get("Comment"), str) and (
        _is_novelai(value.get("Software")) or _is_comment(opened(value["Comment"]))
    ):
        return DIALECTS
    if isinstance(value.get("parameters"), Mapping) and "input" in value:
        return DIALECTS if _is_comment({"sampler": "", "scale": 0, **value["parameters"]}) else ()
    return DIALECTS if _is_comment(value) else ()


def _is_novelai(software: object) -> bool:
    return isinstance(software, str) and software.strip().casefold().startswith("novelai")


def _is_comment(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    if {"scale", "sampler"} <= value.keys() and _OWN_KEYS & value.keys():
        return True
    return {"uc", "scale", "sampler", "steps"} <= value.keys() and "c" not in value


def parse_as(value: Written, dialect: str, registry: Registry) -> Generation:
    """Read NovelAI's settings.

    Args:
        value: The JSON of the Comment, a mapping of the picture's texts, or a request's body.
        dialect: ``novelai``.
        registry: The records to use.

    Raises:
        PayloadError: There are no settings in it.
    """
    problems: list[ReadingProblem] = []
    whole = opened(value)
    if not isinstance(whole, Mapping):
        raise PayloadError("NovelAI writes its settings as a JSON object")
    outside: dict[str, Any] = {}
    settings: dict[str, Any]
    if "Comment" in whole:
        comment = opened_object(whole["Comment"], "Comment", problems)
        outside = {key: text for key, text in whole.items() if key != "Comment" or comment is None}
        settings = dict(comment or {})
        # The first models kept the prompt here, and here alone.
        described = outside.pop("Description", None)
        if isinstance(described, str):
            settings.setdefault("prompt", described)
    elif isinstance(whole.get("parameters"), Mapping):
        outside = {key: part for key, part in whole.items() if key not in {"parameters", "input"}}
        settings = {**whole["parameters"]}
        if "input" in whole:
            settings.setdefault("prompt", whole["input"])
    else:
        settings = dict(whole)
    for name, part in (("prompt", "v4_prompt"), ("uc", "v4_negative_prompt")):
        caption = _caption(settings.get(part))
        if caption is not None and not {name, "negative_prompt" if name == "uc" else name} & {
            key for key, written in settings.items() if written is not None
        }:
            settings[name] = caption
    _read_model(outside, settings, registry)
    found = read_named(settings, dialect, registry)
    return Generation(
        dialect,
        found.settings,
        extras=outside | found.extras,
        problems=(*problems, *found.problems),
    )


def _caption(prompt: object) -> str | None:
    """The main text of a version 4 prompt; those of its characters stay in the extras."""
    caption = prompt.get("caption") if isinstance(prompt, Mapping) else None
    text = caption.get("base_caption") if isinstance(caption, Mapping) else None
    return text if isinstance(text, str) else None


def _read_model(outside: dict[str, Any], settings: dict[str, Any], registry: Registry) -> None:
    """``Source`` is the model's name and eight digits of its hash; a request names it ``model``."""
    if "model" not in registry.settings:
        return
    named = outside.pop("model", None)
    if named is not None:
        settings.setdefault("model", named)
    source = outside.get("Source")
    if isinstance(source, str) and len(source) < 500:
        match = _MODEL_AND_HASH.fullmatch(source.strip())
        settings.setdefault("model", match[1] if match else source.strip())
        if match and "model_hash" in registry.settings:
            settings.setdefault("model_hash", match[2])
            del outside["Source"]
        elif not match:
            del outside["Source"]
