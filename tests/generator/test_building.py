"""Builds: what is made stays, what is stale is rendered, what is stopped goes on."""

import json
import random
import signal
import subprocess
import sys
import time

import pytest
from child_build import BUILD, child, line

from dialed_generator.manifest import read_manifest
from dialed_generator.places import Places
from dialed_generator.planning import plan
from dialed_generator.weights import weights_digest


def test_a_second_build_renders_nothing(images, here, built, small_plan):
    count = len(small_plan.jobs)
    status, out, err = images(*BUILD, *here)
    told = line(out)
    assert len(out.strip().splitlines()) == 1
    assert list(told) == ["rendered", "reused", "failed", "seconds"]
    assert (status, told["rendered"], told["reused"], told["failed"], err) == (0, 0, count, 0, "")
    assert images("verify", *here)[0] == 0
    assert images("status", *here)[0] == 0
    assert "nothing is stale" in images("build", *here)[1]


def test_nothing_is_imported_for_nothing(here, built, project_environment):
    code = (
        "import sys, argparse\nfrom dialed_generator.command_line import add_commands\n"
        "parser = argparse.ArgumentParser(); add_commands(parser.add_subparsers())\n"
        f"args = parser.parse_args({['images', 'build', *here]!r})\n"
        "assert args.run(args) == 0\nprint(sorted({'torch', 'diffusers', 'transformers'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        env=project_environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.splitlines()[-1] == "[]"


def test_everything_a_page_needs_is_there(built, small_plan):
    manifest = read_manifest(built.published / "manifest.json")
    assert set(manifest.comparisons) == {comparison.name for comparison in small_plan.comparisons}
    for name, entry in manifest.comparisons.items():
        planned = next(c for c in small_plan.comparisons if c.name == name)
        assert [(c.prompt, c.seed, c.values) for c in entry.cells] == [
            (c.prompt, c.seed, c.values) for c in planned.cells
        ]
        assert {curve.measure for curve in entry.curves} <= {
            "ssim", "psnr", "seconds", "model_calls", "saturation", "clipped", "sharpness", "diversity"
        }  # fmt: skip
    for key, image in manifest.images.items():
        formats = {file.format for file in image.files}
        assert "avif" in formats
        assert image.provenance.environment in manifest.environments
        assert image.provenance.model_calls > 0
        assert key in built.store
    steps = manifest.comparisons["num_inference_steps/separate-runs@vignette"]
    calls = next(curve for curve in steps.curves if curve.measure == "model_calls")
    assert [(point.value, point.mean) for point in calls.points] == [(1, 2), (4, 8), (8, 16)]


def test_a_clone_without_masters_is_up_to_date(images, here, built, small_plan):
    import shutil

    shutil.rmtree(built.root / ".dialed")
    status, out, _ = images(*BUILD, *here)
    assert (status, line(out)["rendered"]) == (0, 0)


def test_a_missing_file_comes_back_from_the_store(images, here, built):
    manifest = read_manifest(built.published / "manifest.json")
    lost = next(iter(manifest.images.values())).files[0]
    (built.published / lost.path).unlink()
    status, out, _ = images("status", *here)
    assert status == 1
    assert "1 images: missing" in out
    assert line(images(*BUILD, *here)[1])["rendered"] == 0
    assert images("verify", *here)[0] == 0
    assert read_manifest(built.published / "manifest.json") == manifest


def test_a_missing_file_of_a_clone_is_rendered_again(images, here, built):
    import shutil

    manifest = read_manifest(built.published / "manifest.json")
    shutil.rmtree(built.root / ".dialed")
    image = next(entry for entry in manifest.images.values() if entry.task == "image-to-image")
    (built.published / image.files[0].path).unlink()
    told = line(images(*BUILD, *here)[1])
    # The image, and the one it starts from, whose master is needed.
    assert (told["rendered"], told["failed"]) == (2, 0)
    assert images("verify", *here)[0] == 0


def test_force_renders_one_setting_and_changes_nothing(images, here, built):
    before = (built.published / "manifest.json").read_bytes()
    status, out, err = images(*BUILD, *here, "--force", "strength")
    assert (status, line(out)["rendered"]) == (0, 4)
    assert "4 of 4 images that were rendered anew are equal to the bit" in err
    assert (built.published / "manifest.json").read_bytes() == before


def test_other_weights_make_everything_stale(images, here, built, tmp_path):
    import shutil

    shutil.copytree(built.weights / "vignette", tmp_path / "other" / "vignette")
    config = tmp_path / "other" / "vignette" / "scheduler" / "scheduler_config.json"
    config.write_text(config.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    arguments = [*here[:2], "--weights", tmp_path / "other", *here[4:]]
    _, out, _ = images("status", *arguments, "--format", "json")
    assert set(json.loads(out)["counts"]) == {"weights changed"}
    assert weights_digest(tmp_path / "other" / "vignette") != weights_digest(
        built.weights / "vignette"
    )


def test_a_limit_leaves_the_rest_for_another_run(images, here, places, small_plan):
    arguments = [*BUILD, *here, "--setting", "seed"]
    status, out, err = images(*arguments, "--limit", 3)
    assert (status, line(out)["rendered"]) == (0, 3)
    assert "1 stale images are left" in err
    manifest = read_manifest(places.published / "manifest.json")
    assert (len(manifest.images), len(manifest.comparisons)) == (3, 0)
    told = line(images(*arguments)[1])
    assert (told["rendered"], told["reused"]) == (1, 3)
    assert len(read_manifest(places.published / "manifest.json").comparisons) == 1


def test_an_image_that_fails_is_told_and_left_out(images, here, places, tmp_path):
    # A scheduler argument that its class does not take.
    import shutil
    from pathlib import Path

    records = tmp_path / "records"
    shutil.copytree(here[5], records)
    euler = Path(records / "samplers" / "euler.toml")
    text = euler.read_text(encoding="utf-8").replace(
        'schedules = ["normal"]', 'schedules = ["normal"], arguments = { no_such_argument = 1 }'
    )
    euler.write_text(text, encoding="utf-8")
    status, out, err = images(*BUILD, *here[:5], records, "--setting", "sampler")
    assert (status, line(out)["rendered"], line(out)["failed"]) == (1, 2, 1)
    assert "EulerDiscreteScheduler does not take no_such_argument" in err
    entry = read_manifest(places.published / "manifest.json").comparisons[
        "sampler/side-by-side@vignette"
    ]
    assert [cell.values for cell in entry.cells] == [("ddim",), ("euler_ancestral",)]
    assert images("verify", *here)[0] == 0


def wait_for_masters(places: Places, count: int, builder: subprocess.Popen) -> None:
    deadline = time.monotonic() + 300
    while len(list(places.store.keys())) < count and builder.poll() is None:
        assert time.monotonic() < deadline, "the build does not get on"
        time.sleep(0.01)


def killed_and_resumed(places, here, environment, count: int, instant: float, images) -> None:
    builder = child(here, environment)
    wait_for_masters(places, count, builder)
    time.sleep(instant)
    builder.send_signal(signal.SIGKILL)
    builder.communicate()
    kept = [key for key in places.store.keys() if key in places.store]  # noqa: SIM118
    assert len(kept) >= count - 1  # at most the last one was half way
    status, out, _ = images(*BUILD, *here)
    told = line(out)
    total = told["rendered"] + told["reused"]
    assert (status, told["failed"]) == (0, 0)
    assert told["rendered"] == total - len(kept)
    # What the kill left half written is not published; gc takes it away.
    images("gc", *here)
    assert images("verify", *here)[0] == 0
    assert line(images(*BUILD, *here)[1])["rendered"] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize("count", [3])
def test_a_build_that_is_killed_goes_on(places, here, project_environment, images, count):
    killed_and_resumed(places, here, project_environment, count, 0.0, images)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize("number", range(20))
def test_a_build_that_is_killed_at_any_instant_goes_on(
    places, here, project_environment, images, number
):
    lot = random.Random(number)
    killed_and_resumed(
        places, here, project_environment, lot.randrange(1, 31), lot.random() / 10, images
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT")
def test_a_build_that_is_stopped_keeps_what_it_made(places, here, project_environment, images):
    builder = child(here, project_environment)
    wait_for_masters(places, 4, builder)
    builder.send_signal(signal.SIGINT)
    _, err = builder.communicate()
    assert builder.returncode == 130
    assert "stopped; everything finished so far is kept" in err
    assert "Traceback" not in err
    manifest = read_manifest(places.published / "manifest.json")
    # The stop may fall between the writing of a master and its entry.
    kept = len(list(places.store.keys()))
    assert kept >= 4
    assert kept - 1 <= len(manifest.images) <= kept
    assert line(images(*BUILD, *here)[1])["rendered"] == 31 - kept


@pytest.mark.skipif(sys.platform == "win32", reason="needs file locks")
def test_two_builds_at_once(places, here, project_environment, images, registry):
    builders = [child(here, project_environment, "--setting", "guidance_scale") for _ in range(2)]
    ends = [builder.communicate() for builder in builders]
    assert [builder.returncode for builder in builders] == [0, 0]
    assert sorted(line(out)["rendered"] for out, _ in ends) == [0, 4]
    digest = {"vignette": weights_digest(places.model_folder("vignette"))}
    wanted = plan(registry, digest, settings=["guidance_scale"]).jobs
    assert set(read_manifest(places.published / "manifest.json").images) == set(wanted)
    assert images("verify", *here)[0] == 0


def test_masters_on_demand(images, here, built, small_plan):
    import shutil

    shutil.rmtree(built.root / ".dialed")
    told = line(images(*BUILD, *here, "--masters", "--setting", "seed")[1])
    assert told["rendered"] == 4
    assert len(list(built.store.keys())) == 4
