"""The index behind `resolve`: every name of every setting and model, as plain data.

It is built from the records (`index_of`), written as JSON beside them, and read back without a
single record being opened: looking a name up must not cost the parsing of the whole catalogue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from dialed.errors import (
    AmbiguousAliasError,
    UnknownDialectError,
    UnknownModelError,
    UnknownSettingError,
)
from dialed.name_place import ModelFacts, Place, fit_of
from dialed.suggestion import fold, near

if TYPE_CHECKING:
    from dialed.dialect_types import Dialect
    from dialed.model_types import Model
    from dialed.record_base import Record
    from dialed.setting_types import Setting


LONGEST_NAME = 200
"""A longer text is nobody's name for a setting, however much of it is blank."""


class Name(NamedTuple):
    """One name of one setting. ``dialect`` is None for names that belong to no one tool."""

    setting: str
    written: str
    dialect: str | None
    primary: bool
    where: Mapping[str, Any] | None


def lineage_of(model: Model, models: Mapping[str, Model]) -> list[str]:
    """The model's own id, its family and all that it inherits from."""
    found = [model.id, model.family]
    parent = model.inherits
    while parent is not None and parent in models:
        found += [parent, models[parent].family]
        parent = models[parent].inherits if models[parent].inherits not in found else None
    return list(dict.fromkeys(found))


def _setting_names(setting: Setting) -> Iterator[Name]:
    seen = set()
    for alias in setting.aliases:
        where = alias.where.model_dump(mode="json", exclude_defaults=True) if alias.where else None
        yield Name(setting.id, alias.name, alias.dialect, alias.primary, where or None)
        seen.add(fold(alias.name))
    for name in (setting.title, *setting.also_known_as):
        if fold(name) not in seen | {fold(setting.id)}:
            seen.add(fold(name))
            yield Name(setting.id, name, None, primary=False, where=None)


def index_of(records: Mapping[str, Mapping[str, Record]]) -> dict[str, Any]:
    """Build the index as JSON-ready data.

    Args:
        records: For each kind (``settings``, ``models``, ...) its records by id, inheritance expanded.

    Returns:
        ``records`` (ids by kind, in order), ``names``, ``models`` and ``like`` (dialect -> the one it
        took its names from).
    """
    settings = cast("Mapping[str, Setting]", records["settings"])
    models = cast("Mapping[str, Model]", records["models"])
    dialects = cast("Mapping[str, Dialect]", records["dialects"])
    return {
        "records": {kind: list(of_kind) for kind, of_kind in records.items()},
        "names": [list(name) for setting in settings.values() for name in _setting_names(setting)],
        "models": {
            model.id: {
                "names": [model.title, *([model.hub] if model.hub else []), *model.aliases],
                "lineage": lineage_of(model, models),
                "pipelines": [pipeline.name for pipeline in model.pipelines],
                "tasks": [pipeline.task for pipeline in model.pipelines],
            }
            for model in models.values()
        },
        "like": {
            dialect.id: dialect.like for dialect in dialects.values() if dialect.like is not None
        },
    }


