"""How samplers and schedules are written in each dialect, both ways.

Some tools write the two as one name ("DPM++ 2M Karras"); the records list the names, and this index
also reads a sampler's name followed by a schedule's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dialed.errors import InvalidValueError
from dialed.suggestion import fold, listed, near

if TYPE_CHECKING:
    from dialed.conversion import Names
    from dialed.record_registry import Registry
    from dialed.sampler_types import ToolName


class Meaning(NamedTuple):
    """What one written name states."""

    record: str
    schedule: str | None
    tool: ToolName | None


SINGULAR = {"samplers": "sampler", "schedules": "schedule", "models": "model"}


class WrittenNames:
    """Index of the names of sampler and schedule records, by dialect."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._meanings: dict[tuple[str, str], dict[str, Meaning]] = {}
        for kind in ("samplers", "schedules"):
            for record in getattr(registry, kind).values():
                for tool in record.names:
                    of_dialect = self._meanings.setdefault((kind, tool.dialect), {})
                    key = fold(tool.name)
                    if key not in of_dialect or tool.preferred:
                        of_dialect[key] = Meaning(record.id, tool.schedule, tool)

    def _spoken(self, kind: str, dialect: str) -> str:
        """The dialect whose names ``dialect`` writes: a tool's API without names of its own uses the tool's."""
        tool = dialect.removesuffix("-api")
        own = (kind, dialect) in self._meanings
        return dialect if own or (kind, tool) not in self._meanings else tool

    def known(self, kind: str, dialect: str | None) -> tuple[str, ...]:
        """Names of ``kind`` that can be written in ``dialect`` (canonical ids where it is None)."""
        if dialect is None:
            return tuple(getattr(self._registry, kind))
        meanings = self._meanings.get((kind, self._spoken(kind, dialect)), {}).values()
        return tuple(dict.fromkeys(m.tool.name if m.tool else m.record for m in meanings))

    def find(self, kind: str, dialect: str | None, name: str, *, combined: bool) -> Meaning | None:
        """What ``name`` states in ``dialect``, or None. Canonical ids are understood everywhere."""
        key = fold(name)
        if dialect is not None:
            of_dialect = self._meanings.get((kind, self._spoken(kind, dialect)), {})
            if key in of_dialect:
                return of_dialect[key]
            if combined:
                spoken = self._spoken("schedules", dialect)
                for end, schedule in self._meanings.get(("schedules", spoken), {}).items():
                    if key.endswith(end) and (whole := of_dialect.get(key[: -len(end)])):
                        return Meaning(whole.record, schedule.record, whole.tool)
        for identifier in getattr(self._registry, kind):
            if fold(identifier) == key:
                return Meaning(identifier, None, None)
        return None

    def anywhere(self, kind: str, name: str) -> Iterator[tuple[str, Meaning]]:
        """(dialect, meaning) of every dialect that writes ``name``."""
        for (of_kind, dialect), meanings in self._meanings.items():
            if of_kind == kind and fold(name) in meanings:
                yield dialect, meanings[fold(name)]

    def meaning(self, setting: str, convert: Names, dialect: str, value: Any) -> dict[str, Any]:
        """What ``value`` states under an alias that is written by name.

        Raises:
            InvalidValueError: No record lists that name for the dialect.
        """
        if convert.of == "models":
            return {setting: value}
        if isinstance(value, str):
            found = self.find(convert.of, dialect, value, combined=convert.combined)
            if found is not None:
                stated = {setting: found.record}
                if found.schedule is not None and convert.of == "samplers":
                    stated["schedule"] = found.schedule
                return stated
        raise InvalidValueError(setting, value, self.unknown(convert.of, dialect, value))

    def unknown(self, kind: str, dialect: str | None, value: Any) -> str:
        """The rule that ``value`` breaks, with the names it may have meant."""
        singular = SINGULAR[kind]
        rule = f"no {singular} of that name" + (f" in {dialect}" if dialect else "")
        if not isinstance(value, str):
            return f"a {singular} is written by its name"
        meant = self.meant(kind, dialect, value)
        return f"{rule}; did you mean {listed(meant)}?" if meant else rule

    def meant(self, kind: str, dialect: str | None, value: str) -> tuple[str, ...]:
        """Names of ``dialect`` that ``value`` may stand for: what other tools mean by it, else near ones."""
        elsewhere = [m.record for _, m in self.anywhere(kind, value)]
        spelt = [self._spelt(kind, record, dialect) for record in dict.fromkeys(elsewhere)]
        return tuple(filter(None, spelt)) or near(value, self.known(kind, dialect))

    def _has_schedules(self, dialect: str) -> bool:
        schedule = self._registry.settings.get("schedule")
        return schedule is not None and any(alias.dialect == dialect for alias in schedule.aliases)

    def _spelt(self, kind: str, record: str, dialect: str | None) -> str | None:
        if dialect is None:
            return record
        spoken = self._spoken(kind, dialect)
        tools = [
            tool for tool in getattr(self._registry, kind)[record].names if tool.dialect == spoken
        ]
        tools.sort(key=lambda tool: not tool.preferred)
        return tools[0].name if tools else None

    def name(self, setting: str, convert: Names, dialect: str, settings: Mapping[str, Any]) -> str:
        """How ``dialect`` writes the sampler, schedule or model in ``settings``.

        A combined name states the schedule too where a record lists one for it.

        Raises:
            InvalidValueError: The dialect has no name for it.
        """
        value = settings[setting]
        if convert.of == "models":
            return str(value)
        records = getattr(self._registry, convert.of)
        record = records.get(value) if isinstance(value, str) else None
        if record is None:
            raise InvalidValueError(setting, value, self.unknown(convert.of, None, value))
        spoken = self._spoken(convert.of, dialect)
        tools = [tool for tool in record.names if tool.dialect == spoken]
        wanted = settings.get("schedule") if convert.of == "samplers" and convert.combined else None
        plain = [tool for tool in tools if tool.schedule is None]
        plain.sort(key=lambda tool: not tool.preferred)
        with_schedule = [tool for tool in tools if wanted is not None and tool.schedule == wanted]
        # Where the dialect has a place for the schedule, the sampler's name need not state it.
        first, second = (
            (plain, with_schedule) if self._has_schedules(dialect) else (with_schedule, plain)
        )
        for tool in (*first, *second, *tools):
            return str(tool.name)
        raise InvalidValueError(setting, value, f"{dialect} has no name for it")
