"""`dialed.read` and `dialed read | parse`: the settings of every tool, out of every kind of file."""

import contextlib
import io
import json
import random
import time
import tracemalloc

import numpy as np
import pytest
from picture_files import (
    MAKE,
    MODEL,
    SOFTWARE,
    chunk,
    exif_with,
    png,
    png_with,
    saved,
    xmp_with,
)

import dialed
from dialed.command_line import main
from dialed.errors import DialedError, PayloadError
from dialed_generator import encoding

INFOTEXT = (
    "a lake, ünïcode\nNegative prompt: fog\n"
    "Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 7, Size: 512x768"
)
INFOTEXT_READ = {
    "prompt": "a lake, ünïcode",
    "negative_prompt": "fog",
    "num_inference_steps": 20,
    "sampler": "dpmpp_2m",
    "schedule": "karras",
    "guidance_scale": 7.0,
    "seed": 7,
    "width": 512,
    "height": 768,
}
GRAPH = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 5,
            "steps": 24,
            "cfg": 6.5,
            "sampler_name": "euler",
            "scheduler": "normal",
            "denoise": 1.0,
            "model": ["4", 0],
            "positive": ["6", 0],
            "negative": ["7", 0],
            "latent_image": ["5", 0],
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "a.safetensors"}},
    "5": {
        "class_type": "EmptyLatentImage",
        "inputs": {"width": 512, "height": 768, "batch_size": 1},
    },
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a boat", "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "fog", "clip": ["4", 1]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0], "filename_prefix": "x"}},
}
PROMPT = json.dumps(GRAPH)
SWARMUI = json.dumps({"sui_image_params": {"prompt": "a boat", "steps": 24, "seed": 5}})
FOOOCUS = json.dumps(
    {"base_model": "m", "prompt": "a boat", "steps": 30, "resolution": "(64, 32)", "sharpness": 2}
)
DRAWTHINGS = json.dumps({"c": "a boat", "uc": "", "steps": 24, "seed": 5, "size": "512x768"})
DRAWTHINGS_XMP = xmp_with(
    '<exif:UserComment><rdf:Alt><rdf:li xml:lang="x-default">'
    + DRAWTHINGS.replace('"', "&quot;")
    + "</rdf:li></rdf:Alt></exif:UserComment>"
)
INVOKEAI = json.dumps({"positive_prompt": "a boat", "steps": 24, "seed": 5, "app_version": "4.2.9"})
NOVELAI = {
    "Title": "NovelAI generated image",
    "Description": "a boat",
    "Software": "NovelAI",
    "Source": "NovelAI Diffusion V4.5 4BDE2A90",
    "Generation time": "3.2",
    "Comment": json.dumps(
        {"prompt": "a boat", "steps": 24, "scale": 5.0, "seed": 5, "sampler": "k_euler", "uc": ""}
    ),
}


def comment(text, code=b"UNICODE\0", order="utf-16-be"):
    return exif_with(code + text.encode(order))


def xmp_chunk(packet):
    return png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet))


