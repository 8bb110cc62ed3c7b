"""Code keeps one style; `make format` mends most of what this finds."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=["rules", "layout"])
def test_ruff_finds_nothing(command, repository):
    result = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "."],
        cwd=repository,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, f"{result.stdout}{result.stderr}\ncure: make format"
