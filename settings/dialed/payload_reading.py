"""From a payload in some dialect to canonical settings: the first half of `validate` and `translate`.

Nothing is judged here: what cannot be understood is kept, with the reason, for whoever judges.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from dialed.errors import AmbiguousAliasError, InvalidValueError, UnknownSettingError
from dialed.name_place import Place, facts_of, fit_of
from dialed.suggestion import fold
from dialed.value_conversion import Converter, number, tidy

if TYPE_CHECKING:
    from dialed.model_types import Model
    from dialed.record_registry import Registry
    from dialed.setting_types import Alias, Setting

IMAGE_KEYS = frozenset({"image", "initimage", "initimages", "inputimage"})
"""Names (folded) under which tools take the picture that image-to-image starts from."""

MASK_KEYS = frozenset({"mask", "maskimage", "imagemask", "maskurl", "inpaintmask"})
"""Names (folded) under which tools take the mask that inpainting fills."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a payload and what it states.

    Attributes:
        key: As it was written.
        raw: The value as it was written.
        setting: Canonical id, or None where the key is unknown.
        alias: The alias under which it was written; None for a canonical id.
        stated: Canonical id -> canonical value.
        error: Why the key or value could not be understood.
    """

    key: str
    raw: Any
    setting: str | None
    alias: Alias | None = None
    stated: Mapping[str, Any] = field(default_factory=dict)
    error: UnknownSettingError | AmbiguousAliasError | InvalidValueError | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """A payload, understood as far as it goes.

    Attributes:
        entries: Every key in the order written.
        settings: Canonical id -> value; unknown keys keep their name and value.
        model: The model it is meant for, where known.
        dialect: The dialect it was read in; None for canonical ids.
    """

    entries: tuple[Entry, ...]
    settings: dict[str, Any]
    model: Model | None
    dialect: str | None

    @property
    def image_to_image(self) -> bool:
        """Whether the payload starts from a picture."""
        return "strength" in self.settings or self.has_image

    @property
    def has_image(self) -> bool:
        """Whether the picture to start from is in the payload."""
        return any(fold(entry.key) in IMAGE_KEYS for entry in self.entries)


def _from_text(setting: Setting, value: Any) -> Any:
    """A value from a file that holds nothing but text, as its setting's kind has it."""
    if not isinstance(value, str):
        return value
    if setting.kind in {"integer", "number"}:
        found = number(value)
        return value if found is None else tidy(found, whole=setting.kind == "integer")
    if setting.kind == "flag" and value.strip().casefold() in {"true", "false"}:
        return value.strip().casefold() == "true"
    return value


def alias_under(
    setting: Setting,
    name: str,
    dialect: str | None,
    place: Place,
    lineage: tuple[str, ...] = (),
) -> Alias | None:
    """The alias of ``setting`` that is written ``name``; the one that suits the place best first."""
    key = fold(name)
    if dialect is None and key == fold(setting.id):
        return None
    found = [a for a in setting.aliases if fold(a.name) == key and dialect in {None, a.dialect}]
    for parent in lineage[1:] if not found else ():
        # A name taken over from another tool is this tool's own: its values are named as here.
        found = [
            alias.model_copy(update={"dialect": dialect})
            for alias in setting.aliases
            if fold(alias.name) == key and alias.dialect == parent
        ]
        if found:
            break
    if dialect is None and len({repr(alias.convert) for alias in found}) > 1:
        return None  # tools disagree about the meaning of the value: take it as canonical
    if len(found) > 1 and place.model is not None:
        found.sort(key=lambda a: -fit_of(facts_of(a.where) if a.where else None, place))
    return found[0] if found else None


class Key(NamedTuple):
    """One name of a payload, looked up once for a dialect and model.

    ``direct``: the value is taken as it stands. ``plain``: a canonical value may be written there.
    ``late``: its conversion asks other values.
    """

    setting: Setting | None
    alias: Alias | None
    error: UnknownSettingError | AmbiguousAliasError | None
    direct: bool
    plain: bool
    late: bool


_MOST_KEYS = 4096
_MOST_SUGGESTED = 20


