"""The registry: all records by id, and everything that can be asked of them."""

from __future__ import annotations

import functools
import importlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from dialed.errors import RecordError
from dialed.name_index import NameIndex, index_of

if TYPE_CHECKING:
    from dialed.check_types import Check
    from dialed.checking_case import Facts
    from dialed.dialect_types import Dialect
    from dialed.model_types import Model
    from dialed.payload_reading import PayloadReader
    from dialed.record_base import Record
    from dialed.sampler_types import Sampler, Schedule
    from dialed.setting_types import Setting
    from dialed.written_names import WrittenNames

BUILT = Path(__file__).parent / "built"
"""The records as JSON, one file each, with the index of names."""

KINDS = ("settings", "models", "samplers", "schedules", "dialects")

R_co = TypeVar("R_co", covariant=True)


class Records(Mapping[str, R_co], Generic[R_co]):
    """Records of one kind by id, in record order, immutable. Each is read on its first use."""

    def __init__(self, ids: Iterator[str] | tuple[str, ...], read: Callable[[str], R_co]) -> None:
        self._ids = dict.fromkeys(ids)
        self._read = read
        self._known: dict[str, R_co] = {}

    def __getitem__(self, key: str) -> R_co:
        try:
            return self._known[key]
        except KeyError:
            if key not in self._ids:
                raise
        record = self._known[key] = self._read(key)
        return record

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key in self._ids  # payloads hold anything

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __repr__(self) -> str:
        return f"<{len(self)} records: {', '.join(self._ids)}>"


_TYPES = {
    "settings": ("setting_types", "Setting"),
    "models": ("model_types", "Model"),
    "samplers": ("sampler_types", "Sampler"),
    "schedules": ("sampler_types", "Schedule"),
    "dialects": ("dialect_types", "Dialect"),
}


def _record_type(kind: str) -> type[Record]:
    """The class of the records of ``kind``; loading only the one that is asked for halves the first look-up."""
    module, name = _TYPES[kind]
    found: type[Record] = getattr(importlib.import_module(f"dialed.{module}"), name)
    return found


class Registry:
    """All records, and what can be asked of them.

    ``settings``, ``models``, ``samplers``, ``schedules`` and ``dialects`` are mappings by id in record
    order; ``rules`` are the checks by code. Models stand complete: what they inherit is filled in.

    Args:
        records: For each kind its records by id.
        index: The name index as data; built from the records where it is left out.
    """

    def __init__(
        self, records: Mapping[str, Mapping[str, Record]], index: Mapping[str, Any] | None = None
    ) -> None:
        kinds = {kind: self._frozen(records.get(kind, {})) for kind in KINDS}
        self.settings: Mapping[str, Setting] = cast("Mapping[str, Setting]", kinds["settings"])
        self.models: Mapping[str, Model] = cast("Mapping[str, Model]", kinds["models"])
        self.samplers: Mapping[str, Sampler] = cast("Mapping[str, Sampler]", kinds["samplers"])
        self.schedules: Mapping[str, Schedule] = cast("Mapping[str, Schedule]", kinds["schedules"])
        self.dialects: Mapping[str, Dialect] = cast("Mapping[str, Dialect]", kinds["dialects"])
        self.prepared: dict[tuple[str | None, str | None], Facts] = {}
        """What `validate` knows of a dialect and model before it sees a payload."""
        self._readers: dict[tuple[str | None, str | None], PayloadReader] = {}
        self.names = NameIndex(index_of(kinds) if index is None else index)

    @staticmethod
    def _frozen(records: Mapping[str, Record]) -> Mapping[str, Record]:
        if isinstance(records, Records):
            return records
        return Records(tuple(records), dict(records).__getitem__)

    @functools.cached_property
    def rules(self) -> Mapping[str, Check]:
        """The checks by code."""
        from dialed.checks import CHECKS

        return Records(tuple(CHECKS), CHECKS.__getitem__)

    @functools.cached_property
    def written(self) -> WrittenNames:
        """How samplers and schedules are written in each dialect."""
        from dialed.written_names import WrittenNames

        return WrittenNames(self)

    def reader(self, dialect: str | None, model: Model | None) -> PayloadReader:
        """The reader of payloads of one dialect for one model; made once."""
        key = (dialect, model.id if model is not None else None)
        if (found := self._readers.get(key)) is None:
            from dialed.payload_reading import PayloadReader

            found = self._readers[key] = PayloadReader(self, dialect, model)
        return found

    def model(self, name: str) -> Model:
        """The model or family that ``name`` means: an id, a hub repository or an alias, case-blind.

        Raises:
            UnknownModelError: No record has that name; the error carries suggestions.
        """
        return self.models[self.names.model(name).id]

    def __repr__(self) -> str:
        return f"<Registry: {', '.join(f'{len(getattr(self, kind))} {kind}' for kind in KINDS)}>"


def _built(kind: str, identifier: str) -> Record:
    place = BUILT / kind / f"{identifier}.json"
    try:
        return _record_type(kind).model_validate_json(place.read_bytes())
    except (OSError, ValueError) as error:
        raise RecordError(
            [f"built/{kind}/{identifier}.json cannot be read ({error}); {_CURE}"]
        ) from error


_CURE = "run `dialed records build`, or install dialed again"


@functools.cache
def default_registry() -> Registry:
    """The registry of the records that came with the package, made once.

    Raises:
        RecordError: The built records are missing or damaged.
    """
    place = BUILT / "index.json"
    try:
        index = json.loads(place.read_bytes())
        kinds = {
            kind: Records(tuple(index["records"][kind]), functools.partial(_built, kind))
            for kind in KINDS
        }
        return Registry(kinds, index)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RecordError([f"built/index.json cannot be read ({error}); {_CURE}"]) from error


def load_records(folder: str | Path | None = None) -> Registry:
    """Read the records from their TOML files, uncached: for page builders and for checking records.

    Args:
        folder: Folder with ``settings/``, ``models/``, ...; None for the records of the package.

    Raises:
        RecordError: The records hold problems; the error carries all of them.
    """
    from dialed.records_loading import load_record_set

    return Registry(load_record_set(None if folder is None else Path(folder)).kinds())
