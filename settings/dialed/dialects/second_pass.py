"""The switch of the second pass, for tools that have none: there its other settings are the switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialed.dialects.flat import aliases_for

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
