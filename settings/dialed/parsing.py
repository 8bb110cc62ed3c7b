"""`parse` and `detect`: from what a tool wrote to canonical settings."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

from dialed.bounded_json import MOST_CHARACTERS, read_json, refuse_depth, whole_characters
from dialed.errors import AmbiguousDialectError, DialedError, PayloadError, shown
from dialed.parsers import FORMATS, infotext
from dialed.record_registry import Registry, default_registry

if TYPE_CHECKING:
    from dialed.generation import Generation

Written = str | Mapping[str, Any] | Sequence[Any]


class Format(Protocol):
    """What every module of `dialed.parsers` offers."""

    DIALECTS: tuple[str, ...]

    def recognise(self, value: Written, registry: Registry) -> tuple[str, ...]:
        """Dialects that may have written ``value``, best first."""

    def parse_as(self, value: Written, dialect: str, registry: Registry) -> Generation:
        """Read ``value`` as ``dialect`` writes it."""


_INFOTEXT = cast("Format", infotext)


@functools.cache
def _formats() -> tuple[Format, ...]:
    return tuple(
        cast("Format", importlib.import_module(f"dialed.parsers.{name}")) for name in FORMATS
    )


def _opened(value: object) -> Written:
    """``value`` with JSON read: texts that hold an object or a list become one.

    Raises:
        PayloadError: It is too long or too deep, or no kind of thing that a tool writes.
    """
    if isinstance(value, (bytes, bytearray)):
        value = _decoded(bytes(value))
    if isinstance(value, str):
        return _opened_text(value)
    if isinstance(value, Mapping | Sequence):
        _must_be_named(value)
        refuse_depth(value)
        return value
    raise PayloadError(f"what a tool wrote is a text, a mapping or a list, not {shown(value)}")


def _opened_text(value: str) -> Written:
    if len(value) > MOST_CHARACTERS:
        raise PayloadError(
            f"longer than {MOST_CHARACTERS // 1_000_000} million characters; settings never are"
        )
    text = whole_characters(value).strip("\ufeff\0 \t\r\n")
    if text[:1] in {"{", "["} and text[-1:] in {"}", "]"}:
        try:
            opened = read_json(text, forgiving=True)
        except PayloadError:
            return text  # a prompt may begin with a bracket
        return cast("Written", opened)
    return text


def _decoded(raw: bytes) -> str:
    """Text from bytes: UTF-8 unless its first bytes say UTF-16; what cannot be read is replaced."""
    utf_16 = raw[:2] in {b"\xff\xfe", b"\xfe\xff"}
    return raw.decode("utf-16" if utf_16 else "utf-8", errors="replace")


def _must_be_named(value: Mapping[Any, Any] | Sequence[Any]) -> None:
    if isinstance(value, Mapping):
        for name in value:
            if not isinstance(name, str):
                raise PayloadError(f"{shown(name)}: the name of a setting is a text")


def _candidates(value: Written, registry: Registry) -> tuple[Format, tuple[str, ...]] | None:
    if isinstance(value, str) and infotext.is_certain(value):
        return _INFOTEXT, infotext.recognise(value, registry)
    for form in _formats():
        if found := form.recognise(value, registry):
            return form, found
    return None


def _of_dialect(dialect: str) -> Format:
    named = [form for form in _formats() if dialect in form.DIALECTS]
    return named[0] if named else _formats()[-1]


def detect(payload: object, *, registry: Registry | None = None) -> str | None:
    """The dialect that ``payload`` is written in, or None where none or several would do.

    Args:
        payload: A text, a mapping or a list.
        registry: Other records than those that came with the package.
    """
    registry = registry or default_registry()
    try:
        value = _opened(payload)
        if (candidates := _candidates(value, registry)) is None:
            return None
        form, found = candidates
        return found[0] if len(found) == 1 else _agreed(form, found, value, registry).dialect
    except DialedError:
        return None


def parse(
    payload: object, dialect: str | None = None, *, registry: Registry | None = None
) -> Generation:
    """Read what a tool wrote about a picture.

    Args:
        payload: Infotext, JSON, a graph, flags of a prompt, or a request's body: as text, as bytes, or
            already read.
        dialect: Dialect it is written in; None to find out.
        registry: Other records than those that came with the package.

    Raises:
        UnknownDialectError: There is no dialect of that name.
        AmbiguousDialectError: Several dialects would read it, and would read it differently.
        PayloadError: It is not what any known tool writes.
    """
    registry = registry or default_registry()
    known = registry.names.dialect(dialect) if dialect is not None else None
    value = _opened(payload)
    if known is not None:
        return _of_dialect(known).parse_as(value, known, registry)
    if (candidates := _candidates(value, registry)) is None:
        raise PayloadError(
            f"{shown(payload)}: nothing here looks like the settings of a known tool; "
            "name the tool: `dialect=` in a program, `--dialect` on the command line (`--from` of translate)"
        )
    return _agreed(*candidates, value, registry)


def _agreed(
    form: Format, dialects: tuple[str, ...], value: Written, registry: Registry
) -> Generation:
    """The reading of the first dialect, if all that fit would say the same.

    A dialect that stumbles over values of which another makes sense does not fit.
    """
    if len(dialects) == 1:
        return form.parse_as(value, dialects[0], registry)
    readings = [form.parse_as(value, dialect, registry) for dialect in dialects]
    fewest = min(len(reading.problems) for reading in readings)
    fitting = [reading for reading in readings if len(reading.problems) == fewest]
    if any(reading.settings != fitting[0].settings for reading in fitting[1:]):
        raise AmbiguousDialectError([reading.dialect for reading in fitting])
    return fitting[0]
