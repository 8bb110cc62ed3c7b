"""What is generated and committed: the data read at run time, the editors' schemas, the types of the JSON API.

People write TOML and lint reads it. The library reads JSON that was built from it: one file per record and one index of
names, so that looking a name up opens two small files instead of the whole catalogue.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from dialed.errors import DialedError
from dialed.name_index import index_of
from dialed.record_kinds import RECORD_TYPES
from dialed.record_schema import schema_name, schema_text
from dialed.records_loading import RecordSet
from dialed.typescript_types import typescript

PACKAGE_FOLDER = Path(__file__).parent
CURE = "run `dialed records build`"

Reason = Literal["missing", "stale", "left over"]


class Difference(NamedTuple):
    """A generated file that is not what the records and types say.

    Attributes:
        file: Path below the package folder, with ``/``.
        reason: ``missing``, ``stale`` or ``left over`` (its record is gone).
    """

    file: str
    reason: Reason

    def __str__(self) -> str:
        return f"{self.file} is {self.reason}; {CURE}"


def generated_files(records: RecordSet) -> dict[str, str]:
    """Every generated file: path below the package folder -> text. Pure; the order is stable.

    Args:
        records: Valid records (from ``load_record_set``).
    """
    kinds = records.kinds()
    files = {"built/index.json": _rows(index_of(kinds)) + "\n"}
    for kind, of_kind in kinds.items():
        for identifier, record in of_kind.items():
            text = record.model_dump_json(by_alias=True, exclude_defaults=True, indent=1)
            files[f"built/{kind}/{identifier}.json"] = f"{text}\n"
    for record_kind in RECORD_TYPES:
        files[f"records/{schema_name(record_kind)}"] = schema_text(record_kind)
    files["built/api.d.ts"] = typescript()
    return files


def _rows(index: Mapping[str, Any]) -> str:
    """JSON with one entry a line: small, and a changed name is one changed line."""
    parts = []
    for key, value in index.items():
        if isinstance(value, Mapping):
            entries = [f"{_compact(name)}:{_compact(entry)}" for name, entry in value.items()]
            opening, closing = "{", "}"
        else:
            entries = [_compact(entry) for entry in value]
            opening, closing = "[", "]"
        lines = ",\n".join(entries)
        parts.append(f"{_compact(key)}:{opening}\n{lines}\n{closing}")
    return "{" + ",\n".join(parts) + "}"


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def differences(files: Mapping[str, str], root: Path = PACKAGE_FOLDER) -> list[Difference]:
    """What below ``root`` is not as ``files`` says, missing and stale files first.

    Args:
        files: The result of ``generated_files``.
        root: The package folder, or a copy of it.
    """
    found = []
    for name, text in files.items():
        try:
            content = (root / name).read_bytes()
        except OSError:
            found.append(Difference(name, "missing"))
            continue
        if content != text.encode("utf-8"):
            found.append(Difference(name, "stale"))
    present = sorted(path for path in (root / "built").rglob("*") if path.is_file())
    names = [path.relative_to(root).as_posix() for path in present]
    return [*found, *(Difference(name, "left over") for name in names if name not in files)]


def write_differences(
    found: list[Difference], files: Mapping[str, str], root: Path = PACKAGE_FOLDER
) -> None:
    """Bring every differing file up to date; each is replaced at once or not at all.

    Args:
        found: The result of ``differences``.
        files: The result of ``generated_files``.
        root: The package folder, or a copy of it.

    Raises:
        DialedError: A file cannot be written; those written before it are complete.
    """
    for name, reason in found:
        target = root / name
        try:
            if reason == "left over":
                target.unlink()
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                replace_text(target, files[name])
        except OSError as error:
            told = error.strerror or type(error).__name__
            raise DialedError(
                f"{name} cannot be written ({told}); make room or mend permissions, then {CURE}"
            ) from error


def replace_text(target: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a file so that a reader sees the old text or the new, never half of one.

    Raises:
        OSError: The file cannot be written; the old one stays as it was.
    """
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding=encoding, newline="\n") as file:
            file.write(text)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
