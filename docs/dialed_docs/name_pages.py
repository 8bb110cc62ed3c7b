"""Every name of every setting from A to Z, on a few pages: one page would be too heavy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dialed_docs.links import Links
from dialed_docs.names_view import known_names
from dialed_docs.rendering import page
from dialed_docs.site_records import Registry

PARTS = ("A-B", "C", "D-F", "G-H", "I-L", "M-N", "O-R", "S", "T-Z")
"""First and last letter of each page; the last one holds names that begin with no letter from A to Z."""


@dataclass(frozen=True)
class Letter:
    """A letter and where its names stand."""

    letter: str
    address: str


def part_page(part: str) -> str:
    """Path of the page of a part."""
    return f"settings/names/{part.lower()}.md"


def part_of(letter: str) -> str:
    """The part that a letter stands in."""
    return next((part for part in PARTS if part[0] <= letter <= part[-1]), PARTS[-1])


def letter_of(name: str) -> str:
    """The letter a name is looked up under: ``#`` where it begins with none from A to Z."""
    first = next((c for c in name.upper() if c.isalnum()), "#")
    return first if "A" <= first <= "Z" else "#"


def letter_links(registry: Registry, links: Links) -> list[Letter]:
    """A link for each letter that any name begins with."""
    return [
        Letter(letter, f"{links.to(part_page(part_of(letter)))}#{_anchor(letter)}")
        for letter in sorted(_entries(registry))
    ]


def name_parts(registry: Registry) -> dict[str, str]:
    """Title and path of each page that there is, in order."""
    there = {part_of(letter) for letter in _entries(registry)}
    return {part.replace("-", " to "): part_page(part) for part in PARTS if part in there}


def name_pages(registry: Registry, links_of: Callable[[str], Links]) -> dict[str, str]:
    """The Markdown sources by path; parts without a name are left out."""
    entries = _entries(registry)
    pages = {}
    for part in PARTS:
        letters = [letter for letter in sorted(entries) if part_of(letter) == part]
        if not letters:
            continue
        path = part_page(part)
        links = links_of(path)
        pages[path] = page(
            "names.jinja",
            title=f"Names of Settings, {part.replace('-', ' to ')}",
            description=f"Every name that tools give to a setting, {part.replace('-', ' to ')}, and its guide.",
            hide=["toc"],
            all_letters=letter_links(registry, links),
            letters=[
                {
                    "letter": letter,
                    "anchor": _anchor(letter),
                    "names": [
                        entry | {"address": links.setting(registry, entry["setting"])}
                        for entry in entries[letter]
                    ],
                }
                for letter in letters
            ],
            links=links,
        )
    return pages


def _anchor(letter: str) -> str:
    return "other" if letter == "#" else f"letter-{letter.lower()}"


def _entries(registry: Registry) -> dict[str, list[dict[str, Any]]]:
    """Every name under its first letter; a name of two settings stands twice."""
    letters: dict[str, list[dict[str, Any]]] = {}
    for setting in registry.settings.values():
        # Spellings that differ in case alone are one name to a reader.
        spellings = [setting.title, *known_names(setting)]
        for name in {spelling.casefold(): spelling for spelling in spellings}.values():
            other = name.casefold() != setting.title.casefold()
            entry = {"name": name, "title": setting.title, "setting": setting.id, "other": other}
            letters.setdefault(letter_of(name), []).append(entry)
    return {
        letter: sorted(names, key=lambda n: (n["name"].lower(), n["title"]))
        for letter, names in letters.items()
    }
