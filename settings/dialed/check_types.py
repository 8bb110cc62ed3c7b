"""What a check is: a rule over settings with a code, a function and its documentation."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from dialed.checking import Report
    from dialed.checking_case import Facts
    from dialed.generation import Generation
    from dialed.model_types import Model
    from dialed.record_registry import Registry

Severity = Literal["error", "warning", "hint"]
LooksAt = Literal["entry", "value", "settings", "generation", "translation"]


@dataclass(frozen=True, slots=True)
class Fix:
    """A certain cure: a new value, a new name, or removal of one key of the payload.

    Attributes:
        key: The key as written.
        action: What to do with it.
        value: New value (``set``) or new name (``rename``).
    """

    key: str
    action: Literal["set", "rename", "remove"]
    value: Any = None

    def __str__(self) -> str:
        if self.action == "remove":
            return f"remove {self.key}"
        if self.action == "rename":
            return f"write {self.value} instead of {self.key}"
        return f"set {self.key} to {self.value!r}"

    def apply(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """A copy of ``payload`` with the cure applied; order is kept."""
        changed: dict[str, Any] = {}
        for key, value in payload.items():
            if key != self.key:
                changed[key] = value
            elif self.action == "set":
                changed[key] = self.value
            elif self.action == "rename":
                changed[str(self.value)] = value
        if self.action == "set" and self.key not in payload:
            changed[self.key] = self.value
        return changed


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. The text says thing, value, rule and cure."""

    setting: str | None
    message: str
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """What a page shows and a test runs.

    Attributes:
        payload: Names and values; or a text that a tool wrote, which `dialed.parse` reads first.
        model: Model it is meant for.
        dialect: Tool it is written for.
        to: Tool it is to be translated to.
    """

    payload: Mapping[str, Any] | str
    model: str | None = None
    dialect: str | None = None
    to: str | None = None

    def report(self, registry: Registry | None = None) -> Report:
        """What `dialed.validate` says about it.

        Raises:
            DialedError: The records know no such model or tool.
        """
        from dialed.checking import validate

        given: Mapping[str, Any] | Generation
        if isinstance(self.payload, str):
            from dialed.parsing import parse

            given, dialect = parse(self.payload, self.dialect, registry=registry), None
        else:
            given, dialect = self.payload, self.dialect
        return validate(given, model=self.model, dialect=dialect, to=self.to, registry=registry)


@dataclass(frozen=True, slots=True)
class Check:
    """One rule.

    Attributes:
        code: ``DIAL`` and three digits; the first says the family (1 names, 2 values, 3 model fit,
            4 interactions, 5 translation).
        name: Short name in lower case with hyphens.
        severity: ``error`` cannot work or means something else than written; ``warning`` does nothing or
            harms; ``hint`` may be meant.
        looks_at: ``entry``: one key that was not understood or clashes; ``value``: one value that is not
            plainly within its limits; ``settings``: the settings together; ``generation``: what was read from
            a tool's own text or file; ``translation``: what becomes of the settings in another tool.
        settings: Canonical ids, one of which must be present (``settings`` checks only; empty: any).
        needs: Canonical ids, all of which must be present (``settings`` checks only).
        what: What the rule says, one sentence.
        why: Why it matters, with the mechanism.
        bad: A payload that breaks this rule and no other.
        good: The same, mended.
        function: The rule itself, given the case and, for ``entry`` and ``value``, what it looks at:
            ``(case, entry)``, ``(case, canonical id, value)``, ``(crossing)`` for ``translation``, else
            ``(case)``.
        applies: Whether the rule can ever hold for a model (None: model unknown).
        dialects: Tools whose settings the rule concerns, and those that took their ways over; None in it
            stands for canonical ids. Left out: all.
        may_speak: Whether the rule can find anything at all in settings of these names (``settings`` checks
            only); asked once for each set of names, so that most payloads are spared the rule.
        sources: Where the facts about tools were read: addresses with the commit.
        added: Day on which the rule came; a later one than the first states its own.
    """

    code: str
    name: str
    severity: Severity
    looks_at: LooksAt
    what: str
    why: str
    bad: Example
    good: Example
    function: Callable[..., Sequence[Finding]]
    settings: frozenset[str] = field(default_factory=frozenset)
    needs: frozenset[str] = field(default_factory=frozenset)
    applies: Callable[[Model | None], bool] | None = None
    dialects: frozenset[str | None] | None = None
    may_speak: Callable[[Facts, frozenset[str]], bool] | None = None
    sources: tuple[str, ...] = ()
    added: datetime.date = datetime.date(2026, 11, 20)

    @property
    def url(self) -> str:
        """Address of the rule's page below the site's root."""
        return f"/checks/{self.code}/"
