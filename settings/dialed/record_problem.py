"""One problem of one record file: what lint lists and what a failed load carries."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, order=True)
class RecordProblem:
    """What is wrong, where, by which rule, and how to mend it.

    Attributes:
        file: Path of the file, relative to the records folder, with ``/`` (``settings/seed.toml``).
        line: Line counted from 1; 0 where the whole file is meant.
        place: Key inside the file (``aliases[2].default``); empty where the whole file is meant.
        message: Thing, value and rule in one sentence.
        cure: What to do about it.
        check: Name of the check that found it.
    """

    file: str
    line: int
    place: str
    message: str
    cure: str
    check: str = "load"

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        place = f"{self.place}: " if self.place else ""
        return f"{where}: {place}{self.message}. Cure: {self.cure} [{self.check}]"

    def as_dict(self) -> dict[str, str | int]:
        """The same as plain data, for ``--format json``."""
        return asdict(self)
