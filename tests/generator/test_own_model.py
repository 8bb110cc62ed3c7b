"""`dialed images build --model`: pipelines of the real classes, saved by diffusers, drawn through the command."""

import json

import pytest
from PIL import Image

from dialed_generator.tiny import TINY

QUICK = {"sd15": "4", "sdxl": "4", "flux-schnell": "4"}
SHORT = ("--setting", "seed/many-seeds", "--values", "seed=1,2", "--set", "num_inference_steps=3")


def lines(out: str) -> list[dict]:
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize("name", QUICK)
def test_a_strip_of_a_real_class(images, saved, tmp_path, name):
    out = tmp_path / "sheet"
    status, told, err = images(
        "build", "--model", saved(name), "--out", out, "--size", "64x64", "--format", "json", *SHORT
    )
    assert (status, err) == (0, "")
    plan, *made, summary = lines(told)
    assert plan["read_as"] in TINY[name].stands_for
    assert {one["state"] for one in made} == {"made"}
    assert summary["made"] == 2
    with Image.open(out / "strips" / "seed--many-seeds.png") as strip:
        assert strip.width > 2 * 64
        assert json.loads(strip.text["dialed"])["weights"] == plan["weights"]
    again = lines(
        images(
            "build",
            "--model",
            saved(name),
            "--out",
            out,
            "--size",
            "64x64",
            "--format",
            "json",
            *SHORT,
        )[1]
    )
    assert (again[-1]["made"], again[-1]["reused"]) == (0, 2)
