"""DIAL208: a seed that asks for a random one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case


def asks_for_chance(case: Case, value: Any) -> bool:
    """Whether ``value`` means "draw one" in the payload's dialect, or in none that is known."""
    if value != -1 or isinstance(value, bool):
        return False
    if case.generation is not None or case.facts.dialect is None:
        return True
    record = case.registry.settings["seed"]
    return any(alias.dialect in case.facts.tools and alias.off == -1 for alias in record.aliases)


def find(case: Case, setting: str, value: Any) -> Sequence[Finding]:
    """Look for -1."""
    if setting != "seed" or not asks_for_chance(case, value):
        return ()
    tool = case.registry.dialects.get(case.facts.dialect or "")
    if tool is not None and tool.kind == "api":
        return ()  # a request asks for a picture; it is the answer that brings the number
    message = (
        f"{case.called('seed')} = -1 draws a new seed at every run, and only in tools that know it so: this "
        "picture cannot be made again from these settings; write the number that was drawn"
    )
    return [Finding("seed", message)]


CHECK = Check(
    code="DIAL208",
    name="random-seed",
    severity="hint",
    looks_at="value",
    settings=frozenset({"seed"}),
    what="The seed is -1, which some tools take for a random one.",
    why="A1111 and SwarmUI draw a seed where -1 is given; ComfyUI and diffusers know no such number. "
    "Either way settings with -1 describe many pictures and bring back none of them.",
    bad=Example({"prompt": "a lighthouse", "seed": -1}),
    good=Example({"prompt": "a lighthouse", "seed": 1234}),
    function=find,
)
