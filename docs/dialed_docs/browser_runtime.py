"""Fetches the Python that runs in a reader's browser: Pyodide and the wheels of pydantic, once, by hash.

    python -m dialed_docs.browser_runtime FOLDER

Pyodide comes as the npm package `pyodide` (https://pyodide.org), the wheels with pip. Both are compared with the
hashes in `requirements/`; nothing is taken that differs. Without npm or a network the site is built all the same,
and the page that needs them says so.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
RUNTIME = "assets/paste/runtime"
FILES = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
INDEX = "runtime.json"
"""Names the wheels; written last, so that a folder with it is whole."""

PYTHON, PLATFORM = "3.14", "pyemscripten_2026_0_wasm32"
WAIT = 300


class RuntimeMissingError(Exception):
    """The runtime could not be fetched; the text says which part, and why."""


def wanted() -> dict[str, str]:
    """What a whole folder is made from: file name of a requirement -> its text."""
    names = ("browser.txt", "pyodide.sha256")
    return {name: (REQUIREMENTS / name).read_text(encoding="utf-8") for name in names}


def is_whole(folder: Path) -> bool:
    """Whether a folder holds the runtime that the requirements name."""
    try:
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        made_from = wanted()
    except (OSError, ValueError):
        return False
    files = [*FILES, *index.get("wheels", ())]
    return index.get("made_from") == made_from and all((folder / name).is_file() for name in files)


def fetch(folder: Path) -> None:
    """Fetch the runtime into a folder, unless it is there.

    Raises:
        RuntimeMissingError: Something could not be fetched, or has another hash than it should.
    """
    if is_whole(folder):
        return
    if (npm := shutil.which("npm")) is None:
        raise RuntimeMissingError("npm is not here, and Pyodide comes as an npm package")
    digest, name = wanted()["pyodide.sha256"].split()
    package = name.removesuffix(".tgz").rpartition("-")
    with tempfile.TemporaryDirectory() as text:
        place = Path(text)
        _run([npm, "pack", "--silent", f"{package[0]}@{package[2]}"], place, "Pyodide")
        archive = place / name
        if not archive.is_file() or hashlib.sha256(archive.read_bytes()).hexdigest() != digest:
            raise RuntimeMissingError(
                f"{name} is not the file that requirements/pyodide.sha256 names"
            )
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--require-hashes",
        ]
        command += ["--only-binary", ":all:", "--python-version", PYTHON, "--platform", PLATFORM]
        command += ["--disable-pip-version-check", "--dest", text]
        _run([*command, "-r", str(REQUIREMENTS / "browser.txt")], place, "the wheels of pydantic")
        _place(place, archive, folder)


def _place(place: Path, archive: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tarfile.open(archive) as package:
        for name in FILES:
            source = package.extractfile(f"package/{name}")
            if source is None:
                raise RuntimeMissingError(f"{archive.name} holds no {name}")
            (folder / name).write_bytes(source.read())
    wheels = sorted(wheel.name for wheel in place.glob("*.whl"))
    for name in wheels:
        shutil.copyfile(place / name, folder / name)
    index = {"wheels": wheels, "made_from": wanted()}
    (folder / INDEX).write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")


def _run(command: Sequence[str], place: Path, thing: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603 (npm and pip, with names and hashes of our own)
            command,
            cwd=place,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=WAIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RuntimeMissingError(f"{thing} could not be fetched: {error}") from error
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:] or ["no reason given"]
        raise RuntimeMissingError(f"{thing} could not be fetched: {last[0]}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch into the folder that is named; says in one line why, where it cannot."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if len(given) != 1:
        print("usage: python -m dialed_docs.browser_runtime FOLDER", file=sys.stderr)
        return 2
    try:
        fetch(Path(given[0]))
    except (RuntimeMissingError, OSError, tarfile.TarError) as error:
        print(
            f"the page that reads settings in the browser is built without them: {error}",
            file=sys.stderr,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
