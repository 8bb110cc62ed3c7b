"""DIAL205: a name that is none of a setting's choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.checks import swapped_names
from dialed.errors import shown
from dialed.parsers.comfyui.node_facts import names_of
from dialed.picture_shape import shape
from dialed.suggestion import fold, listed, near

_MOST_NAMED = 14
RATIOS_ONLY = frozenset({"midjourney", "vercel-ai-sdk"})
"""Tools whose documentation (see the record's evidence) allows a ratio of two numbers and nothing else."""


def find(case: Case, setting: str, value: Any) -> Sequence[Finding]:
    """Look the value up among samplers, schedules or the setting's own choices."""
    if not isinstance(value, str | int | float):
        return ()
    if setting in {"sampler", "schedule"}:
        if swapped_names.find(case, setting, value):
            return ()  # DIAL209 speaks
        return _among_records(case, setting, value)
    if setting == "aspect_ratio":
        return _no_ratio(case, value)
    choices = case.registry.settings[setting].limits.choices
    if not choices or value in choices:
        return ()
    same = [
        c
        for c in choices
        if isinstance(c, str) and isinstance(value, str) and fold(c) == fold(value)
    ]
    meant = same or near(shown(value), [str(choice) for choice in choices])
    fix = case.fix_value(setting, same[0]) if len(same) == 1 else None
    end = (
        f"did you mean {listed(map(str, meant))}?"
        if meant
        else f"it takes {listed(map(str, choices))}"
    )
    return [Finding(setting, f"{case.called(setting)} = {shown(value)} is no choice; {end}", fix)]


def _among_records(case: Case, setting: str, value: str | float) -> Sequence[Finding]:
    kind = "samplers" if setting == "sampler" else "schedules"
    written, dialect = case.registry.written, case.facts.dialect
    if dialect == "comfyui" and value in names_of(
        "@schedulers" if kind == "schedules" else "@samplers"
    ):
        return ()  # its own nodes take it, though there is no record of it yet
    rule = written.unknown(kind, dialect, value)
    meant = written.meant(kind, dialect, value) if isinstance(value, str) else ()
    told = f"{case.called(setting)} = {shown(value)}: {rule}"
    if not meant:
        return [Finding(setting, f"{told}; {_some_of(written.known(kind, dialect))}")]
    elsewhere = [m for _, m in written.anywhere(kind, value)] if isinstance(value, str) else []
    fix = None
    if len(meant) == 1 and elsewhere:
        if dialect is None:
            fix = case.fix_value(setting, meant[0])
        elif not any(meaning.schedule for meaning in elsewhere):  # else half of it would get lost
            fix = case.fix_text(case.key(setting), meant[0])
    return [Finding(setting, told, fix)]


def _no_ratio(case: Case, value: str | float) -> Sequence[Finding]:
    """A word where a tool takes nothing but ratios; others have words of their own, such as ``auto``."""
    if shape(value) is not None or case.facts.tools.isdisjoint(RATIOS_ONLY):
        return ()
    called = case.called("aspect_ratio")
    return [Finding("aspect_ratio", f"{called} = {shown(value)} is no ratio; write it like 16:9")]


def _some_of(names: Sequence[str]) -> str:
    """What it could be: all names where they are few, else the first of them."""
    if not names:
        return "there are no names for it here"
    if len(names) <= _MOST_NAMED:
        return f"known are {', '.join(names)}"
    return f"known are {len(names)}, among them {', '.join(names[:_MOST_NAMED])}"


CHECK = Check(
    code="DIAL205",
    name="unknown-choice",
    severity="error",
    looks_at="value",
    what="The value is none of the names that this setting takes.",
    why="A sampler name that a tool does not know is replaced by its default in some tools and refused in "
    "others. Names differ between tools: `DPM++ 2M` in A1111 is `dpmpp_2m` in ComfyUI.",
    bad=Example({"sampler": "dpmpp_5m"}),
    good=Example({"sampler": "dpmpp_2m"}),
    function=find,
)
