"""The errors of the library. Classes and attributes are public; the text of a message is not.

::

    DialedError
      RecordError            .problems           loading or checking records; holds all of them
      UnknownSettingError    .name .dialect .suggestions       also a KeyError
      UnknownModelError      .name .suggestions                also a KeyError
      UnknownDialectError    .name .suggestions .known         also a KeyError
      AmbiguousAliasError    .name .dialect .candidates        (dialect, setting id) pairs
      AmbiguousDialectError  .candidates                       dialect ids
      InvalidValueError      .setting .value .rule             also a ValueError
      PayloadError           .place                            also a ValueError
"""

from __future__ import annotations

import reprlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialed.record_problem import RecordProblem

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 60


def shown(value: object) -> str:
    """``value`` as a message shows it: its ``repr``, cut where it is long."""
    try:
        return _SHORT.repr(value)
    except ValueError:  # Python writes no whole number of more than 4300 digits
        return "a number of thousands of digits"


class DialedError(Exception):
    """Base of every error that this package raises on purpose."""

    def __str__(self) -> str:
        # A KeyError among the bases would print its text in quotes.
        return Exception.__str__(self)


class RecordError(DialedError):
    """Records that cannot be used.

    Attributes:
        problems: Every problem found, in order of file and line (a text where no one file is to blame).
    """

    def __init__(self, problems: Sequence[RecordProblem | str]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = "1 problem in the records" if count == 1 else f"{count} problems in the records"
        super().__init__("\n".join([f"{head}:", *(f"  {problem}" for problem in self.problems)]))


def _did_you_mean(suggestions: Sequence[str]) -> str:
    return f"; did you mean {' or '.join(suggestions)}?" if suggestions else ""


class UnknownSettingError(DialedError, KeyError):
    """No setting bears this name.

    Attributes:
        name: The name as it was given.
        dialect: Dialect that was asked for, or none.
        suggestions: Names that are near, best first.
    """

    def __init__(
        self, name: str, dialect: str | None = None, suggestions: Sequence[str] = ()
    ) -> None:
        self.name, self.dialect, self.suggestions = name, dialect, tuple(suggestions)
        place = f" in dialect {dialect}" if dialect else ""
        super().__init__(f"no setting is called {shown(name)}{place}{_did_you_mean(suggestions)}")


class UnknownModelError(DialedError, KeyError):
    """No model or family bears this name.

    Attributes:
        name: The name as it was given.
        suggestions: Names that are near, best first.
    """

    def __init__(self, name: str, suggestions: Sequence[str] = ()) -> None:
        self.name, self.suggestions = name, tuple(suggestions)
        super().__init__(f"no model is called {shown(name)}{_did_you_mean(suggestions)}")


class UnknownDialectError(DialedError, KeyError):
    """No dialect bears this name.

    Attributes:
        name: The name as it was given.
        suggestions: Names that are near, best first.
        known: All that there are.
    """

    def __init__(
        self, name: str, suggestions: Sequence[str] = (), known: Sequence[str] = ()
    ) -> None:
        self.name, self.suggestions, self.known = name, tuple(suggestions), tuple(known)
        cure = _did_you_mean(suggestions) or (f"; known are {', '.join(known)}" if known else "")
        super().__init__(f"no dialect is called {shown(name)}{cure}")


class AmbiguousAliasError(DialedError):
    """A name means several settings and no primary one.

    Attributes:
        name: The name as it was given.
        dialect: Dialect that was asked for, or none.
        candidates: Pairs of dialect and setting id.
    """

    def __init__(
        self,
        name: str,
        candidates: Sequence[tuple[str, str]],
        dialect: str | None = None,
    ) -> None:
        self.name, self.dialect = name, dialect
        self.candidates = tuple(candidates)
        meant: dict[str, list[str]] = {}
        for where, setting in self.candidates:
            meant.setdefault(setting, []).append(where)
        listed = ", ".join(
            f"{setting} in {' and '.join(where)}" for setting, where in meant.items()
        )
        cure = "say for which model" if dialect else "say in which dialect, or for which model"
        super().__init__(f"{shown(name)} has several meanings: {listed}; {cure}")


class AmbiguousDialectError(DialedError):
    """A payload fits several dialects that would read it differently.

    Attributes:
        candidates: Ids of the dialects that fit.
    """

    def __init__(self, candidates: Sequence[str]) -> None:
        self.candidates = tuple(candidates)
        listed = " and ".join(self.candidates)
        super().__init__(f"the payload fits {listed}, which read it differently; pass dialect=")


class InvalidValueError(DialedError, ValueError):
    """A value that its setting can never take.

    Attributes:
        setting: Canonical id.
        value: The value as it was given.
        rule: What the value breaks, in words.
    """

    def __init__(self, setting: str, value: object, rule: str, *, cure: str = "") -> None:
        self.setting, self.value, self.rule = setting, value, rule
        end = f"; {cure}" if cure else ""
        super().__init__(f"{setting} = {shown(value)}: {rule}{end}")


class PayloadError(DialedError, ValueError):
    """A payload that cannot be read at all.

    Attributes:
        place: File and line where it went wrong, as far as known.
    """

    def __init__(self, message: str, place: str = "") -> None:
        self.place = place
        super().__init__(f"{place}: {message}" if place else message)
