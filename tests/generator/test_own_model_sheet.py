"""The sheet: one file without script or address, hostile names escaped, the plan told before it is run."""

import html.parser
import json
import re
import shutil

import pytest
from PIL import Image

from dialed_generator.own_model_estimate import model_calls
from dialed_generator.sheet_content import written

HOSTILE = "<script>alert(1)</script> \"&' \u202e ```"
SHORT = ("--size", "64x64", "--set", "num_inference_steps=2", "--values", "seed=1,2,3")


class Tags(html.parser.HTMLParser):
    """Collects tags and the attributes that could fetch something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.addresses, self.ids, self.links = set(), set(), [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            if name in {"src", "srcset", "data", "action", "poster"} or name.startswith("on"):
                self.addresses.add((name, value[:15]))
            if name == "id":
                self.ids.append(value)
            if name == "href":
                self.links.add(value)


@pytest.fixture(scope="module")
def sheet(saved, tmp_path_factory):
    """A sheet of a checkpoint in a folder with a hostile name, drawn for a hostile prompt."""
    import argparse

    from dialed_generator.command_line import add_commands

    root = tmp_path_factory.mktemp("sheet")
    model = shutil.copytree(saved("sd15"), root / "a<b>&'c")
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    wanted = ["--setting", "seed", "--setting", "num_inference_steps", "--setting", "loras"]
    args = ["build", "--model", model, "--out", root / "out", "--prompt", HOSTILE, *wanted, *SHORT]
    parsed = parser.parse_args(["images", *map(str, args)])
    assert parsed.run(parsed) == 0
    return root / "out"


def test_the_page_stands_alone(sheet):
    text = (sheet / "index.html").read_text(encoding="utf-8")
    seen = Tags(text)
    assert not seen.tags & {"script", "iframe", "link", "object", "form", "base", "b"}
    assert seen.addresses
    assert {value for _, value in seen.addresses} == {"data:image/webp"}
    assert {name for name, _ in seen.addresses} == {"src"}
    assert all(link.startswith("#") and link[1:] in seen.ids for link in seen.links)
    assert len(seen.ids) == len(set(seen.ids))
    assert "default-src 'none'" in text
    assert "prefers-color-scheme:dark" in text
    assert "&lt;script&gt;alert(1)" in text


def test_the_page_says_how_and_why(sheet):
    text = (sheet / "index.html").read_text(encoding="utf-8")
    for words in (
        "Stable Diffusion 1.5",
        "StableDiffusionPipeline",
        "Not shown, and why",
        "Seed: 1",
        "dialed images build",
    ):
        assert words in text
    told = json.loads((sheet / "sheet.json").read_text(encoding="utf-8"))
    assert told["left_out"]["loras"].startswith("it chooses files")
    assert re.fullmatch("[0-9a-f]{64}", told["facts"]["Weights"])
    assert all(image["failed"] is None for image in told["images"].values())


def test_strips_and_contact_sheet_are_pictures(sheet):
    told = json.loads((sheet / "sheet.json").read_text(encoding="utf-8"))
    assert {figure["kind"] for figure in told["figures"]} == {"runs", "filmstrip", "grid"}
    for name in ("contact-sheet.png", *(figure["strip"] for figure in told["figures"])):
        with Image.open(sheet / name) as image:
            image.load()
            assert min(image.size) > 64
            assert json.loads(image.text["dialed"])["weights"] == told["facts"]["Weights"]


def test_foretelling_makes_nothing(images, saved, tmp_path):
    out = tmp_path / "out"
    asked = ("--model", saved("sd15"), "--out", out, "--setting", "seed/many-seeds", *SHORT)
    status, told, err = images("build", *asked, "--dry-run", "--format", "json")
    assert (status, err) == (0, "")
    plan = json.loads(told)
    assert (plan["images"], plan["missing"], plan["model_calls"]) == (3, 3, 12)
    assert not (out / "index.html").exists()
    status, told, _ = images("status", *asked)
    assert status == 1
    assert told.splitlines()[-1] == "3 images: new"
    status, told, err = images("build", *asked, "--estimate", "--format", "json")
    assert (status, err) == (0, "")
    guess = json.loads(told)
    assert 0 <= guess["seconds"] < 600
    assert "measured on runs" in guess["measured"]
    assert images("build", *asked)[0] == 0
    status, told, _ = images("status", *asked)
    assert (status, told.strip()) == (0, "3 images: made")


def test_a_damaged_master_is_made_again(images, saved, tmp_path):
    out = tmp_path / "out"
    asked = ("--model", saved("sd15"), "--out", out, "--setting", "seed/many-seeds", *SHORT)
    assert images("build", *asked)[0] == 0
    master = next((out / ".dialed" / "store" / "images").rglob("*.png"))
    master.write_bytes(master.read_bytes()[:-9])
    status, told, _ = images("build", *asked, "--format", "json")
    summary = json.loads(told.splitlines()[-1])
    assert (status, summary["made"], summary["reused"]) == (0, 1, 2)


def test_model_calls_count_guidance_samplers_and_shared_runs():
    import dialed
    from dialed_generator.job import Job

    def job(**changes):
        settings = {"sampler": "euler", "guidance_scale": 5.0} | changes.pop("settings", {})
        plain = {
            "model": "sdxl",
            "weights": "0",
            "pipeline": "StableDiffusionXLPipeline",
            "task": "text-to-image",
            "scheduler": "EulerDiscreteScheduler",
            "scheduler_arguments": {},
            "call": {"num_inference_steps": 10},
            "seed": 1,
        }
        return Job(**plain | changes, settings=settings)

    cases = {
        20: [job()],
        10: [job(settings={"guidance_scale": 1.0})],
        40: [job(settings={"sampler": "heun"})],
        21: [
            job(step=1),
            job(step=5),
            job(call={"num_inference_steps": 1}, settings={"guidance_scale": 1.0}),
        ],
    }
    for calls, jobs in cases.items():
        assert model_calls(jobs, dialed.registry) == calls


def test_values_as_labels():
    assert [written(v) for v in (True, False, 7.0, 0.25, "", "a")] == [
        "on",
        "off",
        "7",
        "0.25",
        "(empty)",
        "a",
    ]
    assert len(written("x" * 500)) == 60
