"""Translation of settings from one dialect to another, with a note for all that does not survive."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from dialed.dialects.prompt_tags import move_loras
from dialed.dialects.second_pass import note_upscaler, settle_switch
from dialed.dialects.shape_and_size import size_of_shape
from dialed.errors import PayloadError, UnknownModelError, shown
from dialed.generation import Generation
from dialed.graph_shape import is_graph
from dialed.name_index import LONGEST_NAME
from dialed.payload_reading import Understood
from dialed.record_registry import Registry, default_registry
from dialed.value_conversion import HUGE, Converter

if TYPE_CHECKING:
    from dialed.model_types import Model

NoteKind = Literal["lost", "converted", "ignored", "added", "approximate"]

NOTE_CODES: dict[NoteKind, str] = {
    "lost": "DIAL501",
    "approximate": "DIAL503",
    "ignored": "DIAL301",
}
"""The checks whose pages explain a note; what is only converted or added is no problem."""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that a translation changed or could not carry over.

    Attributes:
        kind: ``lost`` (not in the result), ``converted`` (same meaning, other value), ``ignored`` (left
            out, for the model does not use it), ``added`` (not in the source, needed in the result),
            ``approximate`` (the nearest that there is).
        setting: Canonical id, or the unknown name.
        message: What and why, for people.
        code: Code of the check that says the same and whose page explains it, or None.
    """

    kind: NoteKind
    setting: str
    message: str
    code: str | None = None

    def __str__(self) -> str:
        return f"{self.setting}: {self.message} ({self.kind})"


@dataclass(frozen=True, slots=True)
class Translation:
    """The outcome of `translate`.

    Attributes:
        payload: The settings as the target dialect writes them.
        notes: Everything that was lost, converted, ignored or added.
        python: Runnable code, where the target is ``diffusers``; else empty.
        dialect: Id of the target dialect.
        settings: What the source said, by canonical id.
        text: The settings as one text, where the target writes one (infotext); else empty.
    """

    payload: dict[str, Any]
    notes: tuple[Note, ...]
    dialect: str
    python: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    text: str = ""


class Draft:
    """A translation in the making: what a dialect's writer is given, and where it leaves its notes.

    Attributes:
        registry: The records.
        source: The payload as it was understood.
        settings: Canonical id -> value.
        model: The model it is meant for, where known.
        dialect: Id of the target dialect.
        generation: What was read of a picture, where that is the source; its adapters, control networks and
            further passes are for writers that can say them, and who writes one says so with `carry`.
        text: The settings as one text, if the writer has one.
    """

    def __init__(
        self,
        registry: Registry,
        source: Understood,
        model: Model | None,
        dialect: str,
        generation: Generation | None = None,
    ) -> None:
        self.generation = generation or Generation("", {})
        self.text = ""
        self._carried: set[str] = set()
        self.registry = registry
        self.source = source
        self.notes: list[Note] = []
        self.settings = {k: v for k, v in source.settings.items() if k in registry.settings}
        for name, value in list(self.settings.items()):
            if isinstance(value, int) and abs(value) >= HUGE:
                self.note("lost", name, "no tool holds a number of hundreds of digits")
                del self.settings[name]
        self.model = model
        self.dialect = dialect
        self.converter = Converter(registry.written)

    def note(self, kind: NoteKind, setting: str, message: str, code: str | None = None) -> None:
        """Leave a note; its code is that of its kind, where a more exact one is not given."""
        self.notes.append(Note(kind, setting, message, code or NOTE_CODES.get(kind)))

    def carry(self, *parts: Literal["loras", "controlnets", "passes"]) -> None:
        """Say that the target holds these parts of the generation."""
        self._carried.update(parts)

    def note_parts(self) -> None:
        """Leave a note for every part of the generation that stays behind."""
        for part, what in _PARTS.items():
            held = getattr(self.generation, part)
            if held and part not in self._carried:
                named = ", ".join(filter(None, (_name_of(item) for item in held[:5])))
                told = f" ({named})" if named else ""
                self.note("lost", part, f"{what}{told} cannot be said here", "DIAL508")


_PARTS = {
    "loras": "the low-rank adapters",
    "controlnets": "the control networks",
    "passes": "the further passes of the sampler",
}


def _name_of(part: object) -> str:
    named = getattr(part, "name", None) or getattr(part, "model", None)
    return shown(named) if named else ""


Writer = Callable[[Draft], tuple[dict[str, Any], str]]
Flatten = Callable[[Mapping[str, Any], Registry], Mapping[str, Any]]


@functools.cache
def _module(dialect: str) -> Any:
    name = f"dialed.dialects.{dialect.replace('-', '_')}"
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return importlib.import_module("dialed.dialects.flat")


def flattened(
    payload: Mapping[str, Any], dialect: str | None, registry: Registry
) -> Mapping[str, Any]:
    """``payload`` with names and values side by side, where the dialect nests them."""
    flatten: Flatten | None = getattr(_module(dialect), "flatten", None) if dialect else None
    return flatten(payload, registry) if flatten else payload


