"""Rules of the whole repository: nothing unfinished, nothing from one machine, modules that fit in a head."""

import re
import subprocess
from pathlib import Path

import pytest

TEXT = {
    "",
    ".css",
    ".html",
    ".jinja",
    ".js",
    ".json",
    ".md",
    ".py",
    ".svg",
    ".toml",
    ".txt",
    ".xml",
    ".yml",
}

# Spelled in two halves, or this file would break its own rule.
HALVES = [
    ("TO", "DO"),
    ("FIX", "ME"),
    ("XX", "X"),
    ("coming ", "soon"),
    ("image ", "pending"),
    ("placeholder ", "text"),
    ("lorem ", "ipsum"),
]
UNFINISHED = ["".join(pair) for pair in HALVES]
MACHINE_PATH = re.compile(r"(?<![\w.:/~$}-])/(?:home|root|Users|tmp|work|mnt)/[A-Za-z0-9_.]")
FORBIDDEN_MODULE_NAMES = {
    "utils.py",
    "util.py",
    "helpers.py",
    "helper.py",
    "manager.py",
    "misc.py",
    "common.py",
}
PUBLIC_NAMES = {
    "registry",
    "resolve",
    "detect",
    "parse",
    "read",
    "validate",
    "translate",
    "defaults",
}


@pytest.fixture(scope="module")
def files(repository: Path) -> list[Path]:
    """Every file that git follows, and every new one that it does not ignore."""
    if not (repository / ".git").exists():
        pytest.skip("not a git checkout: what belongs to the project cannot be listed")
    command = [
        "git",
        "-c",
        "safe.directory=*",
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    listed = subprocess.run(command, cwd=repository, capture_output=True, check=True).stdout
    found = [repository / name for name in listed.decode("utf-8").split("\0") if name]
    present = [path for path in found if path.is_file()]
    assert len(present) > 20, "the listing of the repository looks wrong"
    return present


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.suffix in TEXT else ""


def lines_with(files: list[Path], pattern: re.Pattern[str], root: Path) -> list[str]:
    return [
        f"{path.relative_to(root)}:{number}: {line.strip()[:120]}"
        for path in files
        for number, line in enumerate(read(path).splitlines(), start=1)
        if pattern.search(line)
    ]


def test_nothing_says_it_is_unfinished(files, repository):
    words = re.compile(rf"\b(?:{'|'.join(UNFINISHED)})\b", re.IGNORECASE)
    assert lines_with([p for p in files if p.name != "CHANGELOG.md"], words, repository) == []


def test_no_path_of_one_machine(files, repository):
    assert lines_with(files, MACHINE_PATH, repository) == []


def test_the_lock_names_packages_versions_and_hashes_only(repository):
    text = (repository / "requirements/locked.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^(torch==|nvidia|triton|cuda)", text, re.MULTILINE)
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 50
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_modules_stay_short(files, repository):
    bounds = {"settings": 300, "generator": 300, "docs": 300, "tests": 400}
    long = []
    for path in files:
        if path.suffix != ".py":
            continue
        room = path.relative_to(repository).parts[0]
        count = len(read(path).splitlines())
        if count >= bounds.get(room, 300):
            long.append(
                f"{path.relative_to(repository)}: {count} lines, wants under {bounds[room]}"
            )
    assert long == []


def test_modules_have_names_that_say_something(files, repository):
    assert [str(path) for path in files if path.name in FORBIDDEN_MODULE_NAMES] == []


def test_no_module_hides_a_public_name(repository):
    # Importing dialed.resolve as a module would replace the lazy function of that name.
    modules = {path.stem for path in (repository / "settings/dialed").iterdir()}
    assert modules & PUBLIC_NAMES == set()


@pytest.mark.parametrize("folder", ["settings", "generator", "docs"])
def test_the_rooms_are_no_packages(repository, folder):
    assert not (repository / folder / "__init__.py").exists()


def test_text_is_utf8_with_plain_line_ends(files, repository):
    weights = repository / "generator/weights"  # diffusers and transformers lay out these files
    texts = [p for p in files if p.suffix in TEXT and not p.is_relative_to(weights)]
    wrong = [
        str(path.relative_to(repository))
        for path in texts
        if b"\r" in (content := path.read_bytes()) or (content and not content.endswith(b"\n"))
    ]
    assert wrong == []


def test_the_tree_stays_small(files):
    pictures = sum(
        path.stat().st_size for path in files if path.suffix in {".avif", ".webp", ".png"}
    )
    weights = sum(path.stat().st_size for path in files if path.suffix == ".safetensors")
    assert pictures <= 24_000_000
    assert weights <= 32_000_000
    assert sum(path.stat().st_size for path in files) <= 58_000_000
