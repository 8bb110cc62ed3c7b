"""Translation of settings from one dialect to another, with a note for all that does not survive."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from dialed.errors import PayloadError, UnknownModelError, shown
from dialed.payload_reading import Understood
from dialed.record_registry import Registry, default_registry
from dialed.value_conversion import HUGE, Converter

if TYPE_CHECKING:
    from dialed.model_types import Model

NoteKind = Literal["lost", "converted", "ignored", "added", "approximate"]


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that a translation changed or could not carry over.

    Attributes:
        kind: ``lost`` (not in the result), ``converted`` (same meaning, other value), ``ignored`` (left
            out, for the model does not use it), ``added`` (not in the source, needed in the result),
            ``approximate`` (the nearest that there is).
        setting: Canonical id, or the unknown name.
        message: What and why, for people.
    """

    kind: NoteKind
    setting: str
    message: str

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
    """

    payload: dict[str, Any]
    notes: tuple[Note, ...]
    dialect: str
    python: str = ""
    settings: dict[str, Any] = field(default_factory=dict)


class Draft:
    """A translation in the making: what a dialect's writer is given, and where it leaves its notes.

    Attributes:
        registry: The records.
        source: The payload as it was understood.
        settings: Canonical id -> value.
        model: The model it is meant for, where known.
        dialect: Id of the target dialect.
    """

    def __init__(
        self, registry: Registry, source: Understood, model: Model | None, dialect: str
    ) -> None:
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

    def note(self, kind: NoteKind, setting: str, message: str) -> None:
        """Leave a note."""
        self.notes.append(Note(kind, setting, message))


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
    if not isinstance(stated, str):
        return None
    try:
        return registry.model(stated)
    except UnknownModelError:
        return None


CANONICAL = "canonical"
"""The pseudo-dialect of canonical ids and values: a target (or source) of translations, no tool."""


def _must_be_settings(payload: object) -> None:
    if not isinstance(payload, Mapping):
        raise PayloadError(f"settings are a mapping of names to values, not {shown(payload)}")
    for name in payload:
        if not isinstance(name, str):
            raise PayloadError(f"{shown(name)}: the name of a setting is a text")


def translate(
    payload: Mapping[str, Any],
    *,
    to: str,
    source: str | None = None,
    model: str | None = None,
    registry: Registry | None = None,
) -> Translation:
    """Write ``payload`` as another tool writes it.

    Args:
        payload: Names and values; canonical ids are understood in every dialect.
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
    draft = Draft(registry, understood, asked, to)
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
        return Translation(dict(draft.settings), tuple(draft.notes), to, "", draft.settings)
    write: Writer = _module(to).write
    written, python = write(draft)
    return Translation(written, tuple(draft.notes), to, python, dict(draft.settings))