def named_model(registry: Registry, settings: Mapping[str, Any]) -> Model | None:
    """The model that the settings themselves name, if it is known."""
    stated = settings.get("model")
    if not isinstance(stated, str) or len(stated) > LONGEST_NAME:
        return None
    for name in dict.fromkeys((stated, file_stem(stated))):
        try:
            return registry.model(name)
        except UnknownModelError:
            continue
    return None


def file_stem(name: str) -> str:
    """``name`` without folders and the ending of a weight file: local tools name models by their files."""
    stem = name.replace("\\", "/").rpartition("/")[2].strip()
    for ending in (".safetensors", ".ckpt", ".gguf", ".pt", ".pth", ".bin"):
        stem = stem.removesuffix(ending)
    return stem


CANONICAL = "canonical"
"""The pseudo-dialect of canonical ids and values: a target (or source) of translations, no tool."""


def _must_be_settings(payload: object) -> None:
    if not isinstance(payload, Mapping):
        raise PayloadError(f"settings are a mapping of names to values, not {shown(payload)}")
    for name in payload:
        if not isinstance(name, str):
            raise PayloadError(f"{shown(name)}: the name of a setting is a text")


def _from_noise(understood: Understood, dialect: str | None) -> bool:
    """Whether the tool states a strength of 1 though it starts from nothing: an empty latent has a size."""
    return (
        dialect in {"comfyui", "drawthings"}
        and understood.settings.get("strength") == 1
        and "width" in understood.settings
        and not understood.has_image
    )


def translate(
    payload: Mapping[str, Any] | Generation,
    *,
    to: str,
    source: str | None = None,
    model: str | None = None,
    registry: Registry | None = None,
) -> Translation:
    """Write ``payload`` as another tool writes it.

    Args:
        payload: Names and values (canonical ids are understood in every dialect), or what `parse` or
            `read` gave. A graph of ComfyUI is parsed first.
        to: Dialect to write, or ``canonical``.
        source: Dialect it is written in; None for canonical ids and names that mean one thing only.
        model: Model id, hub repository or alias. Without it the payload's own ``model`` counts.
        registry: Other records than those that came with the package.

    Returns:
        The payload of the target and the notes. For ``diffusers``: ``pipeline``, ``scheduler``,
        ``scheduler_arguments``, ``call`` and ``generator_seed``, and runnable code in ``python``.

    Raises:
        UnknownDialectError: There is no dialect of that name.
        UnknownModelError: There is no model of that name.
    """
    generation = None
    if source in {None, "comfyui"} and isinstance(payload, Mapping) and is_graph(payload):
        from dialed.parsing import parse

        payload = parse(payload, "comfyui", registry=registry)
    if isinstance(payload, Generation):
        generation, source = payload, None
        payload = generation.settings
    _must_be_settings(payload)
    registry = registry or default_registry()
    names = registry.names
    source = None if source in {None, CANONICAL} else names.dialect(source or "")
    if to != CANONICAL:
        to = names.dialect(to)
    asked = registry.model(model) if model is not None else None
    payload = flattened(payload, source, registry)
    _must_be_settings(payload)
    reader = registry.reader(source, asked)
    understood = reader.understand(payload)
    if asked is None and (found := named_model(registry, understood.settings)) is not None:
        asked = found
        reader = registry.reader(source, asked)
        understood = reader.understand(payload)
    begins = generation.dialect if generation is not None else source
    from_noise = to not in {CANONICAL, "comfyui"} and _from_noise(understood, begins)
    if from_noise:
        del understood.settings["strength"]
    draft = Draft(registry, understood, asked, to, generation)
    if from_noise:
        message = "1 is what text-to-image does, so it is left out"
        draft.note("converted", "strength", message)
    for entry in understood.entries:
        if entry.key == "model" and asked is not None:
            continue  # it chose the pipeline
        if entry.setting is None and reader.is_no_setting(entry.key):
            draft.note(
                "lost", entry.key, "is no setting but a part of the call; hand it over yourself"
            )
        elif entry.error is not None:
            draft.note("lost", entry.setting or entry.key, str(entry.error))
        elif (
            entry.setting
            and (said := entry.stated.get(entry.setting)) != entry.raw
            and said is not None
        ):
            draft.note(
                "converted", entry.setting, f"{entry.key} {shown(entry.raw)} is {shown(said)}"
            )
    if to == CANONICAL:
        size_of_shape(draft, begins)
        return Translation(dict(draft.settings), tuple(draft.notes), to, "", draft.settings)
    settings = dict(draft.settings)
    move_loras(draft)
    settle_switch(draft)
    size_of_shape(draft, begins)
    write: Writer = _module(to).write
    written, python = write(draft)
    note_upscaler(draft, begins)
    draft.note_parts()
    return Translation(written, tuple(draft.notes), to, python, settings, draft.text)
