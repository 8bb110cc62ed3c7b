"""Who may import whom, and how little `import dialed` costs."""

import subprocess
import sys

import pytest


def run_python(
    code: str, environment: dict[str, str], **options
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        **options,
    )


def test_import_directions(repository, project_environment):
    # The contracts stand in pyproject.toml, [tool.importlinter].
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    result = run_python(code, project_environment, cwd=repository)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


HEAVY = ["pydantic", "torch", "diffusers", "transformers", "PIL", "numpy", "jinja2", "mkdocs"]


def loaded_after(code: str, environment: dict[str, str]) -> set[str]:
    result = run_python(f"import sys\n{code}\nprint(*sorted(sys.modules))", environment)
    assert result.returncode == 0, result.stderr
    return set(result.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("code", "may_load"),
    [
        ("import dialed", set()),
        ("import dialed; dir(dialed); dialed.__version__", set()),
        ("import dialed; dialed.resolve('CFG scale')", {"pydantic"}),
        ("import dialed_generator", set()),
        ("import dialed_generator.planning", {"pydantic"}),
        ("import dialed_generator.store", {"pydantic"}),
        ("import dialed_generator.manifest", {"pydantic"}),
        ("import dialed_docs", {"pydantic", "jinja2"}),
    ],
)
def test_an_import_loads_no_more_than_it_needs(code, may_load, project_environment):
    assert (loaded_after(code, project_environment) & set(HEAVY)) <= may_load


def test_the_command_line_answers_without_torch(project_environment):
    code = "from dialed.command_line import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    assert (
        loaded_after(code, project_environment) & {"torch", "diffusers", "PIL", "mkdocs"} == set()
    )


def test_every_public_name_can_be_had():
    import dialed

    missing = [name for name in dialed.__all__ if not hasattr(dialed, name)]
    assert missing == []
    assert set(dialed.__all__) <= set(dir(dialed))
    contract = {"registry", "resolve", "validate", "translate", "defaults"}
    assert contract <= set(dialed.__all__)


def test_an_unknown_name_is_an_attribute_error():
    import dialed

    with pytest.raises(AttributeError, match="no_such_name"):
        _ = dialed.no_such_name