class PayloadReader:
    """Reads payloads of one dialect for one model. Names are looked up once and kept."""

    def __init__(self, registry: Registry, dialect: str | None, model: Model | None) -> None:
        self.registry, self.dialect, self.model = registry, dialect, model
        self.converter = Converter(registry.written)
        index = registry.names
        self._place = Place(index.model(model.id)) if model is not None else Place()
        self._keys: dict[str, Key] = {}
        self._missed = 0
        record = registry.dialects[dialect] if dialect is not None else None
        others = record.other_arguments if record is not None else ()
        self._textual = record is not None and record.kind == "file"
        met = tuple(pipeline.name for pipeline in model.pipelines) if model is not None else ()
        self._no_settings = frozenset(
            other.name
            for other in others
            if not other.pipelines
            or any(fnmatch.fnmatchcase(name, p) for name in met for p in other.pipelines)
        )

    def key(self, name: str) -> Key:
        """What ``name`` means here."""
        found = self._keys.get(name)
        if found is None:
            if len(self._keys) >= _MOST_KEYS:  # payloads come from strangers
                self._keys.clear()
                self._missed = 0
            found = self._keys[name] = self._look_up(name)
        return found

    def is_no_setting(self, name: str) -> bool:
        """Whether the dialect knows ``name`` as something that is no setting (an image, a callback)."""
        return name in self._no_settings or fold(name) in IMAGE_KEYS | MASK_KEYS

    def _look_up(self, name: str) -> Key:
        suggest = self._missed < _MOST_SUGGESTED
        try:
            identifier = self.registry.names.setting(
                name, self.dialect, self._place, suggest=suggest
            )
        except (UnknownSettingError, AmbiguousAliasError) as error:
            self._missed += 1
            return Key(None, None, error, direct=True, plain=True, late=False)
        setting = self.registry.settings[identifier]
        index = self.registry.names
        lineage = index.lineage(self.dialect) if self.dialect is not None else ()
        alias = alias_under(setting, name, self.dialect, self._place, lineage)
        plain = alias is None or (alias.convert is None and alias.off is None)
        plain = plain and not self._offset(name, alias)
        late = alias is not None and alias.convert is not None and alias.convert.how == "function"
        direct = plain and not self._reads_otherwise(setting)
        return Key(setting, alias, None, direct=direct, plain=plain, late=late)

    def _reads_otherwise(self, setting: Setting) -> bool:
        """Whether values are read another way than they are written."""
        return (self._textual and setting.kind in {"integer", "number", "flag"}) or (
            self.dialect == "diffusers" and setting.id == "guidance_scale"
        )

    def _offset(self, name: str, alias: Alias | None) -> float:
        """What the model's pipeline leaves out of its guidance, unless the alias already says so."""
        model = self.model
        if model is None or self.dialect != "diffusers" or name != model.cfg_argument:
            return 0.0
        return model.guidance_offset if alias is None or alias.convert is None else 0.0

    def states(self, name: str, key: Key, raw: Any, stated: Mapping[str, Any]) -> dict[str, Any]:
        """Canonical id -> value of what ``raw``, written under ``name``, says.

        Raises:
            InvalidValueError: The dialect cannot have written such a value.
        """
        setting = key.setting
        if setting is None:
            return {}
        if key.alias is None:
            values = {setting.id: raw}
        else:
            values = self.converter.to_canonical(setting, key.alias, raw, stated)
        if self._textual:
            values = {
                name: _from_text(self.registry.settings[name], v) for name, v in values.items()
            }
        if self.dialect == "diffusers" and setting.id == "guidance_scale":
            scale = values.get("guidance_scale")
            plain = None if isinstance(scale, str) else number(scale)
            if plain is not None:
                if offset := self._offset(name, key.alias):
                    plain += offset
                # Its pipelines ask whether guidance is above 1: all below is the same, off.
                values["guidance_scale"] = 1.0 if 0 <= plain < 1 else plain
        return values

    def understand(self, payload: Mapping[str, Any]) -> Understood:
        """Name and convert every key of ``payload``; a value of None counts as absent."""
        written = [(name, self.key(name), raw) for name, raw in payload.items() if raw is not None]
        stated: dict[str, Any] = {}
        entries: dict[str, Entry] = {}
        # What other values are converted with (strength for steps, sizes) is read first.
        for name, key, raw in sorted(written, key=lambda row: row[1].late):
            setting = key.setting.id if key.setting is not None else None
            try:
                values = self.states(name, key, raw, stated)
            except InvalidValueError as error:
                entries[name] = Entry(name, raw, setting, key.alias, {}, error)
                continue
            entries[name] = Entry(name, raw, setting, key.alias, values, key.error)
            if key.late and len(values) > 1:  # "First pass size" says what "Size" had meant
                stated |= values
            for identifier, value in values.items():
                stated.setdefault(identifier, value)
        settings: dict[str, Any] = {}
        for name, key, raw in written:
            entry = entries[name]
            if key.setting is None:
                settings[name] = raw
            settings |= {i: stated[i] for i in entry.stated}
        ordered = tuple(entries[name] for name, _, _ in written)
        return Understood(ordered, settings, self.model, self.dialect)
