"""DIAL101: a name that no tool knows."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.checks import nested_settings
from dialed.errors import AmbiguousAliasError, UnknownSettingError
from dialed.payload_reading import Entry


def find(case: Case, entry: Entry) -> Sequence[Finding]:
    """Say what the name may have meant; a name with several meanings is as good as unknown."""
    if entry.key == "model" and isinstance(entry.raw, str):
        return ()  # it says whom the settings are for; DIAL106 speaks where that is nobody known
    error = entry.error
    if isinstance(error, AmbiguousAliasError):
        return [Finding(None, str(error))]
    if not isinstance(error, UnknownSettingError) or case.facts.reader.is_no_setting(entry.key):
        return ()
    if case.facts.dialect is not None and case.registry.names.meanings(entry.key):
        return ()  # DIAL102 speaks
    if nested_settings.find(case, entry):
        return ()  # DIAL105 speaks
    end = "" if error.suggestions else "."
    return [Finding(None, f"{error}{end} As it stands the value has no effect")]


CHECK = Check(
    code="DIAL101",
    name="unknown-setting",
    severity="error",
    looks_at="entry",
    what="The name belongs to no setting that any tool has.",
    why="Most tools and services drop a name they do not know without a word: the picture comes back, "
    "made with the default instead of the value that was written.",
    bad=Example({"prompt": "a lighthouse", "num_inference_stepz": 25}),
    good=Example({"prompt": "a lighthouse", "num_inference_steps": 25}),
    function=find,
)
