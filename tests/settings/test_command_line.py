"""The command line: text, JSON, exit status, and what goes wrong."""

import json
import os
import signal
import subprocess
import sys
import time
from importlib.metadata import EntryPoint

import pytest

from dialed import command_line
from dialed.command_line import main
from dialed.payload_file import MOST_BYTES
from dialed.terminal_text import painted, safe, table

GOOD = '{"prompt": "a", "num_inference_steps": 25}'

TABLE = [
    # (arguments, standard input, status, part of the output, part of the errors)
    (["resolve", "CFG scale"], "", 0, "guidance_scale", ""),
    (
        ["resolve", "guidance_scale", "--dialect", "diffusers", "--model", "flux-dev"],
        "",
        0,
        "distilled_guidance_scale",
        "",
    ),
    (["resolve", "cfg", "--dialect", "diffusers"], "", 2, "", "did you mean guidance_scale?"),
    (["resolve", "steps", "--model", "nobody"], "", 2, "", "no model is called 'nobody'"),
    (["resolve"], "", 2, "", "required"),
    (["show", "seed"], "", 0, "seed", ""),
    (["show", "sdxl"], "", 0, "num_inference_steps", ""),
    (["show", "black-forest-labs/FLUX.1-dev"], "", 0, "flux-dev", ""),
    (["show", "karras"], "", 0, "Karras", ""),
    (["show", "DPM++ 2M"], "", 0, "dpmpp_2m", ""),
    (["show", "dial401"], "", 0, "negative-prompt-without-effect", ""),
    (["show", "steps-wasted"], "", 0, "DIAL303", ""),
    (["show", "DIAL508"], "", 0, "ink-wash", ""),
    (["show", "Steps"], "", 0, "num_inference_steps", ""),
    (["show", "sdxll"], "", 2, "", "sdxl"),
    (["models"], "", 0, "flux-schnell", ""),
    (["models", "sdxl-turbo"], "", 0, "guidance_scale", ""),
    (["models", "nobody"], "", 2, "", "nobody"),
    (["schema", "sdxl", "--dialect", "comfyui"], "", 0, "sampler_name", ""),
    (["check", "-"], GOOD, 0, "2 settings, no problem", ""),
    (["check", "-"], '{"num_inference_steps": 0}', 1, "DIAL202 error", ""),
    (
        ["check", "-", "--model", "sdxl-turbo"],
        '{"num_inference_steps": 30}',
        1,
        "DIAL303 warning",
        "",
    ),
    (["check", "-"], '{"seed": 9007199254740993}', 0, "DIAL207 hint", ""),
    (["check", "-", "--dialect", "comfyui"], '{"CFG scale": 7}', 1, "DIAL102", ""),
    (["check", "-"], '{"\\u001b[31m": 1}', 1, "\\x1b[31m", ""),
    (["check", "no such file.json"], "", 2, "", "no such file.json: cannot be read"),
    (["check", "-"], "{", 2, "", "standard input:1:2: no JSON"),
    (["check", "-"], "[1]", 2, "", "JSON object"),
    (["check", "-"], '{"a": NaN}', 2, "", "NaN is no JSON value"),
    (["check", "-"], '{"a": -Infinity}', 2, "", "-Infinity is no JSON value"),
    (["check", "-"], '{"a": 1e999}', 2, "", "beyond what a number can hold"),
    (["check", "-"], '{"a": ' + "9" * 5000 + "}", 2, "", "number cannot be read"),
    (["check", "-"], '{"a": 1, "b": {"c": 1, "c": 2}}', 2, "", "'c' stands twice, as 1 and 2"),
    (["check", "-"], '{"a": ' + "[" * 100 + "]" * 100 + "}", 2, "", "nested deeper"),
    (["check", "-"], '{"a": ' + "[" * 200_000, 2, "", "nested deeper"),
    (["check", "-"], b"\xc3({}", 2, "", "no UTF-8"),
    (["check", "-"], b"\xef\xbb\xbf" + GOOD.encode(), 0, "no problem", ""),
    (["check", "-"], " " * (MOST_BYTES + 1), 2, "", "larger than"),
    (
        ["translate", "-", "--to", "diffusers", "--model", "sd15"],
        GOOD,
        0,
        "StableDiffusionPipeline",
        "",
    ),
    (["translate", "-", "--to", "diffusers", "--model", "sd15", "--python"], GOOD, 0, "pipe(", ""),
    (
        ["translate", "-", "--to", "comfyui", "--from", "a1111"],
        '{"Steps": 20, "CFG scale": 7}',
        0,
        "cfg",
        "",
    ),
    (["translate", "-", "--to", "photoshop"], GOOD, 2, "", "no dialect is called 'photoshop'"),
    (["translate", "-"], GOOD, 2, "", "--to"),
    (["--version"], "", 0, "dialed 0.", ""),
    (["--help"], "", 0, "translate", ""),
    (["nonsense"], "", 2, "", "invalid choice"),
    ([], "", 2, "", "required"),
]


class Input:
    def __init__(self, given: str | bytes) -> None:
        import io

        self.buffer = io.BytesIO(given.encode() if isinstance(given, str) else given)


