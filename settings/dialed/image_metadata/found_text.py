"""What is found in a picture file: texts under their names, and what was odd."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from dialed.generation import ReadingProblem

MOST_TEXT = 16_000_000
"""Longest text in bytes, after decompression. The largest real ones are workflows with pictures inside."""


MOST_IN_ALL = 64_000_000
"""Bytes of text to decode in one file."""


class FoundText(NamedTuple):
    """One text.

    Attributes:
        kind: Where it stood: ``png``, ``exif``, ``xmp`` or ``comment`` (JPEG).
        key: Its name there: a PNG keyword, an EXIF tag's name, an XMP property such as ``dc:description``.
        text: The text itself.
    """

    kind: str
    key: str
    text: str

    @property
    def place(self) -> str:
        """The name by which messages and `Generation.extras` refer to it."""
        return self.key if self.kind == "png" else f"{self.kind}:{self.key.rpartition(':')[2]}"


@dataclass(slots=True)
class Findings:
    """Everything found in one file, in the order of the file."""

    texts: list[FoundText] = field(default_factory=list)
    problems: list[ReadingProblem] = field(default_factory=list)
    room: int = MOST_IN_ALL

    def allow(self, place: str, length: int) -> bool:
        """Take ``length`` bytes of the work that one file may cause; False, and a problem, where it is used up."""
        if length > min(self.room, MOST_TEXT):
            self.odd(
                place,
                f"is longer than {MOST_TEXT} bytes or comes after too much text; it is left out",
            )
            return False
        self.room -= length
        return True

    def add(self, kind: str, key: str, text: str) -> None:
        """Note one text; one that is only blank says nothing."""
        if text.strip("\0 \t\r\n"):
            self.texts.append(FoundText(kind, key, text))

    def odd(self, place: str, message: str) -> None:
        """Note something that could not be read."""
        self.problems.append(ReadingProblem(place, message))

    def named(self, kind: str) -> dict[str, str]:
        """The texts of one kind by their keys in small letters; the last where one stands twice, as in Pillow."""
        return {key.casefold(): text for of, key, text in self.texts if of == kind}
