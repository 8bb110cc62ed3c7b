"""DIAL105: settings inside an object in which nobody looks."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.payload_reading import Entry
from dialed.suggestion import listed

MOST = 64
"""Names inside that are looked at: the object may be anybody's."""


def find(case: Case, entry: Entry) -> Sequence[Finding]:
    """Look for settings among the names inside an object that is itself no setting."""
    if entry.setting is not None or not isinstance(entry.raw, Mapping):
        return ()
    reader = case.facts.reader
    if reader.is_no_setting(entry.key):
        return ()
    names = [name for name in itertools.islice(entry.raw, MOST) if isinstance(name, str)]
    inside = [name for name in names if reader.key(name).setting is not None]
    if not inside:
        return ()
    few = listed(map(repr, inside[:3]))
    message = (
        f"{entry.key!r} holds {len(inside)} setting{'s' if len(inside) > 1 else ''} ({few}) one level too deep: "
        "nothing reads them there; write them beside the others, or check what is inside"
    )
    return [Finding(None, message)]


CHECK = Check(
    code="DIAL105",
    name="nested-settings",
    severity="error",
    looks_at="entry",
    what="Settings stand inside an object, where this tool does not look for them.",
    why="Services wrap their settings in an object of their own: `input`, `parameters`, `params`. Sent to a tool that "
    "expects them flat, the whole object is one unknown name, and everything in it falls back to defaults.",
    bad=Example({"parameters": {"prompt": "a lighthouse", "num_inference_steps": 25}}),
    good=Example({"prompt": "a lighthouse", "num_inference_steps": 25}),
    function=find,
)
