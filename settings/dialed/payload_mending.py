"""Certain cures written into a JSON text: only what is cured changes, order and layout stay."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from dialed.bounded_json import read_json

if TYPE_CHECKING:
    from dialed.check_types import Fix
    from dialed.checking import Report

MOST_ROUNDS = 20
"""A cure may show another problem; after so many rounds it goes round in circles."""
_BLANK = " \t\r\n"
_DECODER = json.JSONDecoder(parse_constant=str)


class Member(NamedTuple):
    """One name and value of an object, by their places in the text.

    ``depth`` is 1 in the outermost object; ``before`` is where the previous value ends, or the brace;
    ``after`` is where the next name begins, or None for the last one.
    """

    name: str
    depth: int
    name_start: int
    name_end: int
    value_start: int
    value_end: int
    before: int
    after: int | None


@dataclass(frozen=True, slots=True)
class Mended:
    """A text after all certain cures.

    Attributes:
        text: The mended text.
        report: What is still wrong with it.
        fixes: The cures, in the order in which they were applied.
    """

    text: str
    report: Report
    fixes: tuple[Fix, ...]


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in _BLANK:
        place += 1
    return place


def _value(text: str, place: int, depth: int, found: list[Member]) -> int:
    """The end of the value that begins at ``place``; members of objects inside are added to ``found``."""
    if text[place] == "{":
        return _object(text, place, depth + 1, found)
    if text[place] == "[":
        place = _skip(text, place + 1)
        while text[place] != "]":
            place = _skip(text, _value(text, place, depth + 1, found))
            if text[place] == ",":
                place = _skip(text, place + 1)
        return place + 1
    return _DECODER.raw_decode(text, place)[1]


def _object(text: str, place: int, depth: int, found: list[Member]) -> int:
    own: list[Member] = []
    before = place + 1
    place = _skip(text, before)
    while text[place] != "}":
        start = place
        name, name_end = _DECODER.raw_decode(text, start)
        value_start = _skip(text, _skip(text, name_end) + 1)
        value_end = _value(text, value_start, depth, found)
        if own:
            own[-1] = own[-1]._replace(after=start)
        own.append(Member(name, depth, start, name_end, value_start, value_end, before, None))
        before = value_end
        place = _skip(text, value_end)
        if text[place] == ",":
            place = _skip(text, place + 1)
    found += own
    return place + 1


def members(text: str) -> list[Member]:
    """All names of all objects in ``text``, which must be JSON that `read_json` has accepted."""
    found: list[Member] = []
    _value(text, _skip(text, 0), 0, found)
    return found


def member_of(known: Iterable[Member], key: str) -> Member | None:
    """The place that ``key`` names: in the outermost object, else the only one further in."""
    named = [member for member in known if member.name == key]
    outermost = [member for member in named if member.depth == 1]
    chosen = outermost or named
    return chosen[0] if len(chosen) == 1 else None


def line_and_column(text: str, place: int) -> tuple[int, int]:
    """Both counted from 1."""
    return text.count("\n", 0, place) + 1, place - (text.rfind("\n", 0, place) + 1) + 1


def _edit(text: str, member: Member, fix: Fix) -> tuple[int, int, str]:
    """What to put between which places of ``text``."""
    if fix.action == "set":
        return member.value_start, member.value_end, _written(fix.value)
    if fix.action == "rename":
        return member.name_start, member.name_end, _written(str(fix.value))
    if member.after is not None:
        return member.name_start, member.after, ""
    end = member.value_end
    if text[member.before - 1] == "{":  # the only one
        end = _skip(text, end)
    return member.before, end, ""


def _written(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    # Halves of characters cannot be stored as UTF-8, only escaped.
    return json.dumps(value) if any("\ud800" <= c <= "\udfff" for c in text) else text


def apply_fixes(text: str, fixes: Iterable[Fix]) -> tuple[str, tuple[Fix, ...]]:
    """``text`` with the cures that can be placed, at most one for each key, and those cures."""
    known = members(text)
    edits: dict[int, tuple[int, int, str]] = {}
    done: list[Fix] = []
    for fix in fixes:
        member = member_of(known, fix.key)
        if member is None or member.name_start in edits:
            continue
        if fix.action == "remove" and edits:
            continue  # its neighbours' places may have moved: next round
        edits[member.name_start] = _edit(text, member, fix)
        done.append(fix)
        if fix.action == "remove":
            break
    for start, end, replacement in sorted(edits.values(), reverse=True):
        text = text[:start] + replacement + text[end:]
    return text, tuple(done)


def mend(text: str, check: Callable[[Mapping[str, Any]], Report]) -> Mended:
    """Apply every certain cure, and those that the mended text calls for.

    Args:
        text: JSON text of one object.
        check: What `dialed.validate` says of it, bound to a model and dialect.

    Raises:
        PayloadError: The text is no JSON, or not within bounds.
    """
    applied: list[Fix] = []
    seen = {text}
    report = check(read_json(text))
    for _ in range(MOST_ROUNDS):
        changed, done = apply_fixes(text, _fixes(report))
        if not done or changed in seen:
            break
        text = changed
        seen.add(text)
        applied += done
        report = check(read_json(text))
    return Mended(text, report, tuple(applied))


def _fixes(report: Report) -> Iterator[Fix]:
    for problem in report.problems:
        if problem.fix is not None:
            yield problem.fix
