"""What tools write, all in one table, with the settings that it states."""

import payloads_invokeai_swarmui
import payloads_other_tools

READ = payloads_invokeai_swarmui.READ | payloads_other_tools.READ
"""By what it is: payload, dialect, settings."""

KNOWN = {setting for _, _, settings in READ.values() for setting in settings}
"""Settings that the table speaks of. The catalogue may learn more names without making it wrong."""


def told(generation):
    return {name: value for name, value in generation.settings.items() if name in KNOWN}
