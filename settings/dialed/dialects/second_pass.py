"""The second pass on its way between tools: its switch, and the names of its upscaler.

Tools without a switch have other settings that are it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialed.dialects.flat import aliases_for
from dialed.errors import shown

if TYPE_CHECKING:
    from dialed.translation import Draft


def settle_switch(draft: Draft) -> None:
    """Take the switch out where the target has no name for it, and with a switch that is off all of the pass."""
    records, settings = draft.registry.settings, draft.settings
    on = settings.get("hires_fix")
    if "hires_fix" not in records or any(aliases_for(records["hires_fix"], draft)):
        return
    if on is False:
        del settings["hires_fix"]
        for name in [name for name in settings if name.startswith("hires_")]:
            del settings[name]
            draft.note("ignored", name, "hires_fix is off: there is no second pass", "DIAL420")
    elif on is True and any(
        name in settings and any(aliases_for(records[name], draft))
        for name in ("hires_scale", "hires_width", "hires_height")
    ):
        del settings["hires_fix"]


def note_upscaler(draft: Draft, begins: str | None) -> None:
    """Say that an upscaler's name is carried over as it stands: every tool names its own, and none is in the records.

    Args:
        draft: The translation, written.
        begins: Dialect in which the name was written; None where that is not known.
    """
    name = draft.settings.get("hires_upscaler")
    names = draft.registry.names
    if name is None or begins is None:
        return
    theirs, ours = names.lineage(begins), names.lineage(draft.dialect)
    tool, target = theirs[-1].removesuffix("-api"), ours[-1].removesuffix("-api")
    if tool == target or any(note.setting == "hires_upscaler" for note in draft.notes):
        return
    draft.note(
        "approximate",
        "hires_upscaler",
        f"{shown(name)} is {begins}'s name of it and is written unchanged; {draft.dialect} has names of its own, so "
        "look for the like of it there",
    )
