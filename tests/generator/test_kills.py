"""Nothing lost: builds killed with SIGKILL at random instants go on, and no finished image is made twice."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

RECORDS = Path(__file__).parent / "records"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL and fork")


SETTINGS = ("seed", "strength", "num_inference_steps")
"""Seeds; a start image with what is drawn over it; runs that are looked at on their way."""


def kills(
    number: int, first: int, tmp_path: Path, weights: Path, environment: dict, settings=SETTINGS
) -> list[dict]:
    program = Path(__file__).parent / "killing.py"
    words = [program, tmp_path / "repository", weights, RECORDS, number, first, *settings]
    done = subprocess.run(
        [sys.executable, *map(str, words)],
        env=environment | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(report: list[dict]) -> None:
    count = report[0]["masters"]
    assert count > 6
    for kill in report:
        assert kill["failed"] == 0, kill
        assert kill["problems"] == [], kill
        # Every image that was kept at the kill is used; only what was in flight or to come is rendered.
        assert kill["rendered_by_resume"] == count - kill["masters_at_kill"], kill
        assert kill["reused_by_resume"] == kill["masters_at_kill"], kill
        assert (kill["masters"], kill["rendered_again"]) == (count, 0), kill
    # The instants are spread over the whole build: nothing done yet, something in between.
    assert any(0 < kill["masters_at_kill"] < count for kill in report)


def told(report: list[dict]) -> str:
    masters = [kill["masters_at_kill"] for kill in report]
    return (
        f"{len(report)} kills ({sum(kill['killed'] for kill in report)} before the end), with {min(masters)} to "
        f"{max(masters)} masters kept, {sum(kill['parts_at_kill'] > 0 for kill in report)} amid the writing of a "
        f"file; {sum(kill['rendered_by_resume'] for kill in report)} images rendered by the builds that went on"
    )


def test_twenty_kills(tmp_path, tiny_weights, project_environment):
    report = kills(20, 0, tmp_path, tiny_weights, project_environment, SETTINGS[:2])
    print(told(report))
    check(report)
    assert [kill["number"] for kill in report] == list(range(20))


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(4))
def test_two_hundred_kills(tmp_path, tiny_weights, project_environment, part):
    report = kills(50, 1000 + 50 * part, tmp_path, tiny_weights, project_environment)
    print(told(report))
    check(report)
