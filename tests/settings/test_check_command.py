"""`dialed check` on files, folders and patterns: mending, differences, annotations, memory."""

import io
import json
import re
import struct
import subprocess
import sys
import zlib

import pytest

import dialed
from dialed.check_printing import print_text
from dialed.check_sources import Document
from dialed.command_line import main

BROKEN = """{
  "prompt": "a lighthouse",
  "num_inference_steps": "25",   "width": 515,

  "eta": 0.5,
  "sampler": "dpmpp_2m"
}
"""
MENDED = """{
  "prompt": "a lighthouse",
  "num_inference_steps": 25,   "width": 512,

  "sampler": "dpmpp_2m"
}
"""
INFOTEXT = (
    "a lighthouse\nNegative prompt: people\n"
    "Steps: 25, Sampler: Euler, CFG scale: 1, Seed: 1, Size: 512x512"
)


def picture(text, padding=0):
    """A PNG of one pixel that carries an infotext, as A1111 writes it."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
        + (chunk(b"tEXt", b"parameters\0" + text.encode("latin-1")) if text else b"")
        + chunk(b"IDAT", zlib.compress(bytes(2)) + bytes(padding))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.json").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "b.txt").write_text(INFOTEXT, encoding="utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "c.png").write_bytes(picture(INFOTEXT))
    (inner / "d.png").write_bytes(picture(""))
    (inner / "e.md").write_text("no settings", encoding="utf-8")
    return tmp_path


class Input:
    def __init__(self, given: bytes) -> None:
        self.buffer = io.BytesIO(given)


def test_fix_writes_only_what_it_mends(folder, capsys):
    file = folder / "a.json"
    assert main(["check", "--fix", str(file)]) == 0
    assert file.read_text(encoding="utf-8") == MENDED
    assert "3 fixed" in capsys.readouterr().out
    assert main(["check", "--fix", str(file)]) == 0
    assert file.read_text(encoding="utf-8") == MENDED
    assert sorted(path.name for path in folder.iterdir()) == ["a.json", "b.txt", "inner"]


def test_fix_keeps_line_ends_byte_order_mark_rights_and_links(folder):
    file, link = folder / "a.json", folder / "link.json"
    content = b"\xef\xbb\xbf" + BROKEN.replace("\n", "\r\n").encode()
    file.write_bytes(content)
    file.chmod(0o640)
    link.symlink_to(file)
    assert main(["check", "--fix", str(link)]) == 0
    assert file.read_bytes() == b"\xef\xbb\xbf" + MENDED.replace("\n", "\r\n").encode()
    assert file.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()


def test_fix_of_standard_input_goes_to_standard_output(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", Input(BROKEN.encode()))
    assert main(["check", "--fix", "-"]) == 0
    printed = capsys.readouterr()
    assert printed.out == MENDED
    assert "3 fixed" in printed.err


def test_diff_writes_nothing(folder, capsys):
    file = folder / "a.json"
    assert main(["check", "--diff", str(file)]) == 1
    printed = capsys.readouterr().out
    assert '-  "eta": 0.5,\n' in printed
    assert '+  "num_inference_steps": 25,   "width": 512,\n' in printed
    assert "would be fixed" in printed
    assert file.read_text(encoding="utf-8") == BROKEN


def test_fix_and_diff_exclude_each_other(folder):
    assert main(["check", "--diff", "--fix", str(folder / "a.json")]) == 2


@pytest.mark.parametrize("arguments", [["."], ["a.json", "b.txt", "inner"], ["*.*", "inner/*.png"]])
def test_many_files(folder, arguments, capsys, monkeypatch):
    monkeypatch.chdir(folder)
    assert main(["check", *arguments]) == 1
    printed = capsys.readouterr()
    assert "3 files: 2 errors, 3 warnings; 1 file without settings" in printed.out
    assert "  DIAL204 error    3:34: width = 515" in printed.out
    assert printed.out.index("a.json") < printed.out.index("b.txt") < printed.out.index("c.png")
    assert printed.err == ""


def test_several_files_are_json_lines(folder, capsys, monkeypatch):
    monkeypatch.chdir(folder)
    assert main(["check", ".", "--format", "json"]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["file"].rpartition("/")[2] for line in lines] == ["a.json", "b.txt", "c.png"]
    assert lines[2]["settings"]["negative_prompt"] == "people"
    assert lines[2]["problems"][0]["rule"] == "DIAL401"


def test_a_file_that_was_named_must_hold_settings(folder, capsys):
    assert main(["check", str(folder / "inner" / "d.png"), str(folder / "b.txt")]) == 2
    printed = capsys.readouterr()
    assert "d.png" in printed.err
    assert "DIAL401" in printed.out


def test_a_folder_without_settings(tmp_path, capsys):
    assert main(["check", str(tmp_path)]) == 2
    assert "no settings found there" in capsys.readouterr().err
    assert main(["check", str(tmp_path / "*.png")]) == 2


def test_annotations(folder, capsys, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "odd,name: 50%.json").write_text('{"a\\nb,c: %": 1}', encoding="utf-8")
    assert main(["check", "odd,name: 50%.json", "a.json", "--format", "github"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(
        "::error file=odd%2Cname%3A 50%25.json,line=1,col=2,title=DIAL101 unknown-setting::"
    )
    assert "%25" in lines[0].partition("::")[2]
    assert lines[2].startswith("::error file=a.json,line=3,col=34,title=DIAL204 not-a-multiple::")
    assert lines[3].startswith("::warning file=a.json,line=5,col=3,title=DIAL405")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_gets_colour_and_wrapped_lines(monkeypatch):
    monkeypatch.setenv("COLUMNS", "70")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    payload = {"eta": 0.5, "sampler": "dpmpp_2m", "seed": -1}
    document, stream = Document("a.json", payload, json.dumps(payload)), Terminal()
    print_text(document, dialed.validate(payload), heading=True, stream=stream)
    lines = stream.getvalue().splitlines()
    assert lines[0] == "\x1b[1ma.json\x1b[0m"
    heads = [line for line in lines[1:] if "DIAL" in line]
    assert [line[:11] for line in heads] == ["  \x1b[36mDIAL", "  \x1b[33mDIAL"]
    plain = [re.sub(r"\x1b\[\d+m", "", line) for line in lines]
    assert max(map(len, plain)) <= 72
    assert all(line.startswith(" " * 18) for line in plain[1:] if "DIAL" not in line)


def test_hints_and_warnings_can_be_left_out(tmp_path, capsys):
    file = tmp_path / "a.json"
    file.write_text('{"seed": -1, "eta": 0.5, "sampler": "euler"}', encoding="utf-8")
    for severity, status, told in [
        ("hint", 1, {"DIAL208", "DIAL405"}),
        ("warning", 1, {"DIAL405"}),
        ("error", 0, set()),
    ]:
        assert main(["check", str(file), "--severity", severity]) == status
        printed = capsys.readouterr().out
        assert {code for code in ("DIAL208", "DIAL405") if code in printed} == told


def test_what_would_be_lost_elsewhere(tmp_path, capsys):
    file = tmp_path / "a.json"
    file.write_text('{"prompt": "a", "clip_skip": 2}', encoding="utf-8")
    assert main(["check", str(file)]) == 0
    assert main(["check", str(file), "--to", "replicate"]) == 1
    assert "DIAL501 warning  clip_skip is lost on the way to replicate" in capsys.readouterr().out
    assert main(["check", str(file), "--to", "photoshop"]) == 2


def test_a_graph_of_comfyui_is_read(tmp_path, capsys):
    graph = {
        "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "a.safetensors"}},
        "2": {"class_type": "CLIPTextEncode", "inputs": {"text": "a cat", "clip": ["1", 1]}},
        "3": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 512}},
        "4": {
            "class_type": "KSampler",
            "inputs": {
                "seed": 1,
                "steps": 20,
                "cfg": 0.0,
                "sampler_name": "euler",
                "scheduler": "normal",
                "denoise": 1.0,
                "model": ["1", 0],
                "positive": ["2", 0],
                "negative": ["2", 0],
                "latent_image": ["3", 0],
            },
        },
        "5": {"class_type": "VAEDecode", "inputs": {"samples": ["4", 0], "vae": ["1", 2]}},
        "6": {"class_type": "SaveImage", "inputs": {"images": ["5", 0], "filename_prefix": "x"}},
    }
    file = tmp_path / "graph.json"
    file.write_text(json.dumps(graph), encoding="utf-8")
    assert main(["check", str(file)]) == 1
    assert "DIAL411" in capsys.readouterr().out


MEASURED = r"""
import pathlib, re, sys
from dialed.command_line import main
status = main(["check", sys.argv[1], "--format", "json"])
# Not ru_maxrss: that counts the process from which this one was forked.
most = re.search(r"VmHWM:\s+(\d+) kB", pathlib.Path("/proc/self/status").read_text())
print(int(most[1]) // 1024, status, file=sys.stderr)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_folder_of_many_pictures_streams(tmp_path, project_environment):
    for number in range(300):
        content = picture(INFOTEXT.replace("Seed: 1", f"Seed: {number}"), 100_000)
        (tmp_path / f"{number:03}.png").write_bytes(content)
    (tmp_path / "large.png").write_bytes(picture(INFOTEXT, 60_000_000))
    result = subprocess.run(
        [sys.executable, "-c", MEASURED, str(tmp_path)],
        env=project_environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    megabytes, status = map(int, result.stderr.split())
    seeds = [json.loads(line)["settings"]["seed"] for line in result.stdout.splitlines()]
    assert seeds == [*range(300), 1]
    assert status == 1
    assert megabytes < 150, megabytes
