"""The examples in the README and in CONTRIBUTING are run, and what they print is compared."""

import doctest
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = ["README.md", "CONTRIBUTING.md"]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list:
    """Every fenced block of one language, named by page and line."""
    found = []
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        for match in FENCE.finditer(text):
            if match[1] == language:
                line = text[: match.start()].count("\n") + 2
                found.append(pytest.param(match[2], id=f"{page}:{line}"))
    return found


def commands() -> list:
    """Each `$ command` of the console blocks with the output written below it."""
    found = []
    for block in blocks("console"):
        for number, part in enumerate(re.split(r"^\$ ", block.values[0], flags=re.MULTILINE)[1:]):
            command, _, output = part.partition("\n")
            found.append(pytest.param(command, output, id=f"{block.id}[{number}]"))
    return found


@pytest.mark.parametrize("page", PAGES)
def test_python_examples(page):
    # One page is one run: a later block may use what an earlier one made.
    source = "\n".join(block.values[0] for block in blocks("pycon") if block.id.startswith(page))
    test = doctest.DocTestParser().get_doctest(source, {}, page, None, 0)
    told: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(test, out=told.append)
    assert runner.failures == 0, "".join(told)


@pytest.mark.parametrize(("command", "output"), commands())
def test_console_examples(command, output, project_environment, tmp_path):
    # `dialed ...`, perhaps with one text piped into it: echo 'TEXT' | dialed ...
    given = ""
    if " | " in command:
        source, command = command.split(" | ", 1)
        program, given = shlex.split(source)
        assert program == "echo"
    program, *arguments = shlex.split(command)
    assert program == "dialed", "only the project's own command is run from a page"
    code = "import sys; from dialed.command_line import main; sys.exit(main())"
    result = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=project_environment,
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in result.stderr
    checker = doctest.OutputChecker()
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    assert checker.check_output(output, result.stdout + result.stderr, flags), (
        f"$ {command}\n{result.stdout}{result.stderr}"
    )


def named_commands() -> list[str]:
    """Every `dialed ...` of the pages and of the site, in running text or in a block, without pipes."""
    pages = [*(ROOT / page for page in PAGES), *(ROOT / "docs").glob("*.md")]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    found = re.findall(r"`dialed ([a-z][^`]*)`", text)
    found += re.findall(r"^(?:\$ )?dialed ([a-z][^#\n]*)", text, re.MULTILINE)
    found += re.findall(r"\| dialed ([a-z][^\n]*)", text)
    return sorted({command.strip() for command in found})


@pytest.mark.parametrize("command", named_commands())
def test_commands_named_on_the_pages_exist(command, capsys):
    from dialed.command_line import main

    # argparse takes the words in their order, so a wrong one is refused before --help is reached.
    status = main([*shlex.split(command), "--help"])
    assert status == 0, capsys.readouterr().err


def test_there_are_examples():
    assert len(blocks("pycon")) >= 2
    assert len(commands()) >= 3


@pytest.mark.parametrize("page", PAGES)
def test_links_inside_the_repository_lead_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", text)
    targets += re.findall(r'src="(?!https?://)([^"]+)"', text)
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_make_targets_named_on_the_pages_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    text = "".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"`make ([a-z-]+)", text)) | set(
        re.findall(r"^make ([a-z-]+)", text, re.MULTILINE)
    )
    assert named - targets == set()
