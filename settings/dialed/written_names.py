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
    from dialed.sampler_types import Sampler, Schedule, ToolName


class Meaning(NamedTuple):
    """What one written name states."""

    record: str
    schedule: str | None
    tool: ToolName | None


def _schedule_beside(sampler: str) -> str:
    """The setting that holds the schedule of the setting ``sampler``: a second pass has both of its own."""
    return sampler.removesuffix("sampler") + "schedule"


SINGULAR = {"samplers": "sampler", "schedules": "schedule", "models": "model"}


def _fields(record: Sampler | Schedule) -> Iterator[ToolName]:
    """The names that a field can hold; what is a node of its own cannot be written as a name."""
    return (tool for tool in record.names if not tool.node)


class WrittenNames:
    """Index of the names of sampler and schedule records, by dialect."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._meanings: dict[tuple[str, str], dict[str, Meaning]] = {}
        self._spoken_names: dict[tuple[str, str], dict[str, Meaning]] = {}
        for kind in ("samplers", "schedules"):
            for record in getattr(registry, kind).values():
                for tool in _fields(record):
                    of_dialect = self._meanings.setdefault((kind, tool.dialect), {})
                    key = fold(tool.name)
                    if key not in of_dialect or tool.preferred:
                        of_dialect[key] = Meaning(record.id, tool.schedule, tool)

    def _spoken(self, kind: str, dialect: str) -> tuple[str, ...]:
        """The dialects whose names ``dialect`` writes, its own first.

        A tool's API without names of its own uses the tool's; a tool that grew out of another adds names to
        that one's.
        """
        tool = dialect.removesuffix("-api")
        if tool != dialect and (kind, dialect) not in self._meanings:
            dialect = tool
        return self._registry.names.lineage(dialect)

    def _named(self, kind: str, dialect: str) -> Mapping[str, Meaning]:
        """All names of ``kind`` in ``dialect``, folded, with what they state."""
        known = self._spoken_names.get((kind, dialect))
        if known is None:
            known = {}
            for speaker in reversed(self._spoken(kind, dialect)):
                known |= self._meanings.get((kind, speaker), {})
            self._spoken_names[kind, dialect] = known
        return known

    def _tools(self, record: Sampler | Schedule, kind: str, dialect: str) -> list[ToolName]:
        """What ``dialect`` calls ``record``: its own names, else those of the tool it grew out of."""
        for speaker in self._spoken(kind, dialect):
            found = [tool for tool in _fields(record) if tool.dialect == speaker]
            if found:
                return found
        return []

    def known(self, kind: str, dialect: str | None) -> tuple[str, ...]:
        """Names of ``kind`` that can be written in ``dialect`` (canonical ids where it is None)."""
        if dialect is None:
            return tuple(getattr(self._registry, kind))
        meanings = self._named(kind, dialect).values()
        return tuple(dict.fromkeys(m.tool.name if m.tool else m.record for m in meanings))

    def find(self, kind: str, dialect: str | None, name: str, *, combined: bool) -> Meaning | None:
        """What ``name`` states in ``dialect``, or None. Canonical ids are understood everywhere."""
        key = fold(name)
        if dialect is not None:
            of_dialect = self._named(kind, dialect)
            if key in of_dialect:
                return of_dialect[key]
            if combined:
                for end, schedule in self._named("schedules", dialect).items():
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

    def sampler_of_any_tool(self, dialect: str | None, name: str) -> Meaning | None:
        """What a sampler's name states, in ``dialect`` or else in any tool's way of writing.

        People and other programs write the names of the two big interfaces everywhere; nodes of ComfyUI that write
        infotext set ``_gpu`` and the schedule behind them.
        """
        if (found := self.find("samplers", dialect, name, combined=True)) is not None:
            return found
        for tool, written in (("a1111", name), ("comfyui", fold(name).replace("gpu", ""))):
            if (found := self.find("samplers", tool, written, combined=True)) is not None:
                return found
        return next((meaning for _, meaning in self.anywhere("samplers", name)), None)

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
                    stated[_schedule_beside(setting)] = found.schedule
                return stated
        raise InvalidValueError(setting, value, self.unknown(convert.of, dialect, value))

    def unknown(self, kind: str, dialect: str | None, value: Any) -> str:
        """The rule that ``value`` breaks, with the names it may have meant."""
        singular = SINGULAR[kind]
        rule = f"no {singular} of that name is known" + (f" in {dialect}" if dialect else "")
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
        speakers = self._registry.names.lineage(dialect)
        return schedule is not None and any(a.dialect in speakers for a in schedule.aliases)

    def _spelt(self, kind: str, record: str, dialect: str | None) -> str | None:
        if dialect is None:
            return record
        tools = self._tools(getattr(self._registry, kind)[record], kind, dialect)
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
        # A name taken over from another tool may mean another record here (UniPC in SD.Next is the bh2 kind).
        own = self._named(convert.of, dialect)
        tools = [
            tool
            for tool in self._tools(record, convert.of, dialect)
            if tool.dialect == dialect or own.get(fold(tool.name), (value,))[0] == value
        ]
        combined = convert.of == "samplers" and convert.combined
        wanted = settings.get(_schedule_beside(setting)) if combined else None
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
