"""Programs that call diffusers: what is read of them, and what is not."""

import contextlib

import pytest

import dialed

LOAD = 'from diffusers import StableDiffusionXLPipeline\npipe = StableDiffusionXLPipeline.from_pretrained("stabilityai/stable-diffusion-xl-base-1.0")\n'
CASES = {
    "the call's names": (
        LOAD + 'image = pipe("a cat", num_inference_steps=30, guidance_scale=5.5).images[0]',
        {"prompt": "a cat", "num_inference_steps": 30, "guidance_scale": 5.5},
    ),
    "the model": (LOAD, {"model": "stabilityai/stable-diffusion-xl-base-1.0"}),
    "a name that a literal was given": (
        LOAD + 'p = "a dog"\nn = 12\npipe(prompt=p, num_inference_steps=n)',
        {"prompt": "a dog", "num_inference_steps": 12},
    ),
    "packed arguments": (
        LOAD + 'given = {"width": 768, "height": 512}\npipe("x", **given)',
        {"width": 768},
    ),
    "a generator": (
        LOAD + 'import torch\ng = torch.Generator("cuda").manual_seed(31)\npipe("x", generator=g)',
        {"seed": 31},
    ),
    "a generator inside the call": (
        LOAD + 'pipe("x", generator=torch.Generator().manual_seed(7))',
        {"seed": 7},
    ),
    "a scheduler from a config": (
        LOAD
        + "from diffusers import DPMSolverMultistepScheduler\n"
        + "pipe.scheduler = DPMSolverMultistepScheduler.from_config(pipe.scheduler.config, use_karras_sigmas=True)\npipe('x')",
        {"sampler": "dpmpp_2m", "schedule": "karras"},
    ),
    "clip_skip as SDXL counts it": (LOAD + 'pipe("x", clip_skip=1)', {"clip_skip": 3}),
    "clip_skip as Stable Diffusion 1.5 counts it": (
        LOAD.replace("XLPipeline", "Pipeline").replace(
            "stabilityai/stable-diffusion-xl-base-1.0",
            "stable-diffusion-v1-5/stable-diffusion-v1-5",
        )
        + 'pipe("x", clip_skip=1)',
        {"clip_skip": 2},
    ),
    "embedded guidance of FLUX.1": (
        'from diffusers import FluxPipeline\npipe = FluxPipeline.from_pretrained("black-forest-labs/FLUX.1-dev")\npipe("x", guidance_scale=3.5)',
        {"distilled_guidance_scale": 3.5},
    ),
    "FreeU": (
        LOAD + 'pipe.enable_freeu(s1=0.9, s2=0.2, b1=1.3, b2=1.4)\npipe("x")',
        {"freeu_b2": 1.4},
    ),
    "a notebook": (
        "!pip install diffusers\n%matplotlib inline\n" + LOAD + 'pipe("x")',
        {"prompt": "x"},
    ),
    "a console": (
        "\n".join(f">>> {line}" for line in (LOAD + 'image = pipe("x").images[0]').splitlines()),
        {"prompt": "x"},
    ),
    "a pipeline of another name": (
        LOAD.replace("pipe =", "base =") + 'base(prompt="x")',
        {"prompt": "x"},
    ),
    "inside a function": (
        LOAD + 'def draw():\n    return pipe("inside", width=512)',
        {"width": 512},
    ),
}


@pytest.mark.parametrize(("program", "expected"), CASES.values(), ids=CASES)
def test_a_program_is_read(program, expected):
    found = dialed.parse(program)
    assert found.dialect == "diffusers"
    assert found.settings | expected == found.settings
    assert dialed.detect(program) == "diffusers"


def test_what_we_write_ourselves_is_read_back():
    settings = {"prompt": "a cat", "num_inference_steps": 25, "guidance_scale": 6.0, "sampler": "dpmpp_2m",
                "schedule": "karras", "seed": 5, "width": 768, "height": 1024, "clip_skip": 3}  # fmt: skip
    written = dialed.translate(settings, to="diffusers", model="sdxl").python
    assert dialed.parse(written).settings | settings == dialed.parse(written).settings


def test_adapters_and_their_weights():
    text = (
        LOAD
        + 'pipe.load_lora_weights("a/b", weight_name="toy.safetensors", adapter_name="toy")\npipe.set_adapters(["toy"], adapter_weights=[0.7])\npipe("x")'
    )
    assert [(one.name, one.weight) for one in dialed.parse(text).loras] == [
        ("toy.safetensors", 0.7)
    ]


def test_a_second_call_is_a_pass():
    found = dialed.parse(
        LOAD + 'low = pipe("x", num_inference_steps=20).images\npipe("y", num_inference_steps=9)'
    )
    assert found.settings["num_inference_steps"] == 20
    assert [one["num_inference_steps"] for one in found.passes] == [9]


def test_what_the_program_works_out_is_kept_as_its_source():
    found = dialed.parse(LOAD + 'pipe("x", num_inference_steps=steps * 2)')
    assert "num_inference_steps" not in found.settings
    assert found.extras["num_inference_steps"] == "steps * 2"
    assert found.problems


BROKEN = {
    "half a program": LOAD + "pipe(",
    "no call and no pipeline": "from diffusers import logging\nlogging.set_verbosity_error()",
    "nested too deeply": LOAD + "x = " + "(" * 5000,
    "a long sum": LOAD + "x = " + "+".join(["1"] * 50_000),
    "many attributes": LOAD + "x = a" + ".b" * 50_000,
    "a null byte": LOAD + "\0",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_program_is_an_error_or_a_reading(text):
    with contextlib.suppress(dialed.DialedError):
        assert isinstance(dialed.parse(text), dialed.Generation)


def test_nothing_is_run(tmp_path):
    mark = tmp_path / "ran"
    dialed.parse(
        LOAD + f'open({str(mark)!r}, "w").write("x")\npipe("x", width=__import__("os").getpid())'
    )
    assert not mark.exists()
