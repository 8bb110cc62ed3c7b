"""DIAL104: a strength under a name that counts the other way round."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain
from dialed.errors import shown


def find(case: Case) -> Sequence[Finding]:
    """Look whether the value was turned round when it was read, without its tool being named."""
    key = case.keys.get("strength")
    strength = case.number("strength")
    if key is None or strength is None:
        return ()
    alias = case.facts.reader.key(key).alias
    if alias is None or alias.convert is None or alias.convert.how != "linear":
        return ()
    if alias.convert.factor >= 0:
        return ()
    message = (
        f"{key} = {shown(case.payload.get(key))} is read as {alias.dialect} means it, as the share of the "
        f"picture that stays: that is strength {plain(strength)}. If it was meant as strength, write strength"
    )
    return [Finding("strength", message)]


CHECK = Check(
    code="DIAL104",
    name="inverted-name",
    severity="hint",
    looks_at="settings",
    settings=frozenset({"strength"}),
    dialects=frozenset({None}),
    what="The name belongs to a scale that runs the other way: 1 keeps the picture instead of replacing it.",
    why="Most tools count how much of the given picture is destroyed, a few count how much of it stays. "
    "The two names look alike, and a value that is carried over unturned does the opposite of what was meant.",
    bad=Example({"image": "lake.png", "image_strength": 0.35}),
    good=Example({"image": "lake.png", "strength": 0.65}),
    function=find,
)
