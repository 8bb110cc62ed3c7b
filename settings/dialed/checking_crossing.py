"""What the checks of translation look at: settings on their way from one tool to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dialed.translation import Note, translate

if TYPE_CHECKING:
    from dialed.checking_case import Case
    from dialed.record_registry import Registry
    from dialed.setting_types import Alias, Setting


@dataclass(frozen=True, slots=True)
class Crossing:
    """One payload and what becomes of it in another dialect.

    Attributes:
        case: The payload as it was understood.
        to: Id of the dialect it is taken to.
        payload: As that dialect writes it.
        notes: What the translation lost, converted or approximated.
    """

    case: Case
    to: str
    payload: Mapping[str, Any]
    notes: tuple[Note, ...]

    @classmethod
    def of(cls, case: Case, to: str) -> Crossing:
        """Translate the payload of ``case``."""
        given = case.payload if case.generation is None else case.generation
        source = case.facts.dialect if case.generation is None else None
        model = case.model.id if case.model is not None else None
        result = translate(given, to=to, source=source, model=model, registry=case.registry)
        return cls(case, to, result.payload, result.notes)

    @property
    def registry(self) -> Registry:
        """The records."""
        return self.case.registry

    @property
    def source(self) -> str | None:
        """Id of the dialect the payload is written in; None for canonical ids."""
        return self.case.facts.dialect

    @property
    def speakers(self) -> tuple[str, ...]:
        """The target and the dialects that it took its names from."""
        return self.registry.names.lineage(self.to)

    def coded(self, code: str) -> Iterator[Note]:
        """The notes that bear ``code``, of settings whose values are right to begin with."""
        settings, accepts = self.case.settings, self.case.facts.accepts
        for note in self.notes:
            name = note.setting
            if note.code != code or name not in accepts:
                continue
            if name not in settings or accepts[name](settings[name]):
                yield note

    def aliases(self, setting: Setting, dialects: tuple[str, ...]) -> list[Alias]:
        """The names of ``setting`` in the first of ``dialects`` that has one."""
        for dialect in dialects:
            if found := [alias for alias in setting.aliases if alias.dialect == dialect]:
                return found
        return []