@pytest.mark.parametrize(
    ("arguments", "given", "status", "output", "errors"), TABLE, ids=range(len(TABLE))
)
def test_commands(arguments, given, status, output, errors, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", Input(given))
    assert main(arguments) == status
    printed = capsys.readouterr()
    assert output in printed.out
    assert errors in printed.err
    assert "Traceback" not in printed.err
    assert "\x1b" not in printed.out + printed.err
    if status == 2:
        assert printed.out == ""
        assert len(printed.err) < 2_000


AS_JSON = [
    (["resolve", "CFG scale"], "", lambda found: found["id"] == "guidance_scale"),
    (["show", "seed"], "", lambda found: found["id"] == "seed"),
    (["show", "DIAL303"], "", lambda found: found["code"] == "DIAL303"),
    (["models"], "", lambda found: "sdxl" in found),
    (["models", "sdxl"], "", lambda found: found["num_inference_steps"]["evidence"]["kind"]),
    (
        ["schema", "sdxl"],
        "",
        lambda found: found["properties"]["num_inference_steps"]["description"],
    ),
    (
        ["check", "-"],
        '{"num_inference_steps": "4"}',
        lambda found: (
            found["problems"][0]["fix"]
            == {"key": "num_inference_steps", "action": "set", "value": 4}
        ),
    ),
    (
        ["check", "-"],
        '{"\\ud800": "\\udfff é"}',
        lambda found: found["settings"] == {"\ud800": "\udfff é"},
    ),
    (["check", "-"], GOOD, lambda found: found["ok"] and found["problems"] == []),
    (
        ["translate", "-", "--to", "diffusers", "--model", "vignette"],
        GOOD,
        lambda found: found["payload"]["call"]["num_inference_steps"] == 25,
    ),
]


@pytest.mark.parametrize(("arguments", "given", "holds"), AS_JSON, ids=range(len(AS_JSON)))
def test_json_for_programs(arguments, given, holds, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", Input(given))
    main([*arguments, "--format", "json"])
    assert holds(json.loads(capsys.readouterr().out))


def test_a_file_is_read(tmp_path, capsys):
    path = tmp_path / "settings.json"
    path.write_text(GOOD, encoding="utf-8")
    assert main(["check", str(path)]) == 0
    assert main(["check", str(tmp_path)]) == 0
    assert "1 file, no problem" in capsys.readouterr().out
    assert main(["check", str(tmp_path / "settings.jsn")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def plugin(name: str, value: str) -> EntryPoint:
    return EntryPoint(name=name, value=value, group=command_line.GROUP)


def test_a_broken_plugin_leaves_the_others_alone(monkeypatch, capsys, tmp_path):
    (tmp_path / "works_plugin.py").write_text(
        "def add_commands(commands):\n"
        "    commands.add_parser('works').set_defaults(run=lambda args: print('it works') or 0)\n",
        encoding="utf-8",
    )
    (tmp_path / "breaks_plugin.py").write_text(
        "raise RuntimeError('out of\\norder')\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    entries = [
        plugin("breaks", "breaks_plugin:add_commands"),
        plugin("gone", "no_such_module:f"),
        plugin("works", "works_plugin:add_commands"),
    ]
    monkeypatch.setattr(command_line, "entry_points", lambda group: entries)
    assert main(["works"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "it works\n"
    assert [line.count("cannot be loaded") for line in printed.err.splitlines()] == [1, 1]
    assert "breaks" in printed.err
    assert "out of\\norder" in printed.err
    # Our own commands load nobody else's code.
    assert main(["resolve", "steps"]) == 0
    assert capsys.readouterr().err == ""


def dialed(project_environment, *arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "dialed", *arguments],
        env=project_environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def test_a_pipe_that_closes_early_is_no_error(project_environment):
    process = dialed(project_environment, "models", "--format", "json")
    process.stdout.close()
    errors = process.stderr.read()
    assert process.wait(60) == 0
    assert errors == b""
    process.stdin.close()
    process.stderr.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_an_interrupt_is_quiet(project_environment):
    process = dialed(project_environment, "check", "-")
    time.sleep(2)  # it waits for standard input
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert (output, errors) == (b"", b"")


def test_the_program_itself(project_environment):
    process = dialed(project_environment, "check", "-", "--model", "sdxl-turbo")
    output, errors = process.communicate(b'{"num_inference_steps": 30}', timeout=60)
    assert process.returncode == 1
    assert b"DIAL303" in output
    assert errors == b""


def test_colour_only_where_it_is_wanted(monkeypatch):
    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert painted("x", "error", Terminal()) == "\x1b[31mx\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert painted("x", "error", Terminal()) == "x"


def test_columns_line_up():
    assert table([("a", 1), ("long", "x")], indent=" ") == " a     1\n long  x"
    assert table([("数", "x"), ("abc", "y")]) == "数   x\nabc  y"
    assert table([]) == ""
    assert safe("a\x1b[2Jb\n") == "a\\x1b[2Jb\\n"
