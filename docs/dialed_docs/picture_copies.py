"""The settings of a published picture as other tools write them: what the copy buttons hand out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dialed import DialedError, translate
from dialed_docs.site_records import Registry
from dialed_generator.manifest import ImageEntry

TOOLS = ("a1111", "comfyui")
"""Dialects of the copies; diffusers is written by `diffusers_code`, from what the renderer really ran."""
MARKS = frozenset("()[]{}<>|\\\n\r\t")
"""What a tool may read inside a prompt: emphasis, alternatives, adapters, lines."""
PROMPT, NEGATIVE, SEED = "dialedprompt", "dialednegative", 876543219


@dataclass(frozen=True)
class Copy:
    """One text for a clipboard.

    Args:
        text: The settings as the tool reads them.
        lost: Settings that the tool cannot be told.
    """

    text: str
    lost: tuple[str, ...]


@dataclass
class Copies:
    """Writes copies, and writes settings that differ in prompt and seed alone only once.

    Translating asks for the records' conversions anew each time, which for thousands of pictures would take longer
    than the whole rest of the site. Prompt and seed go through unchanged where they hold nothing that a tool reads.

    Args:
        registry: All records.
    """

    registry: Registry
    _known: dict[str, Copy] = field(default_factory=dict)

    def of(self, image: ImageEntry) -> dict[str, Copy]:
        """The copy of an image for each tool that can be told anything about it."""
        if image.model not in self.registry.models:
            return {}
        found = {tool: self._copy(image, tool) for tool in TOOLS}
        return {tool: copy for tool, copy in found.items() if copy is not None}

    def _copy(self, image: ImageEntry, tool: str) -> Copy | None:
        settings: dict[str, Any] = dict(image.settings)
        words = {PROMPT: settings.get("prompt"), NEGATIVE: settings.get("negative_prompt")}
        if not all(_goes_through(word) for word in words.values()) or "seed" not in settings:
            return self._written(image.model, settings, tool)
        stood = settings | {"seed": SEED}
        for (mark, word), name in zip(words.items(), ("prompt", "negative_prompt"), strict=True):
            if word:
                stood[name] = mark
        key = json.dumps([tool, image.model, stood], sort_keys=True)
        if key not in self._known:
            found = self._written(image.model, stood, tool)
            if found is None:
                return None
            self._known[key] = found
        text = self._known[key].text.replace(str(SEED), str(settings["seed"]))
        for mark, word in words.items():
            if word:
                inside = json.dumps(word, ensure_ascii=False)[1:-1] if tool == "comfyui" else word
                text = text.replace(mark, str(inside))
        return Copy(text, self._known[key].lost)

    def _written(self, model: str, settings: Mapping[str, Any], tool: str) -> Copy | None:
        try:
            told = translate(
                {**settings, "model": model}, to=tool, model=model, registry=self.registry
            )
        except DialedError:
            return None  # a value that the tool cannot hold: there is nothing to copy
        text = told.text or json.dumps(told.payload, ensure_ascii=False, indent=1)
        lost = dict.fromkeys(n.setting for n in told.notes if n.kind == "lost")
        return Copy(text, tuple(lost))


def _goes_through(word: object) -> bool:
    """Whether every tool takes a prompt as it is: plain words without marks, and not empty."""
    if word is None or word == "":
        return True
    return isinstance(word, str) and not MARKS & set(word) and word == word.strip()
