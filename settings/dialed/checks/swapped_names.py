"""DIAL209: a schedule where a sampler belongs, or the other way round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.errors import shown

OTHER = {"sampler": "schedule", "schedule": "sampler"}


def find(case: Case, setting: str, value: Any) -> Sequence[Finding]:
    """Look the value up among the names of the other kind."""
    other = OTHER.get(setting)
    if other is None or type(value) is not str:
        return ()
    written, dialect = case.registry.written, case.facts.dialect
    if written.find(f"{setting}s", dialect, value, combined=True) is not None:
        return ()
    if written.find(f"{other}s", dialect, value, combined=False) is None:
        return ()
    name = case.registry.names.name_in(other, dialect) if dialect else other
    cure = f"write it under {name}" if name else f"{dialect} takes no {other}"
    message = f"{case.called(setting)} = {shown(value)} is a {other}, no {setting}; {cure}"
    return [Finding(setting, message)]


CHECK = Check(
    code="DIAL209",
    name="swapped-names",
    severity="error",
    looks_at="value",
    settings=frozenset({"sampler", "schedule"}),
    what="A schedule is named where the sampler belongs, or a sampler where the schedule belongs.",
    why="`scheduler` is the schedule in ComfyUI and the sampler in diffusers and InvokeAI, so the two get mixed up when "
    "settings move. The tool then refuses the name or falls back to its default.",
    bad=Example({"sampler": "karras"}),
    good=Example({"sampler": "euler", "schedule": "karras"}),
    function=find,
)
