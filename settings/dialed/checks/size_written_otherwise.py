"""DIAL211: width and height in one text that this tool does not write so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case
from dialed.errors import shown

SIZE = re.compile(r"\s*(\d{1,6})\s*(?:[xX×*:,/]|by)\s*(\d{1,6})\s*(?:px)?\s*")


def sides(setting: str, value: Any) -> tuple[int, int] | None:
    """Both numbers of a text that holds a size, where a single side belongs."""
    if setting not in {"width", "height"} or type(value) is not str:
        return None
    found = SIZE.fullmatch(value)
    return (int(found[1]), int(found[2])) if found else None


def find(case: Case, setting: str, value: Any) -> Sequence[Finding]:
    """Read the text as width and height."""
    found = sides(setting, value)
    if found is None:
        return ()
    key = case.key(setting)
    alias = case.facts.reader.key(key).alias
    pair = alias.convert if alias is not None else None
    if pair is not None and pair.how == "pair":
        order = found if pair.parts[0] == "width" else found[::-1]
        text = pair.separator.join(map(str, order))
        fix = case.fix_text(key, text) if pair.parts[0] == "width" else None
        cure = f"{key} is written {text}"
    else:
        fix, cure = None, f"write width {found[0]} and height {found[1]}"
    return [
        Finding(setting, f"{case.called(setting)} = {shown(value)} holds both sides; {cure}", fix)
    ]


CHECK = Check(
    code="DIAL211",
    name="size-written-otherwise",
    severity="error",
    looks_at="value",
    settings=frozenset({"width", "height"}),
    what="Width and height stand in one text, as another tool writes them.",
    why="`1024x768`, `1024*768` and two separate numbers are all in use. A tool that expects another form refuses the text "
    "or keeps its default size, and the picture comes back square.",
    bad=Example({"width": "1024*768"}),
    good=Example({"width": 1024, "height": 768}),
    function=find,
)