PICTURES = {
    "A1111, PNG": (png_with({"parameters": INFOTEXT}), "a1111", 20),
    "A1111, PNG, UTF-8": (png_with({"parameters": INFOTEXT}, itxt=True), "a1111", 20),
    "A1111, JPEG": (saved("JPEG", exif=comment(INFOTEXT)), "a1111", 20),
    "A1111, WebP": (saved("WEBP", exif=comment(INFOTEXT)), "a1111", 20),
    "A1111, AVIF": (saved("AVIF", exif=comment(INFOTEXT)), "a1111", 20),
    "A1111, JPEG comment": (saved("JPEG", comment=INFOTEXT.encode()), "a1111", 20),
    "ComfyUI, PNG": (png_with({"prompt": PROMPT, "workflow": "{}"}), "comfyui", 24),
    "ComfyUI, WebP": (
        saved("WEBP", exif=exif_with(None, {MODEL: "prompt:" + PROMPT, MAKE: "workflow:{}"})),
        "comfyui",
        24,
    ),
    "ComfyUI with infotext beside it": (
        png_with({"parameters": INFOTEXT, "prompt": PROMPT}),
        "comfyui",
        24,
    ),
    "infotext beside a graph that says nothing": (
        png_with({"parameters": INFOTEXT, "prompt": '{"1": {"class_type": "Note", "inputs": {}}}'}),
        "a1111",
        20,
    ),
    "SwarmUI, PNG": (png_with({"parameters": SWARMUI}, itxt=True), "swarmui", 24),
    "SwarmUI, JPEG": (saved("JPEG", exif=comment(SWARMUI, order="utf-16-le")), "swarmui", 24),
    "Fooocus, PNG": (
        png_with({"parameters": FOOOCUS, "fooocus_scheme": "fooocus"}),
        "fooocus",
        30,
    ),
    "Fooocus, PNG, infotext": (
        png_with({"parameters": INFOTEXT, "fooocus_scheme": "a1111"}),
        "fooocus",
        20,
    ),
    "Fooocus, JPEG": (
        saved("JPEG", exif=exif_with(FOOOCUS.encode(), {SOFTWARE: "Fooocus v2.5.3"})),
        "fooocus",
        30,
    ),
    "InvokeAI, PNG": (png_with({"invokeai_metadata": INVOKEAI}), "invokeai", 24),
    "NovelAI, PNG": (png_with(NOVELAI), "novelai", 24),
    "Draw Things, PNG": (xmp_chunk(DRAWTHINGS_XMP), "drawthings", 24),
    "Draw Things, JPEG": (saved("JPEG", xmp=DRAWTHINGS_XMP), "drawthings", 24),
    "Midjourney, PNG": (
        png_with({"Description": "a boat --ar 16:9 --v 6.1 --seed 5", "Author": "somebody"}),
        "midjourney",
        None,
    ),
}


@pytest.mark.parametrize(("data", "dialect", "steps"), PICTURES.values(), ids=PICTURES)
def test_pictures_of_every_tool(data, dialect, steps, tmp_path):
    path = tmp_path / "picture"
    path.write_bytes(data)
    for source in (path, data):
        generation = dialed.read(source)
        assert generation.dialect == dialect
        assert generation.settings.get("num_inference_steps") == steps
        assert generation.settings["prompt"] in {"a boat", "a lake, ünïcode"}
    if dialect == "a1111":
        assert generation.settings == INFOTEXT_READ


def test_the_generators_own_masters():
    job = {
        "model": "vignette",
        "seed": 3,
        "settings": {"prompt": "a lake", "num_inference_steps": 12, "sampler": "euler"},
        "pipeline": "StableDiffusionPipeline",
    }
    master = encoding.png(np.zeros((8, 8, 3), np.uint8), json.dumps(job))
    generation = dialed.read(master)
    assert generation.settings == job["settings"] | {"model": "vignette", "seed": 3}
    assert generation.extras == {"pipeline": "StableDiffusionPipeline"}


NOTHING = {
    "no texts": (saved("JPEG"), "strip them"),
    "people's words": (
        png_with({"Comment": "Boats: two, lakes: one, fog: none", "Software": "GIMP"}),
        r"none of its texts \(Comment, Software\)",
    ),
    "a camera's": (
        saved("JPEG", exif=exif_with(b"ASCII\0\0\0my dog", {MAKE: "ACME", MODEL: "X: 100"})),
        "none of its texts",
    ),
    "a broken graph": (png_with({"prompt": '{"3": '}), "none of its texts|cannot be read"),
    "a job without settings": (png_with({"dialed": "{}"}), "cannot be read: .*no job"),
}


