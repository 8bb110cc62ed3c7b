"""A tiny training is killed, goes on where it was, publishes and evaluates."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from dialed_generator.vignette import train
from dialed_generator.vignette.__main__ import main
from dialed_generator.vignette.captioned import Draw
from dialed_generator.vignette.dataset import scenes_of
from dialed_generator.vignette.denoiser import TRAIN_STEPS, alphas_cumprod, draw_timesteps
from dialed_generator.vignette.drawing import FORMATS
from dialed_generator.vignette.files import (
    CheckpointError,
    Throttle,
    load_checkpoint,
    planned_minutes,
    save_checkpoint,
)
from dialed_generator.vignette.publishing import load_pipeline
from dialed_generator.vignette.settings import TINY, Recipe
from dialed_generator.vignette.unet_training import Formats

# diffusers passes tensors to numpy.array in its schedulers; numpy 2 warns about the missing keyword.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

GENERATOR = Path(train.__file__).parents[2]


def test_the_schedule_ends_in_noise() -> None:
    bars = alphas_cumprod()
    assert bars.shape == (TRAIN_STEPS,)
    assert float(bars[0]) > 0.99
    assert float(bars[-1]) < 1e-4


def test_timesteps_cover_the_schedule_and_favour_noise() -> None:
    torch.manual_seed(0)
    steps = torch.cat([draw_timesteps(64) for _ in range(40)])
    shares = torch.bincount(steps * 4 // TRAIN_STEPS, minlength=4) / len(steps)
    assert shares.min() > 0.15
    assert shares[3] > 0.33
    assert int(steps.min()) >= 0
    assert int(steps.max()) < TRAIN_STEPS


def test_the_throttle_and_the_plan_follow_their_files(tmp_path: Path) -> None:
    before = torch.get_num_threads()
    throttle = Throttle(tmp_path, every=1)
    throttle.step()
    assert torch.get_num_threads() == before
    (tmp_path / "threads").write_text("2\n", encoding="utf-8")
    throttle.step()
    try:
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
    assert planned_minutes(tmp_path, "unet", 7.0) == 7.0
    (tmp_path / "unet-minutes").write_text("9.5", encoding="utf-8")
    assert planned_minutes(tmp_path, "unet", 7.0) == 9.5


@pytest.mark.parametrize("damage", ["cut", "text", "other"])
def test_a_damaged_checkpoint_is_refused_with_its_cure(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "unet.pt"
    save_checkpoint(path, {"step": 3, "weights": torch.zeros(2000)})
    whole = path.read_bytes()
    assert load_checkpoint(path) is not None
    if damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "text":
        path.write_text("no checkpoint at all", encoding="utf-8")
    else:
        torch.save([1, 2], path)
    with pytest.raises(CheckpointError, match=r"unet\.pt.*delete the file"):
        load_checkpoint(path)


def test_a_damaged_checkpoint_ends_the_command_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "decoder.pt").write_bytes(b"PK\x03\x04 cut off")
    given = ["publish", "--tiny", "--work", str(tmp_path), "--folder", str(tmp_path / "out")]
    assert main(given) == 2
    assert "is no readable checkpoint" in capsys.readouterr().err


def test_the_plan_tells_stages_minutes_and_what_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_checkpoint(tmp_path / "vae.pt", {"step": 1})
    train.print_plan(tmp_path, Recipe())
    told = capsys.readouterr().out.splitlines()
    assert "CPU" in told[0]
    assert [line.split()[0] for line in told[1:-1]] == [s[0] for s in train.stages(tmp_path, TINY)]
    assert sum("checkpoint there" in line for line in told) == 1
    assert any("145 minutes" in line for line in told)


def test_batches_are_of_one_format_and_mostly_square() -> None:
    scenes = scenes_of(4)
    square = Draw(torch.zeros(4, 12, 16, 16), scenes, 0)
    others = [Draw(torch.zeros(4, 12, h // 8, w // 8), scenes, 0) for w, h in FORMATS[1:]]
    draw = Formats(square, others, 0)
    shapes = [tuple(draw(2)[0].shape[2:]) for _ in range(400)]
    assert set(shapes) == {(16, 16), (12, 20), (20, 12)}
    assert 0.8 < shapes.count((16, 16)) / 400 < 0.95
    assert {tuple(Formats(square, [], 0)(3)[0].shape) for _ in range(20)} == {(3, 12, 16, 16)}


def test_publishing_an_untrained_run_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["publish", "--tiny", "--work", str(tmp_path), "--folder", str(tmp_path / "out")]
    assert main(given) == 2
    assert "the autoencoder is not trained" in capsys.readouterr().err


def test_a_killed_training_goes_on_where_it_was(tmp_path: Path) -> None:
    work, folder = tmp_path / "work", tmp_path / "published"
    command = [
        sys.executable,
        "-m",
        "dialed_generator.vignette",
        "train",
        "--tiny",
        "--threads",
        "1",
        "--work",
        str(work),
        "--folder",
        str(folder),
    ]
    places = os.pathsep.join([str(GENERATOR), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": places, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        limit = time.monotonic() + 120
        while not (work / "unet.pt").exists() and time.monotonic() < limit:
            assert process.poll() is None, "the training ended before its first checkpoint"
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    killed = load_checkpoint(work / "unet.pt")
    assert killed is not None
    assert killed["step"] > 0
    assert not (folder / "model_index.json").exists()
    scenes = (work / "scenes-64.u8").stat().st_mtime_ns

    report = train.train(work, TINY, folder)

    assert (work / "scenes-64.u8").stat().st_mtime_ns == scenes, "scenes were drawn again"
    assert report["training"]["steps_trained"] > killed["step"]
    assert report["samples_seen"] == report["training"]["steps_trained"] * TINY.unet_batch
    assert report["samples_seen"] > killed["samples"]
    assert json.loads((folder / "evaluation.json").read_text(encoding="utf-8")) == report
    assert "# Vignette" in (folder / "README.md").read_text(encoding="utf-8")
    image = load_pipeline(folder)("a house", num_inference_steps=1).images[0]
    assert image.size == (128, 128)

    later = train.train(tmp_path / "later", TINY, tmp_path / "second", known=folder)
    assert later["training"]["before"] == {
        "samples_seen": report["samples_seen"],
        "scenes": TINY.scenes,
    }
    assert later["samples_seen"] > report["samples_seen"]
    assert "Trained on from the version before" in (tmp_path / "second" / "README.md").read_text(
        encoding="utf-8"
    )
