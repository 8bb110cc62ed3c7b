"""What a check of the records is: a name, a sentence, a function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from dialed.record_kinds import Kind
from dialed.record_problem import RecordProblem
from dialed.records_loading import RecordSet
from dialed.toml_statements import Path


class Found(NamedTuple):
    """A problem as a check states it; the runner adds file, line and the name of the check.

    Attributes:
        kind: Kind of the record.
        stem: File stem of the record.
        path: Way to the value in the record; empty for the whole file.
        message: Thing, value and rule.
        cure: What to do.
        file: Another file than the record's own TOML (its prose, or a file that should not be there).
        line: Line in that other file.
    """

    kind: Kind
    stem: str
    path: Path
    message: str
    cure: str
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class Check:
    """A rule that the records keep, beyond what their types say.

    Attributes:
        name: Short name in lower case, printed with every problem.
        description: The rule in one sentence.
        find: Yields what breaks it.
    """

    name: str
    description: str
    find: Callable[[RecordSet], Iterator[Found]]

    def run(self, records: RecordSet) -> Iterator[RecordProblem]:
        """All problems, each with file and line. A crash of the check is a problem, not a traceback."""
        try:
            for found in self.find(records):
                if found.file:
                    yield RecordProblem(
                        found.file, found.line, "", found.message, found.cure, self.name
                    )
                else:
                    yield records.problem(
                        self.name, found.kind, found.stem, found.path, found.message, found.cure
                    )
        except Exception as error:  # noqa: BLE001 - one faulty check must not hide what the others find
            told = f"the check stopped with {type(error).__name__}: {error}"
            cure = f"mend the check in lint/{self.name.replace('-', '_')}.py; its other findings are unknown"
            yield RecordProblem("", 0, "", told, cure, self.name)
