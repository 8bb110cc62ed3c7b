"""File names: the stem is the id, TOML and Markdown come in pairs, nothing else lies about."""

from __future__ import annotations

from collections.abc import Iterator

from dialed.lint.check import Check, Found
from dialed.record_kinds import PROSE_REQUIRED, RECORD_TYPES, SINGULAR, Kind
from dialed.record_schema import schema_name
from dialed.records_loading import RecordSet


def _find(records: RecordSet) -> Iterator[Found]:
    for kind in RECORD_TYPES:
        yield from _of_kind(records, kind)
    schemas = {schema_name(kind) for kind in RECORD_TYPES}
    for path in sorted(records.folder.iterdir()) if records.folder.is_dir() else ():
        if path.name not in schemas and path.name not in RECORD_TYPES:
            what = "folder" if path.is_dir() else "file"
            cure = f"move it into one of {', '.join(RECORD_TYPES)}, or remove it"
            yield Found(
                "settings", "", (), f"this {what} belongs to no kind of record", cure, path.name
            )


def _of_kind(records: RecordSet, kind: Kind) -> Iterator[Found]:
    for (of, stem), file in records.files.items():
        identifier = file.written.get("id")
        if of == kind and isinstance(identifier, str) and identifier != stem:
            message = f'the id "{identifier}" is not the name of the file'
            yield Found(
                kind,
                stem,
                ("id",),
                message,
                f"rename the file to {identifier}.toml or the id to {stem}",
            )
    folder = records.folder / kind
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    prose = {path.stem for path in paths if path.suffix == ".md"}
    for path in paths:
        file_name = f"{kind}/{path.name}"
        if path.suffix not in {".toml", ".md"}:
            cure = "rename it to .toml or .md, or remove it"
            yield Found(
                kind,
                path.stem,
                (),
                "a record is a .toml and a .md, and this is neither",
                cure,
                file_name,
            )
        elif path.suffix == ".md" and path.stem not in records.stems.get(kind, ()):
            cure = f"write {path.stem}.toml, or remove the prose"
            message = f"prose without its {SINGULAR[kind]}: there is no {path.stem}.toml"
            yield Found(kind, path.stem, (), message, cure, file_name)
    for stem, record in records.records[kind].items():
        family = getattr(record, "abstract", False)
        if kind in PROSE_REQUIRED and not family and stem not in prose:
            cure = f"write {kind}/{stem}.md (`dialed records new` shows its headings)"
            yield Found(kind, stem, (), f"there is no prose {stem}.md beside it", cure)


CHECK = Check(
    "file-pairs", "A record's file is named after its id, and its prose stands beside it.", _find
)
