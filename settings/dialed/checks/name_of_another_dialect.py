"""DIAL102: a name that another tool uses."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding, Fix
from dialed.checking_case import Case
from dialed.errors import UnknownSettingError
from dialed.payload_reading import Entry
from dialed.suggestion import listed


def find(case: Case, entry: Entry) -> Sequence[Finding]:
    """Say whose name it is and how this dialect writes the same."""
    dialect = case.facts.dialect
    if dialect is None or not isinstance(entry.error, UnknownSettingError):
        return ()
    if case.facts.reader.is_no_setting(entry.key):
        return ()
    names = case.registry.names
    meanings = names.meanings(entry.key)
    if not meanings:
        return ()
    tools = sorted({row.dialect for row in meanings if row.dialect})
    settings = list(dict.fromkeys(row.setting for row in meanings))
    spelt = {setting: names.name_in(setting, dialect) for setting in settings}
    known = [name for name in spelt.values() if name]
    whose = (
        f"{entry.key!r} is a name of {listed(tools)}"
        if tools
        else f"{entry.key!r} is no tool's name"
    )
    if not known:
        return [Finding(settings[0], f"{whose}; {dialect} has no name for {listed(settings)}")]
    certain = len(settings) == 1 and known[0] not in case.payload
    fix = Fix(entry.key, "rename", known[0]) if certain else None
    setting = settings[0] if len(settings) == 1 else None
    return [Finding(setting, f"{whose}; {dialect} writes {listed(known)}", fix)]


CHECK = Check(
    code="DIAL102",
    name="name-of-another-dialect",
    severity="error",
    looks_at="entry",
    what="The name is right, but in another tool.",
    why="Settings travel between tools by copy and paste. The name that one tool reads, the next one "
    "ignores or refuses; and the value may need converting too.",
    bad=Example({"prompt": "a lighthouse", "cfg": 7.0}, dialect="diffusers"),
    good=Example({"prompt": "a lighthouse", "guidance_scale": 7.0}, dialect="diffusers"),
    function=find,
)
