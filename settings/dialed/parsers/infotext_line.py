"""One settings line of an infotext: its pairs of names and values, quoted or not, and JSON among them."""

from __future__ import annotations

import functools
import json
import re

_BLANKS = " \t\r\n"
_BETWEEN = " ,\r\n\t"

# Names are tried where a run of their characters begins and nowhere else, and nothing is given back once
# it is taken: otherwise a long run without a colon would cost its length squared.
PAIR = re.compile(
    r'(?<![\w \-/])[ \-/]*+(\w[\w \-/]++):\s*+("(?:[^"\\]++|\\.)++"(?=\s*(?:,|\Z))|[^,]*+)(?:\s*+,|\Z)',
    re.DOTALL,
)

Pairs = tuple[tuple[str, str], ...]


def split_pairs(settings: str) -> tuple[Pairs, tuple[str, ...]]:
    """The pairs of a settings line, and what stands between them.

    Args:
        settings: ``Key: value, Key: value``; a quoted value may hold line breaks.
    """
    # Finding the line asks for its pairs, and reading it asks again.
    return _kept(settings) if len(settings) <= _LONGEST_KEPT else split_line(settings)


_LONGEST_KEPT = 5000


def split_line(settings: str) -> tuple[Pairs, tuple[str, ...]]:
    """As `split_pairs`, without keeping what was found."""
    if (quick := _plain_pairs(settings)) is not None:
        return tuple(quick), ()
    pairs, place = _before_json(settings)
    skipped: list[str] = []
    inside = JsonInside(settings)
    while True:
        for found in PAIR.finditer(settings, place):
            begin, end = found.span()
            if begin != place and (gap := settings[place:begin].strip(_BETWEEN)) != "":
                skipped.append(gap)
            name, value = found.groups()
            place = end
            first = value[:1]
            if first == '"':
                value = unquoted(value.rstrip())
            elif first in {"{", "["}:
                past = inside.end(found.start(2))
                if past is not None:
                    pairs.append((name, settings[found.start(2) : past].strip()))
                    place = past + 1
                    break  # the search goes on behind it
            pairs.append((name, value.strip(_BLANKS)))
        else:
            break
    if place < len(settings) and (gap := settings[place:].strip(_BETWEEN)) != "":
        skipped.append(gap)
    return tuple(pairs), tuple(skipped)


_kept = functools.lru_cache(maxsize=4)(split_line)


def _plain_pairs(settings: str) -> list[tuple[str, str]] | None:
    """The pairs of a line that is spaced as the tool spaces it; None of any other, and of one with JSON."""
    if ": {" in settings or ": [" in settings:
        return None
    pairs: list[tuple[str, str]] = PAIR.findall(settings)
    if ", ".join(map(": ".join, pairs)) != settings:
        return None
    if _has_blanks_to_strip(settings):
        pairs = [(name, value.strip(_BLANKS)) for name, value in pairs]
    if ': "' in settings:
        return [
            (pair[0], unquoted(pair[1].rstrip()).strip(_BLANKS)) if pair[1][:1] == '"' else pair
            for pair in pairs
        ]
    return pairs


def _has_blanks_to_strip(settings: str) -> bool:
    return (
        " ," in settings
        or settings[-1:] == " "
        or "\n" in settings
        or "\t" in settings
        or "\r" in settings
    )


def _before_json(settings: str) -> tuple[list[tuple[str, str]], int]:
    """The plain pairs that stand before the first JSON, and where they end; none where that is in doubt."""
    begins = [at for at in (settings.find(": {"), settings.find(": [")) if at >= 0]
    comma = settings.rfind(", ", 0, min(begins, default=0))
    head = settings[: max(comma, 0)]
    if '"' in head or (pairs := _plain_pairs(head)) is None:
        return [], 0  # the comma may stand within quotes
    return pairs, comma + 1


def unquoted(value: str) -> str:
    """``value`` without its quotes and escapes; as it stands where it is no JSON text."""
    if value[:1] != '"' or len(value) < 2 or value[-1] != '"':
        return value
    inner = value[1:-1]
    if "\\" not in inner and '"' not in inner:
        return inner
    try:
        text = _DECODER.decode(value)
    except ValueError:
        # The first versions escaped nothing but quotes and backslashes.
        return value
    return text if isinstance(text, str) else value


_DECODER = json.JSONDecoder(strict=False)
_MOST_BROKEN = 20
"""So many values may look like JSON and be none; beyond that it is nobody's infotext, and each costs its length."""


class JsonInside:
    """Finds where JSON values end within a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._broken = 0

    def end(self, begin: int) -> int | None:
        """Where the value that begins at ``begin`` ends, if a comma or the end of the text follows."""
        if self._broken >= _MOST_BROKEN:
            return None
        text = self._text
        try:
            _, end = _DECODER.raw_decode(text, begin)
        except (ValueError, RecursionError):
            self._broken += 1
            return None
        while end < len(text) and text[end] in _BLANKS:
            end += 1
        if end == len(text) or text[end] == ",":
            return end
        self._broken += 1
        return None
