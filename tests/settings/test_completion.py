"""`dialed completion`: the scripts run in the shells that are there."""

import os
import shlex
import shutil
import subprocess

import pytest

from dialed.command_line import main

ASKED = [
    # words before the cursor, some of what must be offered, some of what must not
    (["dialed", "ch"], {"check"}, {"models"}),
    (["dialed", ""], {"check", "translate", "completion", "images"}, set()),
    (["dialed", "check", "--di"], {"--dialect", "--diff"}, {"--model"}),
    (["dialed", "check", "a.json", "--format", ""], {"text", "json", "github"}, {"check"}),
    (["dialed", "check", "--model", "flux-"], {"flux-dev", "flux-schnell"}, {"sdxl"}),
    (["dialed", "translate", "--to", "comf"], {"comfyui"}, {"a1111"}),
    (["dialed", "records", "l"], {"lint"}, {"build"}),
    (["dialed", "completion", ""], {"bash", "zsh", "fish"}, set()),
    (["dialed", "resolve", "guid"], {"guidance_scale"}, {"seed"}),
    (["dialed", "show", "DIAL40"], {"DIAL401"}, {"DIAL101"}),
]
ASK = {
    "bash": """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dialed
printf '%s\\n' "${COMPREPLY[@]}"
""",
    "zsh": """
compadd() { shift; print -l -- "$@" }
_files() { }
compdef() { }
source "$1"; shift
words=("$@"); CURRENT=$#; _dialed
""",
    "fish": """
source $argv[1]
complete --do-complete (string join ' ' -- $argv[2..-2])" $argv[-1]" | string split -f1 \\t
""",
}


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("completion")
    return {shell: folder / f"dialed.{shell}" for shell in ASK}


def script(shell, scripts, capsys):
    if not scripts[shell].exists():
        assert main(["completion", shell]) == 0
        scripts[shell].write_text(capsys.readouterr().out, encoding="utf-8")
    return scripts[shell]


@pytest.mark.parametrize("shell", ASK)
@pytest.mark.parametrize(("words", "offered", "kept"), ASKED, ids=range(len(ASKED)))
def test_what_is_offered(shell, words, offered, kept, scripts, capsys):
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not here")
    options = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    arguments = [program, *options, "-c", ASK[shell]]
    if shell != "fish":
        arguments.append(shell)
    result = subprocess.run(
        [*arguments, str(script(shell, scripts, capsys)), *words],
        env=os.environ | {"HOME": str(scripts[shell].parent)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert result.stderr == ""
    found = {line for line in result.stdout.splitlines() if line.startswith(words[-1])}
    assert offered <= found
    assert not kept & found


def test_bash_registers_the_function(scripts, capsys):
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not here")
    command = f"source {shlex.quote(str(script('bash', scripts, capsys)))}; complete -p dialed"
    result = subprocess.run([bash, "--norc", "-c", command], capture_output=True, check=True)
    assert result.stdout.split() == b"complete -o bashdefault -o default -F _dialed dialed".split()


def test_an_unknown_shell(capsys):
    assert main(["completion", "tcsh"]) == 2
    assert "invalid choice" in capsys.readouterr().err
