"""What single pairs of an infotext say. Names are looked up once and kept."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from dialed.errors import DialedError, InvalidValueError
from dialed.name_place import Place
from dialed.parsers.infotext_control import is_control_key
from dialed.parsers.infotext_networks import NUMBERED
from dialed.payload_reading import alias_under
from dialed.value_conversion import number, tidy

if TYPE_CHECKING:
    from dialed.record_registry import Registry
    from dialed.setting_types import Alias, Setting


class Role(IntEnum):
    """How a name's value is read."""

    EXTRA = 0
    """Kept under the tool's own name."""
    INTEGER = 1
    NUMBER = 2
    AS_KIND = 3
    """As its setting's kind has it, with nothing to convert."""
    CONVERTED = 4
    """By its alias' conversion, which asks nothing else."""
    SCHEDULE = 5
    """As converted, unless the sampler's name has stated it."""
    LATE = 6
    """By a conversion that asks other settings."""
    STRENGTH = 7
    """Of image-to-image or of the hires pass, as the other names tell."""
    FIRST_PASS = 8
    NETWORK = 9
    ADDITIONAL_NETWORK = 10
    NUMBERED_NETWORK = 11
    CONTROL = 12
    RESPELT = 13
    """A setting in another case than the tool's: it counts where the tool's own spelling is not there."""


class Meaning(NamedTuple):
    """What a name says."""

    role: Role
    identifier: str
    setting: Setting | None = None
    alias: Alias | None = None


_ROLES = {
    "denoising strength": Role.STRENGTH,
    "first pass size": Role.FIRST_PASS,
    "lora hashes": Role.NETWORK,
    "lora networks": Role.NETWORK,
    "hashes": Role.NETWORK,
    "civitai resources": Role.NETWORK,
    # Prompts have lines of their own; under such a key the tool does not look for one.
    "prompt": Role.EXTRA,
    "negative prompt": Role.EXTRA,
}
_MOST_KEPT = 2048
"""Texts come from strangers."""
_LONGEST_KEPT = 200


class PairReader:
    """Reads single pairs as one dialect writes them."""

    def __init__(self, registry: Registry, dialect: str, pipeline: str | None = None) -> None:
        self.registry, self.dialect = registry, dialect
        self._place = Place(pipeline=pipeline)
        self._reader = registry.reader(dialect, None)
        self.meanings: dict[str, Meaning] = {}
        self.kept: dict[tuple[str, str], tuple[tuple[str, Any], ...]] = {}
        self._refused: dict[tuple[str, str], InvalidValueError] = {}

    def meaning(self, name: str) -> Meaning:
        """What ``name`` says, looked up; callers try ``meanings`` first."""
        if len(self.meanings) >= _MOST_KEPT:
            self.meanings.clear()
        found = self.meanings[name] = self._look_up(name)
        return found

    def _look_up(self, name: str) -> Meaning:
        known = _ROLES.get(name.casefold())
        if known is not None:
            return Meaning(known, "")
        if name.startswith("AddNet "):
            return Meaning(Role.ADDITIONAL_NETWORK, "")
        if name[:5].casefold() == "lora_" and NUMBERED.fullmatch(name):
            return Meaning(Role.NUMBERED_NETWORK, "")
        if is_control_key(name):
            return Meaning(Role.CONTROL, "")
        try:
            identifier = self.registry.names.setting(name, self.dialect, self._place, suggest=False)
        except DialedError:
            return Meaning(Role.EXTRA, "")
        if self._reader.is_no_setting(name):
            return Meaning(Role.EXTRA, "")
        setting = self.registry.settings[identifier]
        lineage = self.registry.names.lineage(self.dialect)
        alias = alias_under(setting, name, self.dialect, Place(), lineage)
        role = _role(setting, alias)
        if alias is not None and alias.name != name and role is not Role.LATE:
            role = Role.RESPELT
        return Meaning(role, identifier, setting, alias)

    def said(
        self, name: str, value: str, meaning: Meaning, stated: Mapping[str, Any]
    ) -> tuple[tuple[str, Any], ...]:
        """Canonical ids and values of what a pair says; ``kept``, where nothing else is asked.

        Raises:
            InvalidValueError: The value is none that the tool could have written.
        """
        if meaning.role is Role.LATE or len(value) > _LONGEST_KEPT:
            return tuple(self._read(value, meaning, stated).items())
        key = (name, value)
        if (refused := self._refused.get(key)) is not None:
            raise InvalidValueError(refused.setting, refused.value, refused.rule)
        said = self.kept.get(key)
        if said is None:
            if len(self.kept) + len(self._refused) >= _MOST_KEPT:
                self.kept.clear()
                self._refused.clear()
            try:
                said = self.kept[key] = tuple(self._read(value, meaning, stated).items())
            except InvalidValueError as error:
                self._refused[key] = error  # looking for near names takes its time
                raise
        return said

    def _read(self, value: str, meaning: Meaning, stated: Mapping[str, Any]) -> dict[str, Any]:
        setting, alias = meaning.setting, meaning.alias
        if setting is None:
            return {}
        if alias is None or (alias.convert is None and alias.off is None):
            return {setting.id: of_kind(setting, value)}
        if setting.id == "sampler":
            return self._sampler(value)
        said = self._reader.converter.to_canonical(setting, alias, value, stated)
        settings = self.registry.settings
        return {
            i: of_kind(settings[i], v) if isinstance(v, str) and i in settings else v
            for i, v in said.items()
        }

    def _sampler(self, name: str) -> dict[str, Any]:
        """Sampler, and schedule where the name holds one too."""
        written = self.registry.written
        found = written.sampler_of_any_tool(self.dialect, name)
        if found is None:
            rule = written.unknown("samplers", self.dialect, name)
            raise InvalidValueError("sampler", name, rule)
        stated = {"sampler": found.record}
        return stated if found.schedule is None else stated | {"schedule": found.schedule}


def _role(setting: Setting, alias: Alias | None) -> Role:
    if alias is None or (alias.convert is None and alias.off is None):
        return {"integer": Role.INTEGER, "number": Role.NUMBER}.get(setting.kind, Role.AS_KIND)
    if alias.convert is not None and alias.convert.how == "function":
        return Role.LATE
    return Role.SCHEDULE if setting.id == "schedule" else Role.CONVERTED


def of_kind(setting: Setting, value: Any) -> Any:
    """A written value as the kind of its setting has it.

    Raises:
        InvalidValueError: It should be a number and is none.
    """
    kind = setting.kind
    if not isinstance(value, str):
        return value
    if kind == "flag":
        return {"true": True, "false": False}.get(value.casefold(), value)
    if kind not in {"integer", "number"}:
        return value
    plain = number(value)
    if plain is None:
        raise InvalidValueError(setting.id, value, "it is no number")
    return tidy(plain, whole=True) if kind == "integer" else float(plain)


@functools.lru_cache(maxsize=16)
def reader_of(registry: Registry, dialect: str, pipeline: str | None = None) -> PairReader:
    """The reader of pairs of ``dialect``, made once; some names hang on the diffusers pipeline."""
    return PairReader(registry, dialect, pipeline)
