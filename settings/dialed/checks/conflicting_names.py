"""DIAL103: two names of one setting with two values."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.errors import shown
from dialed.payload_reading import Entry


def find(case: Case, entry: Entry) -> Sequence[Finding]:
    """Name both keys and both values."""
    if entry.error is not None or entry.setting is None:
        return ()
    setting = entry.setting
    first = case.keys[setting]
    was, now = case.settings[setting], entry.stated[setting]
    message = f"{first} = {shown(was)} and {entry.key} = {shown(now)} both set {setting}; keep one of them"
    return [Finding(setting, message)]


CHECK = Check(
    code="DIAL103",
    name="conflicting-names",
    severity="error",
    looks_at="entry",
    what="Two names of the same setting state different values.",
    why="Which of the two wins depends on the tool and often on the order in which it reads them. The "
    "picture is then made with a value that nobody chose.",
    bad=Example({"steps": 20, "num_inference_steps": 30}),
    good=Example({"num_inference_steps": 30}),
    function=find,
)
