"""The three packages and the code of a user type-check under mypy --strict."""

import subprocess
import sys


def mypy(arguments: list[str], repository, environment) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mypy", *arguments],
        cwd=repository,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_code_of_a_user_type_checks(repository, project_environment):
    result = mypy(["--strict", "tests/typing_api.py"], repository, project_environment)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_wrong_use_is_found(repository, project_environment, tmp_path):
    # Without this a package that lost its types would pass the test above.
    wrong = tmp_path / "wrong.py"
    wrong.write_text("import dialed\nnumber: int = dialed.resolve('CFG scale')\n", encoding="utf-8")
    result = mypy(["--strict", str(wrong)], repository, project_environment)
    assert result.returncode == 1
    assert "Incompatible types in assignment" in result.stdout


def test_the_packages_type_check(repository, project_environment):
    result = mypy([], repository, project_environment)
    assert result.returncode == 0, result.stdout + result.stderr
