"""What changed between two releases of the data: which records came, went or say something else, and the totals."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from dialed.bounded_json import read_json
from dialed.errors import DialedError

KINDS = ("settings", "models", "samplers", "schedules", "dialects")
MOST_FILES = 20_000
MOST_BYTES = 4_000_000
"""Size of one record's file; the largest there is has a fortieth of it."""

Contents = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Kind -> id -> record, as plain data."""


@dataclass(frozen=True)
class Changed:
    """A record that says something else: the fields that differ, and for lists of named things which came and went."""

    id: str
    title: str
    fields: tuple[str, ...]
    details: Mapping[str, str]


@dataclass(frozen=True)
class KindNotes:
    """What happened to the records of one kind; pairs are id and title."""

    added: tuple[tuple[str, str], ...]
    changed: tuple[Changed, ...]
    removed: tuple[tuple[str, str], ...]
    total: int
    before: int


def read_built(place: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """The records of a release: of a folder ``built``, a folder that holds one, an installed copy, or a wheel.

    Args:
        place: ``built``, the package folder, the ``site-packages`` that it lies in, or a ``.whl`` or ``.zip`` file.

    Raises:
        DialedError: There are no built records, or a file of them cannot be read.
    """
    found: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in KINDS}
    for kind, identifier, text in _files(place):
        try:
            record = read_json(text, f"{kind}/{identifier}.json")
        except DialedError as error:
            raise DialedError(f"{place}: {error}") from error
        if not isinstance(record, dict):
            raise DialedError(
                f"{place}: {kind}/{identifier}.json holds no record, but a {type(record).__name__}"
            )
        found[kind][identifier] = record
    if not any(found.values()):
        raise DialedError(
            f"{place}: no built records there; name a folder `built`, the folder of an installed dialed, or a wheel"
        )
    return found


def _files(place: Path) -> Iterator[tuple[str, str, str]]:
    """Kind, id and text of every record's file."""
    try:
        if place.is_file():
            yield from _zipped(place)
            return
        for folder in (place, place / "built", place / "dialed" / "built"):
            if (folder / "settings").is_dir() and (folder / "index.json").is_file():
                yield from _in_folder(folder)
                return
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError) as error:
        told = getattr(error, "strerror", None) or str(error)
        raise DialedError(f"{place} cannot be read: {told}") from error


def _in_folder(folder: Path) -> Iterator[tuple[str, str, str]]:
    for kind in KINDS:
        for path in sorted((folder / kind).glob("*.json"))[:MOST_FILES]:
            if path.stat().st_size > MOST_BYTES:
                raise DialedError(f"{path} is larger than any record ({MOST_BYTES:,} bytes)")
            yield kind, path.stem, path.read_text(encoding="utf-8")


def _zipped(place: Path) -> Iterator[tuple[str, str, str]]:
    with zipfile.ZipFile(place) as archive:
        for info in archive.infolist()[:MOST_FILES]:
            parts = PurePosixPath(info.filename).parts
            if len(parts) < 3 or parts[-3] != "built" or parts[-2] not in KINDS:
                continue
            if parts[-1].endswith(".json"):
                if info.file_size > MOST_BYTES:
                    raise DialedError(f"{place}: {info.filename} is larger than any record")
                with archive.open(info) as file:
                    text = file.read(MOST_BYTES + 1).decode("utf-8")
                yield parts[-2], parts[-1].removesuffix(".json"), text


def compare_records(old: Contents, new: Contents) -> dict[str, KindNotes]:
    """What happened to each kind of record between two releases. Pure; records in the order of their ids."""
    return {kind: _compared(old.get(kind, {}), new.get(kind, {})) for kind in KINDS}


