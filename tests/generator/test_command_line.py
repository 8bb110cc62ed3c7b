"""`dialed images`: answers for people and programs, and one clear message for every bad input."""

import json
import os
import shutil
import subprocess
import sys

import pytest


def test_plan(images, here, small_plan):
    status, out, err = images("plan", *here)
    assert (status, err) == (0, "")
    assert "strength/separate-runs@vignette: 3 pictures, 3 images" in out
    assert f"{len(small_plan.jobs)} images of" in out
    told = json.loads(images("plan", *here, "--format", "json", "--setting", "seed")[1])
    assert told["comparisons"] == {"seed/four-seeds@vignette": 4}
    assert {job["seed"] for job in told["jobs"]} == {1, 2, 3, 4}


def test_a_setting_goes_by_any_of_its_names(images, here):
    assert (
        json.loads(images("plan", *here, "--format", "json", "--setting", "Guidance Scale")[1])[
            "images"
        ]
        == 4
    )


def test_status_gives_each_reason(images, here):
    status, out, _ = images("status", *here, "--setting", "seed")
    assert status == 1
    assert out.strip().splitlines()[-1] == "4 images: new"
    assert (
        "(vignette, sampler = ddim, num_inference_steps = 4, guidance_scale = 4.0, seed 3): new"
        in out
    )


def unwritable(places):
    places.root.mkdir(parents=True, exist_ok=True)
    (places.root / "docs").write_text("a file where a folder belongs", encoding="utf-8")
    (places.root / ".dialed").write_text("", encoding="utf-8")


def no_weights(places):
    shutil.rmtree(places.weights / "vignette")


def cut_weights(places):
    path = next((places.weights / "vignette" / "unet").glob("*.safetensors"))
    path.write_bytes(path.read_bytes()[:-10])


def broken_manifest(places):
    places.published.mkdir(parents=True)
    (places.published / "manifest.json").write_text(
        '{"schema_version": 1, "images": ', encoding="utf-8"
    )


@pytest.fixture
def own_weights(places, tmp_path, here):
    """Arguments with a copy of the weights that may be damaged."""
    import dataclasses

    shutil.copytree(places.weights, tmp_path / "weights")
    here[3] = str(tmp_path / "weights")
    return dataclasses.replace(places, weights=tmp_path / "weights")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (unwritable, "could not be written"),
        (no_weights, "holds no model: model_index.json is missing"),
        (cut_weights, "the file is truncated or damaged; get it again"),
        (broken_manifest, "the manifest is not valid JSON"),
    ],
)
def test_bad_surroundings(images, here, own_weights, damage, message):
    damage(own_weights)
    status, out, err = images("build", *here, "--setting", "seed")
    assert (status, out) == (2, "")
    assert message in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["build", "--setting", "stepz"], 2, "no setting is called 'stepz'"),
        (["build", "--force", "stepz"], 2, "no setting is called 'stepz'"),
        (["build", "--limit", "-1"], 2, "'-1' is not a whole number of 0 or more"),
        (["verify", "--rerender", "many"], 2, "'many' is not a whole number"),
        (["paint"], 2, "invalid choice: 'paint'"),
        ([], 2, "required"),
    ],
)
def test_wrong_use(images, here, arguments, status, message):
    told = images(*arguments, *(here if arguments else ()))
    assert told[0] == status
    assert message in told[2]
    assert "Traceback" not in told[2]


def test_the_manifest_of_a_failed_build_is_untouched(images, here, built):
    # The disk refuses every file above 2 kB: a master does not fit, the manifest stays as it was.
    before = (built.published / "manifest.json").read_bytes()
    shutil.rmtree(built.root / ".dialed")
    code = (
        "import sys, argparse, resource\nfrom dialed import DialedError\n"
        "from dialed_generator.command_line import add_commands\n"
        "import torch, diffusers, transformers\n"
        "parser = argparse.ArgumentParser(); add_commands(parser.add_subparsers())\n"
        "args = parser.parse_args(sys.argv[1:])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))\n"
        "try: args.run(args)\nexcept DialedError as error: print('error:', error, file=sys.stderr); sys.exit(1)"
    )
    roots = [p for p in sys.path if p.endswith(("settings", "generator", "docs"))]
    result = subprocess.run(
        [sys.executable, "-c", code, "images", "build", *here, "--force", "seed", "--threads", "1"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(roots)},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert result.returncode == 1
    assert "File too large" in result.stderr
    assert "finished images are kept" in result.stderr or "raise the limit" in result.stderr
    assert "Traceback" not in result.stderr
    assert (built.published / "manifest.json").read_bytes() == before
    assert images("verify", *here)[0] == 0


def test_a_corrupt_published_image_is_mended(images, here, built):
    path = next(built.published.glob("*/*.avif"))
    path.write_bytes(b"not a picture")
    status, out, _ = images("verify", *here)
    assert status == 1
    assert (
        f"{path.relative_to(built.published).as_posix()} is corrupt; `dialed images build` mends it"
        in out
    )
    assert images("build", *here)[0] == 0
    assert images("verify", *here)[0] == 0


def test_verify_tells_of_a_manifest_that_is_none(images, here, places):
    broken_manifest(places)
    status, out, _ = images("verify", *here)
    assert status == 1
    assert "the manifest is not valid JSON" in out