class NameIndex:
    """Finds setting ids and model ids by any of their names."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.ids: tuple[str, ...] = tuple(data["records"]["settings"])
        self.dialects: tuple[str, ...] = tuple(data["records"]["dialects"])
        self._like: Mapping[str, str] = data.get("like", {})
        self._canonical = {fold(setting): setting for setting in self.ids}
        self._names: dict[str, list[Name]] = {}
        for row in data["names"]:
            name = Name(*row)
            self._names.setdefault(fold(name.written), []).append(name)
        self._models: dict[str, ModelFacts] = {}
        self._model_names: dict[str, str] = {}
        for identifier, facts in data["models"].items():
            self._models[identifier] = ModelFacts(
                identifier,
                frozenset(facts["lineage"]),
                tuple(facts["pipelines"]),
                frozenset(facts["tasks"]),
            )
        for identifier in self._models:
            self._model_names[fold(identifier)] = identifier
        for identifier, facts in data["models"].items():
            for written in facts["names"]:
                self._model_names.setdefault(fold(written), identifier)
        self._model_shown = [
            *self._models,
            *(n for f in data["models"].values() for n in f["names"]),
        ]

    def model(self, name: str) -> ModelFacts:
        """The model that ``name`` means: an id, a hub repository, a title or an alias, case-blind.

        Raises:
            UnknownModelError: No record has that name.
        """
        identifier = self._model_names.get(fold(name))
        if identifier is None:
            raise UnknownModelError(name, self.near_models(name))
        return self._models[identifier]

    def near_models(self, name: str) -> tuple[str, ...]:
        """Ids of models with names that look like ``name``, best first."""
        close = [self._model_names[fold(shown)] for shown in near(name, self._model_shown, most=6)]
        return tuple(dict.fromkeys(close))[:3]

    def lineage(self, dialect: str) -> tuple[str, ...]:
        """``dialect`` itself, then the ones that it took its names from, nearest first."""
        found = [dialect]
        while (parent := self._like.get(found[-1])) is not None and parent not in found:
            found.append(parent)
        return tuple(found)

    def dialect(self, name: str) -> str:
        """The id of the dialect ``name``, case-blind.

        Raises:
            UnknownDialectError: There is no such dialect.
        """
        if name in self.dialects:
            return name
        for known in self.dialects:
            if fold(known) == fold(name):
                return known
        raise UnknownDialectError(name, near(name, self.dialects), self.dialects)

    def setting(
        self,
        name: str,
        dialect: str | None = None,
        place: Place | None = None,
        *,
        suggest: bool = True,
    ) -> str:
        """The id of the setting that ``name`` means.

        A name of the dialect that is tied to a place which fits wins; then the canonical id; then the
        primary alias. Without a dialect, the setting that most dialects mean.

        Args:
            name: Any spelling of a canonical id or alias.
            dialect: Id of a known dialect, or None.
            place: Where the name was met.
            suggest: Look for near names on a miss (costs a millisecond).

        Raises:
            UnknownSettingError: No setting has that name there.
            AmbiguousAliasError: Several have it and none is preferred.
        """
        key = fold(name) if len(name) <= LONGEST_NAME else name
        place = place or Place()
        rows = self._names.get(key, [])
        canonical = self._canonical.get(key)
        if dialect is None:
            if canonical is not None:
                return canonical
            fitting = [(row, fit_of(row.where, place)) for row in rows]
            fitting = [(row, fit) for row, fit in fitting if fit >= 0]
            if not fitting:
                raise UnknownSettingError(name, None, self.suggestions(name) if suggest else ())
            return self._most_common(name, fitting)
        fitting = []
        for speaker in self.lineage(dialect):
            fitting = [(row, fit_of(row.where, place)) for row in rows if row.dialect == speaker]
            fitting = [(row, fit) for row, fit in fitting if fit >= 0]
            if fitting:
                break
        best = max((fit for _, fit in fitting), default=0)
        if best > 0:
            return self._one(name, [row for row, fit in fitting if fit == best])
        if canonical is not None:
            return canonical
        if not fitting:
            meant = self.suggestions(name, dialect) if suggest else ()
            raise UnknownSettingError(name, dialect, meant)
        return self._one(name, [row for row, _ in fitting])

    @staticmethod
    def _one(name: str, rows: list[Name]) -> str:
        for chosen in (
            {row.setting for row in rows},
            {row.setting for row in rows if row.primary},
            {row.setting for row in rows if row.where is None},
        ):
            if len(chosen) == 1:
                return chosen.pop()
        candidates = {(row.dialect or "", row.setting): None for row in rows}
        raise AmbiguousAliasError(name, tuple(candidates))

    @staticmethod
    def _most_common(name: str, fitting: list[tuple[Name, int]]) -> str:
        votes: Counter[str] = Counter()
        for setting, _ in {(row.setting, row.dialect) for row, _ in fitting}:
            votes[setting] += 1
        ranked = votes.most_common()
        top = [setting for setting, count in ranked if count == ranked[0][1]]
        if len(top) == 1:
            return top[0]
        return NameIndex._one(name, [row for row, _ in fitting if row.setting in top])

    def meanings(self, name: str) -> tuple[Name, ...]:
        """All names spelt like ``name``, in every dialect."""
        return tuple(self._names.get(fold(name), ())) if len(name) <= LONGEST_NAME else ()

    def is_canonical(self, folded: str) -> bool:
        """Whether a folded name is a canonical id."""
        return folded in self._canonical

    def names_in(self, dialect: str) -> frozenset[str]:
        """All names, folded, that ``dialect`` and those it took its names from have for settings."""
        speakers = set(self.lineage(dialect))
        return frozenset(
            key for key, rows in self._names.items() if any(r.dialect in speakers for r in rows)
        )

    def name_in(self, setting: str, dialect: str) -> str | None:
        """What ``dialect`` calls ``setting`` (the first name it lists), or None."""
        for speaker in self.lineage(dialect):
            for rows in self._names.values():
                for row in rows:
                    if row.setting == setting and row.dialect == speaker:
                        return row.written
        return None

    def suggestions(self, name: str, dialect: str | None = None) -> tuple[str, ...]:
        """What somebody may have meant by ``name``, spelt for ``dialect`` where it has a word for it."""
        meant = [row.setting for row in self.meanings(name)]
        if not meant:
            known = {
                written: row.setting
                for rows in self._names.values()
                for row in rows
                for written in (row.written,)
            }
            known |= {setting: setting for setting in self.ids}
            meant = [known[close] for close in near(name, known, most=6)]
        spelt = [
            (self.name_in(setting, dialect) if dialect else None) or setting for setting in meant
        ]
        return tuple(dict.fromkeys(spelt))[:3]
