"""The workflow files: valid YAML, actions pinned to a commit, no more rights than needed, commands that exist."""

import re
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).parents[1]
FILES = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
EXPRESSION = re.compile(r"\$\{\{\s*([^}]+?)\s*\}\}")
TRUSTED = (
    "github.ref",
    "github.token",
    "steps.pages.outputs.base_url",
    "steps.deployment.outputs.page_url",
)


def jobs(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]


def test_there_is_one_for_tests_one_for_the_site_and_one_for_the_data():
    assert [path.name for path in FILES] == ["ci.yml", "data-release.yml", "pages.yml"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_is_well_formed(path):
    text = path.read_text(encoding="utf-8")
    read = yaml.safe_load(text)
    assert read["name"]
    assert read[True]  # YAML 1.1 reads the key `on` as a truth value
    assert read["permissions"] == {"contents": "read"}
    for job in read["jobs"].values():
        assert job["runs-on"] == "ubuntu-24.04"
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            assert ("run" in step) != ("uses" in step), step
    used = [line.strip() for line in text.splitlines() if "uses:" in line]
    assert used
    for line in used:
        assert PINNED.search(line), f"{line}: pin it to a commit, and say which version that is"
    for expression in EXPRESSION.findall(text):
        assert expression in TRUSTED, (
            f"{expression}: what a stranger can choose must not reach a shell"
        )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_they_run_is_there(path):
    targets = re.findall(
        r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    commands = [
        step["run"] for job in jobs(path).values() for step in job["steps"] if "run" in step
    ]
    for command in commands:
        for line in command.splitlines():
            words = line.split()
            if words[:1] == ["make"]:
                assert set(words[1:]) <= set(targets), line
            if words[:1] == [".ci/run"]:
                assert (REPOSITORY / ".ci" / "run").is_file()
    run = "\n".join(commands)
    for group in re.findall(r"dialed (records \w+)", run):
        from dialed.command_line import main

        assert main([*group.split(), "--help"]) == 0, group


def test_writing_is_granted_where_it_is_needed_alone():
    rights = {
        (path.name, name): job.get("permissions", {})
        for path in FILES
        for name, job in jobs(path).items()
    }
    writing = {place for place, right in rights.items() if "write" in right.values()}
    assert writing == {("data-release.yml", "release"), ("pages.yml", "deploy")}