def _compared(
    old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> KindNotes:
    changed = []
    for identifier in sorted(old.keys() & new.keys()):
        before, after = old[identifier], new[identifier]
        # The day of a change is no change of its own.
        names = sorted((before.keys() | after.keys()) - {"status"})
        fields = tuple(name for name in names if before.get(name) != after.get(name))
        if before.get("status", {}).get("deprecated") != after.get("status", {}).get("deprecated"):
            fields += ("status",)
        if fields:
            told = {name: _detail(before.get(name), after.get(name)) for name in fields}
            details = {name: said for name, said in told.items() if said}
            changed.append(Changed(identifier, _title(identifier, after), fields, details))
    return KindNotes(
        added=tuple((i, _title(i, new[i])) for i in sorted(new.keys() - old.keys())),
        changed=tuple(changed),
        removed=tuple((i, _title(i, old[i])) for i in sorted(old.keys() - new.keys())),
        total=len(new),
        before=len(old),
    )


def _title(identifier: str, record: Mapping[str, Any]) -> str:
    return " ".join(str(record.get("title", identifier)).split())


def _detail(before: Any, after: Any) -> str:
    """How many parts of a list came and went, or a short value before and after."""
    if isinstance(before, list) or isinstance(after, list):
        old, new = before or [], after or []
        came = sum(part not in old for part in new)
        went = sum(part not in new for part in old)
        said = [f"+{came}" if came else "", f"-{went}" if went else ""]
        return " ".join(filter(None, said)) or "order"
    short = isinstance(before, bool | int | float | str | None) and isinstance(
        after, bool | int | float | str | None
    )
    if short and max(len(str(before)), len(str(after))) <= 40:
        return f"{_shown(before)} -> {_shown(after)}"
    return ""


def _shown(value: Any) -> str:
    return "none" if value is None else str(value)


def notes_data(notes: Mapping[str, KindNotes]) -> dict[str, Any]:
    """The notes as JSON-ready data."""
    return {
        "totals": {kind: of_kind.total for kind, of_kind in notes.items()},
        "before": {kind: of_kind.before for kind, of_kind in notes.items()},
        "kinds": {
            kind: {
                "added": [{"id": i, "title": title} for i, title in of_kind.added],
                "changed": [
                    {
                        "id": c.id,
                        "title": c.title,
                        "fields": list(c.fields),
                        "details": dict(c.details),
                    }
                    for c in of_kind.changed
                ],
                "removed": [{"id": i, "title": title} for i, title in of_kind.removed],
            }
            for kind, of_kind in notes.items()
        },
    }


def notes_markdown(notes: Mapping[str, KindNotes]) -> str:
    """The notes for people: totals, then for each kind what came, went and says something else."""
    lines = [
        "| | now | before | added | changed | removed |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for kind, of_kind in notes.items():
        counts = (of_kind.added, of_kind.changed, of_kind.removed)
        row = [kind, str(of_kind.total), str(of_kind.before), *(str(len(part)) for part in counts)]
        lines.append(f"| {' | '.join(row)} |")
    for kind, of_kind in notes.items():
        for verb, listed in (("Added", of_kind.added), ("Removed", of_kind.removed)):
            if listed:
                named = ", ".join(f"{_plain(title)} (`{i}`)" for i, title in listed)
                lines += ["", f"## {verb}: {kind}", "", named]
        if of_kind.changed:
            lines += ["", f"## Changed: {kind}", ""]
        for change in of_kind.changed:
            said = ", ".join(_field(name, change.details.get(name, "")) for name in change.fields)
            lines.append(f"- {_plain(change.title)} (`{change.id}`): {said}")
    if not any(n.added or n.changed or n.removed for n in notes.values()):
        lines += ["", "No record differs."]
    return "\n".join(lines) + "\n"


def _field(name: str, detail: str) -> str:
    return f"{name} ({_plain(detail)})" if detail else name


def _plain(text: str) -> str:
    """Text in which Markdown finds no markup."""
    marked = "".join(f"\\{c}" if c in "\\`*[]>|" else c for c in " ".join(text.split()))
    return marked.replace("<", "&lt;")
