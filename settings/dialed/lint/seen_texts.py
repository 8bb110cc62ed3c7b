"""What is said to be seen differs from picture to picture: alike texts tell a reader without sight nothing."""

from __future__ import annotations

from collections.abc import Iterator

from dialed.lint.check import Check, Found
from dialed.records_loading import RecordSet
from dialed.schema_problems import shown
from dialed.toml_statements import Path


def _find(records: RecordSet) -> Iterator[Found]:
    for setting in records.settings.values():
        texts: dict[str, str] = {}
        for index, comparison in enumerate(setting.comparisons):
            values: set[str] = set()
            for number, seen in enumerate(comparison.seen):
                path: Path = ("comparisons", index, "seen", number)
                key = " ".join(seen.text.casefold().split()).rstrip(".")
                what = f"{comparison.id} at {shown(seen.value)}"
                if repr(seen.value) in values:
                    message = f"a second text for {shown(seen.value)}"
                    yield Found("settings", setting.id, (*path, "value"), message, "keep one")
                elif key in texts:
                    message = f"the same text as for {texts[key]}"
                    cure = "say what is different in this picture"
                    yield Found("settings", setting.id, (*path, "text"), message, cure)
                values.add(repr(seen.value))
                texts.setdefault(key, what)


CHECK = Check("seen-texts", "No two pictures of a setting are described in the same words.", _find)
