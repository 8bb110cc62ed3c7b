"""DIAL206: a number that is none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case


def find(case: Case, setting: str, value: Any) -> Sequence[Finding]:
    """Refuse NaN and the infinities."""
    if type(value) is not float or math.isfinite(value):
        return ()
    message = (
        f"{case.called(setting)} = {value} is not a finite number; write the number that is meant"
    )
    return [Finding(setting, message)]


CHECK = Check(
    code="DIAL206",
    name="not-finite",
    severity="error",
    looks_at="value",
    what="The value is NaN or infinite.",
    why="One NaN in the arithmetic of a step turns every pixel after it into NaN: the picture is black. "
    "JSON has no way to write such a value.",
    bad=Example({"guidance_scale": float("nan")}),
    good=Example({"guidance_scale": 7.0}),
    function=find,
)
