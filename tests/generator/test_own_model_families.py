"""Every family of tiny pipelines, saved as diffusers saves it, draws a strip through the command."""

import json

import pytest

import dialed
from dialed_generator.rendering.loading import quiet_libraries
from dialed_generator.tiny import TINY

NO_PROCESSOR = {"qwen-image-edit", "qwen-image-edit-2509"}
"""Their text encoder's processor of videos needs torchvision; without it transformers can neither save nor load it."""


def whole(name: str) -> bool:
    family = dialed.registry.models[TINY[name].stands_for[0]].family
    return family != "family-wuerstchen" and not TINY[name].pipeline.startswith("KandinskyV22")


NAMES = [name for name in TINY if whole(name) and name not in NO_PROCESSOR]


def draw(images, folder, name, out, *more):
    model = TINY[name]
    # Sana Sprint takes two steps and no other number; SDXL's refiner runs the last third of what is asked for.
    steps = 4 if name == "sdxl-refiner" else 2
    call = model.call()
    size = f"{call.get('width', 64)}x{call.get('height', 64)}"
    return images(
        *("build", "--model", folder, "--as", model.stands_for[0], "--out", out, "--size", size),
        *(
            "--setting",
            "seed/many-seeds",
            "--values",
            "seed=1,2",
            "--set",
            f"num_inference_steps={steps}",
        ),
        *("--format", "json", *more),
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_tiny_pipeline_draws_a_strip(images, picture, tmp_path, name):
    folder, out = tmp_path / "checkpoint", tmp_path / "sheet"
    with quiet_libraries():
        TINY[name].build().save_pretrained(folder, safe_serialization=True)
    given = () if TINY[name].task == "text-to-image" else ("--image", picture)
    status, told, err = draw(images, folder, name, out, *given)
    assert (status, err) == (0, "")
    assert json.loads(told.splitlines()[-1])["made"] == 2
    assert (out / "strips" / "seed--many-seeds.png").is_file()
    assert (out / "index.html").is_file()


def save_stages(prior: str, decoder: str, kind: str, folder) -> None:
    """Save the pipeline over both stages of a model; a picture needs both."""
    with quiet_libraries():
        import diffusers

        names = {"prior": "prior_prior"}
        first = TINY[prior].build().components
        parts = {names.get(name, f"prior_{name}"): part for name, part in first.items()}
        parts |= TINY[decoder].build().components
        wanted = getattr(diffusers, kind)
        taken = set(wanted.__init__.__code__.co_varnames)
        wanted(**{n: part for n, part in parts.items() if n in taken}).save_pretrained(folder)


STAGES = (
    "--size",
    "128x128",
    "--setting",
    "seed/many-seeds",
    "--values",
    "seed=1,2",
    "--set",
    "num_inference_steps=2",
)


@pytest.mark.slow
def test_a_model_of_two_stages_draws_a_strip(images, tmp_path):
    folder, out = tmp_path / "checkpoint", tmp_path / "sheet"
    save_stages("kandinsky-2.2-prior", "kandinsky-2.2", "KandinskyV22CombinedPipeline", folder)
    status, told, err = images(
        "build", "--model", folder, "--out", out, "--format", "json", *STAGES
    )
    assert (status, err) == (0, "")
    plan, *_, summary = map(json.loads, told.splitlines())
    assert (plan["read_as"], summary["made"]) == ("kandinsky-22", 2)


@pytest.mark.slow
def test_a_folder_that_diffusers_itself_cannot_load_again(images, tmp_path):
    # diffusers 0.42.1 writes "diffusers" as the library of Stable Cascade's PaellaVQModel and does not find it there.
    folder = tmp_path / "checkpoint"
    save_stages(
        "stable-cascade-prior", "stable-cascade-decoder", "StableCascadeCombinedPipeline", folder
    )
    status, _, err = images("build", "--model", folder, "--out", tmp_path / "sheet", *STAGES)
    assert status == 2
    assert "diffusers cannot load this model" in err
    assert "PaellaVQModel" in err


@pytest.mark.slow
@pytest.mark.parametrize("name", ["kandinsky-2.2", "kandinsky-2.2-prior", "stable-cascade-prior"])
def test_one_stage_alone_is_refused(images, tmp_path, name):
    folder = tmp_path / "checkpoint"
    with quiet_libraries():
        TINY[name].build().save_pretrained(folder)
    status, _, err = draw(images, folder, name, tmp_path / "sheet")
    assert status == 2
    assert "makes no picture alone" in err


def test_every_family_is_there():
    families = {dialed.registry.models[TINY[name].stands_for[0]].family for name in TINY}
    drawn = {dialed.registry.models[TINY[name].stands_for[0]].family for name in NAMES}
    assert families - drawn == {"family-kandinsky2", "family-wuerstchen"}  # those of two stages
