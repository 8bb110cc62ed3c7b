"""What Civitai's generator writes beside a graph: the settings of the first picture, as JSON text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dialed.bounded_json import read_json
from dialed.errors import PayloadError
from dialed.generation import Generation

if TYPE_CHECKING:
    from dialed.record_registry import Registry

KEY = "extraMetadata"
BESIDE = frozenset({KEY, "extra"})
"""Members of an API graph that are no nodes."""

_NAMES = {
    "prompt": "prompt",
    "negativePrompt": "negative_prompt",
    "cfgScale": "guidance_scale",
    "clipSkip": "clip_skip",
    "steps": "num_inference_steps",
    "seed": "seed",
    "width": "width",
    "height": "height",
}


def with_what_stands_beside(
    generation: Generation, value: Mapping[str, Any], registry: Registry
) -> Generation:
    """``generation`` with what the graph itself does not say filled in from beside it."""
    text = value.get(KEY)
    if not isinstance(text, str):
        return generation
    try:
        beside = read_json(text, forgiving=True)
    except PayloadError:
        return generation
    if not isinstance(beside, Mapping):
        return generation
    found = {
        identifier: beside[name]
        for name, identifier in _NAMES.items()
        if isinstance(beside.get(name), str | int | float)
    }
    sampler = beside.get("sampler")
    if isinstance(sampler, str):
        # Civitai writes samplers as A1111 does.
        meaning = registry.written.find("samplers", "a1111", sampler, combined=True)
        found["sampler"] = meaning.record if meaning is not None else sampler
        if meaning is not None and meaning.schedule is not None:
            found["schedule"] = meaning.schedule
    known = {k: v for k, v in found.items() if k in registry.settings}
    rest = {k: v for k, v in beside.items() if k not in {*_NAMES, "sampler"}}
    problems = generation.problems if generation.settings or not known else ()
    return replace(
        generation,
        settings=known | generation.settings,
        extras={**rest, **generation.extras},
        problems=problems,
    )
