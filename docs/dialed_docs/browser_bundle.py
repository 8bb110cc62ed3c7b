"""The library as one archive for the browser: the modules and built records that reading and checking need."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import dialed

PATH = "assets/paste/dialed.zip"
EXPLAIN = Path(__file__).parent / "browser" / "explain.py"
LEFT_OUT = ("records/", "templates/", "lint/", "__pycache__/")
KINDS = {".py", ".json"}
EPOCH = (1980, 1, 1, 0, 0, 0)
"""A fixed date, so that the same files give the same archive."""


def library_archive() -> bytes:
    """The package `dialed` without its sources of records, and `explain.py` beside it, as a ZIP file."""
    root = Path(dialed.__file__).parent
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(root.rglob("*")):
            name = file.relative_to(root).as_posix()
            if file.suffix in KINDS and not name.startswith(LEFT_OUT) and "__pycache__" not in name:
                _add(archive, f"dialed/{name}", file)
        _add(archive, "explain.py", EXPLAIN)
    return stream.getvalue()


def _add(archive: zipfile.ZipFile, name: str, file: Path) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, file.read_bytes())
