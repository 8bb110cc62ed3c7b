"""Texts that graphs put together: joined, replaced, tidied."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dialed.parsers.comfyui.graph import Node
from dialed.parsers.comfyui.node_facts import facts_of

MOST_TEXT = 4_000_000

_JOINS = re.compile(r"concat|join|combine|merge|append|multi.?line.?prompt", re.IGNORECASE)
_TEXT = re.compile(
    r"^(text|string|prompt|str|line|input|pre|post|prefix|suffix)(?:[_ ]?(?:[a-h]|\d+))?$",
    re.IGNORECASE,
)


def joined(node: Node, value: Callable[[str], Any]) -> str | None:
    """What a node that works on texts makes of them, or None where it does not."""
    if node.kind == "StringFunction|pysssss":
        return _function(node, value)
    if node.kind == "StringReplace":
        whole, find, new = value("string"), value("find"), value("replace")
        if all(isinstance(each, str) for each in (whole, find, new)):
            return str(whole).replace(find, new)[:MOST_TEXT]
        return None
    facts = facts_of(node.kind)
    if not _JOINS.search(node.kind) or (facts and "STRING" not in facts.outputs):
        return None
    parts = [value(key) for key in sorted(filter(_TEXT.match, node.inputs), key=_natural)]
    texts = [str(part) for part in parts if isinstance(part, str)]
    if not texts:
        return None
    between = next(
        (value(key) for key in ("delimiter", "separator", "delim") if key in node.inputs), ""
    )
    between = between if isinstance(between, str) else ""
    between = between.replace("\\n", "\n")
    if node.kind.startswith("Text Concatenate"):
        texts = [text for text in texts if text]
    return between.join(texts)[:MOST_TEXT]


_TYPES = frozenset(
    {"int", "float", "string", "text", "value", "number", "seed", "boolean", "output", ""}
)


def _natural(name: str) -> tuple[str, int, str]:
    digits = re.search(r"(\d+)$", name)
    return (name[: digits.start()], int(digits.group(1)), name) if digits else (name, 0, name)


def _function(node: Node, value: Callable[[str], Any]) -> str | None:
    """StringFunction of the Custom Scripts: joins or replaces, and may tidy the commas."""
    given = [value(key) for key in ("text_a", "text_b", "text_c")]
    texts: list[str] = [text if isinstance(text, str) else "" for text in given]
    tidy = node.inputs.get("tidy_tags") == "yes"
    if node.inputs.get("action") == "replace":
        if texts[1].startswith("/"):
            return None  # a regular expression of a stranger is not run
        result = texts[0].replace(texts[1], texts[2]) if texts[1] else texts[0]
    else:
        result = (", " if tidy else "").join(text for text in texts if text)
    if tidy:
        for old, new in (("  ", " "), (" ,", ","), (",,", ","), (",,", ",")):
            result = result.replace(old, new)
    return result[:MOST_TEXT]
