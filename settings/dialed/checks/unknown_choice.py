"""DIAL205: a name that is none of a setting's choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.checks import swapped_names
from dialed.errors import shown
from dialed.parsers.comfyui.node_facts import names_of
from dialed.suggestion import fold, listed, near


def find(case: Case, setting: str, value: Any) -> Sequence[Finding]:
    """Look the value up among samplers, schedules or the setting's own choices."""
    if not isinstance(value, str | int | float):
        return ()
    if setting in {"sampler", "schedule"}:
        if swapped_names.find(case, setting, value):
            return ()  # DIAL209 speaks
        return _among_records(case, setting, value)
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
    exact = len(meant) == 1 and isinstance(value, str) and any(written.anywhere(kind, value))
    fix = case.fix_value(setting, meant[0]) if exact and dialect is None else None
    return [Finding(setting, f"{case.called(setting)} = {shown(value)}: {rule}", fix)]


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