@pytest.mark.parametrize(("data", "message"), NOTHING.values(), ids=NOTHING)
def test_pictures_without_settings_say_so(data, message, tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(data)
    with pytest.raises(PayloadError, match=message) as error:
        dialed.read(path)
    assert str(error.value).startswith(f"{path}: ")


def test_what_is_damaged_is_reported_beside_what_is_read():
    data = png(chunk(b"tEXt", b"parameters\0" + INFOTEXT.encode(), checksum=1))
    generation = dialed.read(data)
    assert generation.settings == INFOTEXT_READ
    assert [problem.place for problem in generation.problems] == ["PNG tEXt"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.png").write_bytes(png_with({"parameters": INFOTEXT}))
    (tmp_path / "graph.png").write_bytes(png_with({"prompt": PROMPT}))
    (tmp_path / "odd.png").write_bytes(
        png(chunk(b"tEXt", b"parameters\0" + INFOTEXT.encode(), checksum=1))
    )
    (tmp_path / "bare.png").write_bytes(saved("PNG"))
    (tmp_path / "prompt.txt").write_text(INFOTEXT, encoding="utf-8")
    return tmp_path


def test_command_read(folder, capsys):
    assert main(["read", "good.png"]) == 0
    shown = capsys.readouterr().out
    assert "num_inference_steps  20" in shown
    assert "written by           a1111" in shown
    assert main(["read", "good.png", "--format", "json"]) == 0
    read = json.loads(capsys.readouterr().out)
    assert read["settings"] == INFOTEXT_READ
    assert read["dialect"] == "a1111"


def test_command_read_goes_on_after_a_picture_that_cannot_be_read(folder, capsys):
    names = ["good.png", "bare.png", "missing.png", "graph.png"]
    assert main(["read", *names, "--format", "json"]) == 2
    out, err = capsys.readouterr()
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["file"] for line in lines] == names
    assert [line.get("dialect") for line in lines] == ["a1111", None, None, "comfyui"]
    assert "strip them" in lines[1]["error"]
    assert err.count("dialed: ") == 2
    assert "Traceback" not in err


def test_command_read_says_what_was_odd(folder, capsys):
    assert main(["read", "odd.png", "good.png"]) == 1
    shown = capsys.readouterr().out
    assert "PNG tEXt: does not match its checksum" in shown
    assert shown.index("odd.png") < shown.index("good.png")


def test_command_parse(folder, capsys, monkeypatch):
    assert main(["parse", "prompt.txt", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["settings"] == INFOTEXT_READ
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SWARMUI.encode()), "utf-8"))
    assert main(["parse", "-"]) == 0
    assert "written by           swarmui" in capsys.readouterr().out
    assert main(["parse", "prompt.txt", "--dialect", "nobody"]) == 2
    assert "nobody" in capsys.readouterr().err
    assert main(["parse", "missing.txt"]) == 2
    assert "missing.txt: cannot be read" in capsys.readouterr().err


def test_control_characters_do_not_reach_the_terminal(folder, capsys):
    hostile = INFOTEXT.replace("lake", "lake\x1b[2J")
    (folder / "hostile.png").write_bytes(png_with({"parameters": hostile}))
    assert main(["read", "hostile.png"]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_a_folder_of_pictures_streams(folder, capsys):
    graph = png_with({"prompt": PROMPT, "workflow": json.dumps({"nodes": ["x" * 400_000]})})
    (folder / "large.png").write_bytes(graph)
    tracemalloc.start()
    assert main(["read", *["large.png"] * 20, "--format", "json"]) == 0
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(capsys.readouterr().out.splitlines()) == 20
    assert peak < 30_000_000


@pytest.mark.parametrize("name", PICTURES)
def test_mutated_pictures_raise_nothing_but_our_errors(name):
    data, chance = PICTURES[name][0], random.Random(name)
    for _ in range(25):
        spoilt = bytearray(data)
        for _ in range(chance.randint(1, 6)):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        start = time.process_time()
        with contextlib.suppress(DialedError):
            dialed.read(bytes(spoilt))
        assert time.process_time() - start < 2
