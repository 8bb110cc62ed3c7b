"""Did you mean: the nearest names to one that was not found."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 80
"""Longer names are not compared: the comparison takes quadratic time and nobody means them."""


def fold(name: str) -> str:
    """The spelling under which names are compared: case, white space, ``_`` and ``-`` ignored."""
    return "".join(name.replace("_", " ").replace("-", " ").split()).casefold()


def near(name: str, known: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    """Return up to ``most`` of ``known`` that look like ``name``, best first.

    Args:
        name: What somebody wrote.
        known: The names that exist, as they should be shown.
        most: How many to return at the most.
    """
    if len(name) > LONGEST:
        return ()
    import difflib

    shown: dict[str, str] = {}
    for candidate in known:
        shown.setdefault(fold(candidate), candidate)
    found = difflib.get_close_matches(fold(name), shown, n=most, cutoff=0.6)
    return tuple(shown[key] for key in found)


def listed(names: Iterable[str]) -> str:
    """``names`` as a phrase: ``a``, ``a or b``, ``a, b or c``."""
    items = list(names)
    return " or ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
