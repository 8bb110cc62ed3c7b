"""DIAL204: a number that must be a multiple of another and is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain
from dialed.value_conversion import tidy


def find(case: Case, setting: str, value: Any) -> Sequence[Finding]:
    """Compare with the step that the setting's limits state."""
    record = case.registry.settings[setting]
    unit = record.limits.multiple_of
    if (
        unit is None
        or type(value) not in {int, float}
        or not abs(value) < 2**53
        or value % unit == 0
    ):
        return ()
    whole = record.kind == "integer"
    nearest = tidy(float(max(1, round(value / unit)) * unit), whole=whole)
    fix = case.fix_value(setting, nearest)
    message = f"{case.called(setting)} = {plain(value)} is no multiple of {plain(unit)}"
    return [Finding(setting, f"{message}; the nearest is {plain(nearest)}", fix)]


CHECK = Check(
    code="DIAL204",
    name="not-a-multiple",
    severity="error",
    looks_at="value",
    what="The value must be a multiple of a fixed number.",
    why="Latent models paint in blocks of 8 pixels. Some tools refuse other sizes, others round without a "
    "word, so that the picture has not the size that was asked for.",
    bad=Example({"width": 515, "height": 512}),
    good=Example({"width": 512, "height": 512}),
    function=find,
)
