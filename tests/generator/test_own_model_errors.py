"""What can be wrong with a checkpoint: one clear message each, and a status that tells."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from hub_server import COMMIT, serving

SEEDS = ("--setting", "seed/many-seeds", "--values", "seed=1,2", "--set", "num_inference_steps=2")
SIZE = ("--size", "64x64", *SEEDS)


@pytest.fixture
def copy(saved, tmp_path):
    """A copy of a tiny checkpoint that a test may break."""
    return shutil.copytree(saved("sd15"), tmp_path / "copy")


def cut(folder):
    path = next((folder / "unet").glob("*.safetensors"))
    path.write_bytes(path.read_bytes()[:-100])


def no_safetensors(folder):
    path = next((folder / "unet").glob("*.safetensors"))
    path.write_bytes(b"PK\x03\x04" + b"0" * 4000)


def pickled(folder):
    path = next((folder / "unet").glob("*.safetensors"))
    path.rename(path.with_suffix(".bin"))


def no_index(folder):
    (folder / "model_index.json").unlink()


def foreign_class(folder):
    change(folder, _class_name="NobodysPipeline")


def gone_component(folder):
    shutil.rmtree(folder / "vae")


def outside(folder):
    change(folder, **{"../other": ["diffusers", "UNet2DConditionModel"]})


def change(folder, **values):
    path = folder / "model_index.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (cut, "header promises"),
        (no_safetensors, "its header wants"),
        (pickled, "is not safetensors and is never opened"),
        (no_index, "model_index.json is missing"),
        (foreign_class, "belongs to no model of the registry"),
        (gone_component, "missing or empty"),
        (outside, "do not trust it"),
    ],
)
def test_a_broken_folder(images, copy, tmp_path, harm, words):
    harm(copy)
    status, out, err = images("build", "--model", copy, "--out", tmp_path / "sheet", *SIZE)
    assert (status, out) == (2, "")
    assert words in err
    assert str(copy) in err or "copy" in err
    assert "Traceback" not in err
    assert not (tmp_path / "sheet" / "index.html").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--model", "nothing/here/at/all"), "neither a folder nor a .safetensors file"),
        (("--model", "{checkpoint}", "--revision", "main"), "lies on this machine"),
        (("--model", "{files}/old.ckpt"), "never opened"),
        (("--model", "{files}/notes.txt"), "must be .safetensors"),
        (("--model", "{checkpoint}", "--size", "63x64"), "multiples of 8 pixels; take 64"),
        (("--model", "{checkpoint}", "--lora", "{files}/old.ckpt"), "--lora"),
        (
            ("--model", "{checkpoint}", "--lora", "{files}/absent.safetensors:0.5"),
            "there is no such file",
        ),
        (("--model", "{checkpoint}", "--lora", "{files}/cut.safetensors"), "its header"),
        (("--model", "{checkpoint}", "--controlnet", "{files}"), "config.json"),
        (("--model", "{checkpoint}", "--ip-adapter", "{files}/old.pt"), "--ip-adapter"),
        (("--model", "{checkpoint}", "--as", "no such model"), "no such model"),
        (("--model", "{checkpoint}", "--as", "family-sdxl"), "name one of its models"),
        (("--model", "{checkpoint}", "--set", "guidance_scale=much"), "write a number"),
        (("--model", "{checkpoint}", "--set", "guidance_scale=-3"), "lies between"),
        (("--model", "{checkpoint}", "--values", "num_inference_steps=1.5"), "is a whole number"),
        (("--model", "{checkpoint}", "--setting", "seed/nothing"), "no comparison 'nothing'"),
        (("--model", "{checkpoint}", "--image", "{files}/notes.txt"), "not a picture"),
        (("--model", "{checkpoint}", "--offload", "model"), "--device is cpu"),
        (("--model", "{checkpoint}", "--device", "cuda:99"), "cannot be used here"),
        (("--model", "{checkpoint}", "--quantize", "4bit"), "bitsandbytes"),
    ],
    ids=lambda value: " ".join(value[2:] or value) if isinstance(value, tuple) else "",
)
def test_a_wrong_option(images, saved, tmp_path, options, words):
    files = tmp_path / "files"
    files.mkdir()
    (files / "old.ckpt").write_bytes(b"\x80\x02")
    (files / "old.pt").write_bytes(b"\x80\x02")
    (files / "notes.txt").write_text("notes", encoding="utf-8")
    (files / "cut.safetensors").write_bytes(b"\x00\x10\x00\x00\x00\x00\x00\x00{")
    said = [one.format(checkpoint=saved("sd15"), files=files) for one in options]
    status, _, err = images("build", "--out", tmp_path / "sheet", *SEEDS, *said)
    assert status == 2
    assert words in err
    assert "Traceback" not in err


def test_a_sheet_needs_a_place(images, saved):
    status, _, err = images("build", "--model", saved("sd15"))
    assert status == 2
    assert "--out" in err


def test_a_picture_that_overflows_fails_alone(images, copy, tmp_path):
    from safetensors.torch import load_file, save_file

    path = next((copy / "vae").glob("*.safetensors"))
    weights = load_file(path)
    weights["decoder.conv_out.bias"][:] = float("nan")
    save_file(weights, path, metadata={"format": "pt"})
    out = tmp_path / "sheet"
    status, told, err = images("build", "--model", copy, "--out", out, "--format", "json", *SIZE)
    assert (status, err) == (1, "")
    summary = json.loads(told.splitlines()[-1])
    assert (summary["made"], summary["failed"]) == (0, 2)
    assert "NaN" in next(iter(summary["reasons"]))
    assert "NaN" in (out / "index.html").read_text(encoding="utf-8")


def dialed_in(tmp_path, *arguments, **environment):
    """Run the command in a process of its own, with a hub cache of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    return subprocess.run(
        [sys.executable, "-m", "dialed", "images", "build", *map(str, arguments)],
        env=kept | {"HF_HOME": str(tmp_path / "hub")} | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"HF_ENDPOINT": "http://127.0.0.1:9"}, "the hub cannot be reached"),
        ({"HF_HUB_OFFLINE": "1"}, "not in the cache of this machine"),
    ],
    ids=["unreachable", "offline"],
)
def test_a_hub_that_cannot_be_asked(tmp_path, environment, words):
    done = dialed_in(tmp_path, "--model", "owner/model", "--out", tmp_path / "s", **environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.slow
def test_a_hub_repository_is_pinned_to_its_commit(saved, tmp_path):
    repository, out = "owner/tiny", tmp_path / "sheet"
    wanted = ("--model", repository, "--out", out, *SIZE)
    with serving(repository, saved("sd15")) as address:
        gone = dialed_in(tmp_path, *wanted, "--revision", "gone", HF_ENDPOINT=address)
        assert gone.returncode == 2
        assert "no revision 'gone'" in gone.stderr
        absent = dialed_in(tmp_path, "--model", "owner/absent", "--out", out, HF_ENDPOINT=address)
        assert absent.returncode == 2
        assert "no such repository" in absent.stderr
        done = dialed_in(tmp_path, *wanted, HF_ENDPOINT=address)
        assert done.returncode == 0, done.stderr
        assert f"{repository}: revision {COMMIT}" in done.stderr
    sheet = json.loads((out / "sheet.json").read_text(encoding="utf-8"))
    assert COMMIT in sheet["facts"]["Revision"]
    assert f"--revision {COMMIT}" in sheet["command"]
    # Offline, the commit that the sheet names is enough.
    again = dialed_in(tmp_path, *wanted, "--revision", COMMIT, HF_HUB_OFFLINE="1")
    assert again.returncode == 0, again.stderr
    assert "0 images made, 2 reused" in again.stdout
