"""From a folder of TOML files to typed records: reads, fills in what is inherited, validates, collects every problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from dialed.errors import RecordError
from dialed.record_files import RecordFile, parse_toml, read_text
from dialed.record_kinds import NEVER_INHERITED, RECORD_TYPES, SINGULAR, Kind
from dialed.record_problem import RecordProblem
from dialed.schema_problems import place_text, schema_problems

if TYPE_CHECKING:
    from dialed.dialect_types import Dialect
    from dialed.model_types import Model
    from dialed.record_base import Record
    from dialed.sampler_types import Sampler, Schedule
    from dialed.setting_types import Setting
    from dialed.toml_statements import Path as Place

RECORDS_FOLDER = Path(__file__).parent / "records"
"""The records that come with the package."""


@dataclass(frozen=True)
class RecordSet:
    """Everything read from a folder: the records that are valid, the files, and the problems.

    Attributes:
        folder: Where the records came from.
        records: Valid records by kind and id, sorted by id; what a model inherits is filled in.
        files: Every file that is TOML, valid record or not, by kind and file stem.
        stems: File stems by kind, unreadable files included.
        problems: What kept files from becoming records.
    """

    folder: Path
    records: Mapping[Kind, Mapping[str, Record]]
    files: Mapping[tuple[Kind, str], RecordFile] = field(default_factory=dict)
    stems: Mapping[Kind, frozenset[str]] = field(default_factory=dict)
    problems: tuple[RecordProblem, ...] = ()

    @property
    def settings(self) -> Mapping[str, Setting]:
        """Settings by id."""
        return cast("Mapping[str, Setting]", self.records["settings"])

    @property
    def models(self) -> Mapping[str, Model]:
        """Models and families by id, complete."""
        return cast("Mapping[str, Model]", self.records["models"])

    @property
    def samplers(self) -> Mapping[str, Sampler]:
        """Samplers by id."""
        return cast("Mapping[str, Sampler]", self.records["samplers"])

    @property
    def schedules(self) -> Mapping[str, Schedule]:
        """Schedules by id."""
        return cast("Mapping[str, Schedule]", self.records["schedules"])

    @property
    def dialects(self) -> Mapping[str, Dialect]:
        """Dialects by id."""
        return cast("Mapping[str, Dialect]", self.records["dialects"])

    def kinds(self) -> dict[str, dict[str, Record]]:
        """All records as plain dictionaries: kind -> id -> record."""
        return {kind: dict(records) for kind, records in self.records.items()}

    def is_known(self, kind: Kind, identifier: str) -> bool:
        """Whether a record of that id exists, be it valid or not (a broken file is one problem, not twenty)."""
        return identifier in self.records[kind] or identifier in self.stems.get(kind, ())

    def problem(
        self, check: str, kind: Kind, stem: str, place: Place, message: str, cure: str
    ) -> RecordProblem:
        """A problem at ``place`` of a record, with its file and line filled in."""
        source = self.files.get((kind, stem))
        line = source.layout.line_of(place) if source else 0
        return RecordProblem(f"{kind}/{stem}.toml", line, place_text(place), message, cure, check)


def collect_records(folder: Path | None = None) -> RecordSet:
    """Read every record below ``folder``; bad content becomes problems, never an exception.

    Args:
        folder: A folder with ``settings/``, ``models/`` and so on; left out: the records of the package.
    """
    folder = RECORDS_FOLDER if folder is None else Path(folder)
    problems: list[RecordProblem] = []
    if not folder.is_dir():
        message = f"the folder of records {folder} does not exist"
        problems.append(
            RecordProblem(folder.name, 0, "", message, "name an existing folder", "readable")
        )
    files: dict[tuple[Kind, str], RecordFile] = {}
    stems: dict[Kind, frozenset[str]] = {}
    records: dict[Kind, dict[str, Record]] = {}
    for kind in RECORD_TYPES:
        paths = sorted((folder / kind).glob("*.toml"), key=lambda path: path.stem)
        stems[kind] = frozenset(path.stem for path in paths)
        for path in paths:
            file = f"{kind}/{path.name}"
            text = read_text(path, file)
            parsed = text if isinstance(text, RecordProblem) else parse_toml(text, file)
            if isinstance(parsed, RecordProblem):
                problems.append(parsed)
            else:
                files[kind, path.stem] = parsed
    for kind in RECORD_TYPES:
        records[kind] = _Validation(kind, files, stems[kind], problems).run()
    return RecordSet(folder, records, files, stems, tuple(sorted(problems)))


def load_record_set(folder: Path | None = None) -> RecordSet:
    """Read every record below ``folder``.

    Args:
        folder: A folder with ``settings/``, ``models/`` and so on; left out: the records of the package.

    Raises:
        RecordError: At least one file is no valid record; the error lists all problems of all files.
    """
    found = collect_records(folder)
    if found.problems:
        raise RecordError(found.problems)
    return found


class _Validation:
    """Validates the files of one kind, parents before members."""

    def __init__(
        self,
        kind: Kind,
        files: Mapping[tuple[Kind, str], RecordFile],
        stems: frozenset[str],
        problems: list[RecordProblem],
    ) -> None:
        self.kind = kind
        self.files = {stem: file for (of, stem), file in files.items() if of == kind}
        self.stems = stems
        self.problems = problems
        self.inherits = "inherits" in RECORD_TYPES[kind].model_fields
        self.merged: dict[str, dict[str, Any] | None] = {}
        self.broken: set[str] = set()
        self.valid: dict[str, Record] = {}

    def run(self) -> dict[str, Record]:
        for stem in sorted(self.files, key=lambda stem: len(self._line(stem))):
            self._validate(stem)
        return {stem: self.valid[stem] for stem in sorted(self.valid)}

    def _parent(self, stem: str) -> str | None:
        parent = self.files[stem].written.get("inherits") if self.inherits else None
        return parent if isinstance(parent, str) else None

    def _line(self, stem: str) -> list[str]:
        """The record and its ancestors, nearest first, as far as they can be read."""
        line = [stem]
        while (parent := self._parent(line[-1])) in self.files and parent not in line:
            assert parent is not None
            line.append(parent)
        return line

    def _report(self, stem: str, place: Place, message: str, cure: str, check: str) -> None:
        file = self.files[stem]
        problem = RecordProblem(
            file.file, file.layout.line_of(place), place_text(place), message, cure, check
        )
        self.problems.append(problem)
        self.broken.add(stem)

    def _validate(self, stem: str) -> None:
        line = self._line(stem)
        last = self._parent(line[-1])
        whole = not self.inherits or "inherits" not in self.files[line[-1]].written
        if last is not None and last in line:
            ring = " -> ".join([*line, last])
            if last == stem:
                cure = "remove inherits from one of them"
                self._report(
                    stem, ("inherits",), f"it inherits from itself ({ring})", cure, "inherits"
                )
        elif last is not None and last not in self.stems and len(line) == 1:
            cure = f"create {self.kind}/{last}.toml or name an existing record"
            self._report(
                stem, ("inherits",), f"there is no {SINGULAR[self.kind]} {last!r}", cure, "inherits"
            )
        written = dict(self.files[stem].written)
        for parent in line[1:]:
            taken = {
                k: v for k, v in self.files[parent].written.items() if k not in NEVER_INHERITED
            }
            written = taken | written
        try:
            self.valid[stem] = RECORD_TYPES[self.kind].model_validate(written)
        except ValidationError as error:
            self._tell(stem, error, written, line, whole=whole)
        if not whole:
            self.valid.pop(stem, None)

    def _tell(
        self,
        stem: str,
        error: ValidationError,
        written: dict[str, Any],
        line: list[str],
        *,
        whole: bool,
    ) -> None:
        own = self.files[stem].written
        parent_broken = any(parent in self.broken for parent in line[1:])
        for found in schema_problems(error, RECORD_TYPES[self.kind], written):
            key = found.path[0] if found.path else None
            if key is not None and key not in own:
                if found.missing and len(found.path) == 1:
                    # Told once, at the top of the family; and not at all where an ancestor cannot be read.
                    if key not in NEVER_INHERITED and (not whole or parent_broken):
                        continue
                else:
                    continue  # the ancestor that wrote it is told
            self._report(stem, found.path, found.message, found.cure, "schema")
        self.broken.add(stem)
