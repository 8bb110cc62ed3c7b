"""The small world of records that tests of the library's behaviour run on."""

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from dialed.record_registry import KINDS, Registry, _record_type

SMALL = Path(__file__).parent / "data" / "small_records.toml"


def small_records() -> dict:
    written = tomllib.loads(SMALL.read_text(encoding="utf-8"))
    status, evidence = written["defaults"]["status"], written["defaults"]["evidence"]
    records = {}
    for kind in KINDS:
        built = {}
        for facts in written[kind]:
            facts["status"] = status
            if kind in {"models", "samplers", "schedules"}:
                facts["evidence"] = evidence
            for part in (*facts.get("values", ()), *facts.get("ignores", ())):
                part["evidence"] = evidence[0]
            built[facts["id"]] = _record_type(kind).model_validate_json(
                json.dumps(facts, default=str)
            )
        records[kind] = built
    return records


@pytest.fixture(scope="session")
def small() -> Registry:
    """A registry of a few real settings and invented models (`data/small_records.toml`)."""
    return Registry(small_records())


GOOD = Path(__file__).parent / "data" / "good_records"
Edit = str | bytes | tuple[str, str] | None


@pytest.fixture
def record_folder(tmp_path):
    """Make a copy of the small clean records in `data/good_records`, with edits.

    An edit by file name: `None` removes the file, `(old, new)` replaces a text that stands in it exactly once, a
    text that begins with "+" is added at its end, any other text or bytes become the whole file.
    """

    def make(edits: dict[str, Edit] | None = None) -> Path:
        folder = tmp_path / "package" / "records"
        if not folder.exists():
            shutil.copytree(GOOD, folder)
        for name, edit in (edits or {}).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if edit is None:
                path.unlink()
            elif isinstance(edit, tuple):
                text = path.read_text(encoding="utf-8")
                assert text.count(edit[0]) == 1, (
                    f"{edit[0]!r} stands {text.count(edit[0])} times in {name}"
                )
                path.write_text(text.replace(*edit), encoding="utf-8")
            elif isinstance(edit, str) and edit.startswith("+"):
                path.write_text(path.read_text(encoding="utf-8") + edit[1:], encoding="utf-8")
            else:
                path.write_bytes(edit if isinstance(edit, bytes) else edit.encode())
        return folder

    return make


@pytest.fixture
def lint_finds(record_folder):
    """What one check says about the small clean records after edits: `file:line place: message` for each problem."""

    def find(check: str, edits: dict[str, Edit]) -> list[str]:
        from dialed.lint import CHECKS
        from dialed.records_loading import collect_records

        (chosen,) = [one for one in CHECKS if one.name == check]
        records = collect_records(record_folder(edits))
        assert records.problems == (), records.problems
        problems = sorted(chosen.run(records))
        assert all(problem.cure and problem.check == check for problem in problems)
        return [f"{p.file}:{p.line} {p.place}: {p.message}" for p in problems]

    return find
