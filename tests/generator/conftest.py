"""A tiny real model, a small world of records (`records/`), and folders to build in."""

import argparse
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import dialed
from dialed_generator import encoding
from dialed_generator.command_line import add_commands
from dialed_generator.folder import Folder
from dialed_generator.manifest import Environment, Manifest, read_manifest
from dialed_generator.places import Places
from dialed_generator.planning import Plan, plan
from dialed_generator.publication import Publication
from dialed_generator.publishing import new_master
from dialed_generator.weights import weights_digest

RECORDS = Path(__file__).parent / "records"
ENVIRONMENT = Environment(device="test", dtype="float32", threads=1, versions={"python": "3"})


def save_tiny_model(folder: Path) -> None:
    """A whole diffusers folder: a byte-level tokenizer and 60 thousand random numbers in float32."""
    import torch
    from diffusers import (
        AutoencoderKL,
        DDIMScheduler,
        StableDiffusionPipeline,
        UNet2DConditionModel,
    )
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

    torch.manual_seed(0)
    letters = [chr(code) for code in range(33, 127)]
    tokens = [
        *letters,
        *(f"{letter}</w>" for letter in letters),
        "<|startoftext|>",
        "<|endoftext|>",
    ]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    text = CLIPTextConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=16,
        bos_token_id=vocabulary["<|startoftext|>"],
        eos_token_id=vocabulary["<|endoftext|>"],
        pad_token_id=vocabulary["<|endoftext|>"],
    )
    unet = UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(16, 32),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=16,
        attention_head_dim=8,
        norm_num_groups=4,
    )
    vae = AutoencoderKL(
        block_out_channels=(8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        layers_per_block=1,
        norm_num_groups=4,
        sample_size=32,
    )
    scheduler = DDIMScheduler(
        beta_schedule="scaled_linear",
        beta_start=0.00085,
        beta_end=0.03,
        clip_sample=False,
        steps_offset=1,
        timestep_spacing="trailing",
    )
    StableDiffusionPipeline(
        vae=vae,
        text_encoder=CLIPTextModel(text),
        tokenizer=CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=16),
        unet=unet,
        scheduler=scheduler,
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder, safe_serialization=True)


@pytest.fixture(scope="session")
def tiny_weights(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """Folder of model folders that holds the tiny model under the name of the built-in one."""
    return once("tiny-weights", lambda target: save_tiny_model(target / "vignette"))


@pytest.fixture(scope="session")
def registry() -> dialed.Registry:
    return dialed.load_records(RECORDS)


@pytest.fixture
def with_comparison(registry) -> Callable[..., dialed.Registry]:
    """The records with the first comparison of one setting changed, and the only one of it."""

    def make(setting: str, **parts: object) -> dialed.Registry:
        record = registry.settings[setting]
        only = record.comparisons[0].model_copy(update=parts)
        settings = dict(registry.settings) | {
            setting: record.model_copy(update={"comparisons": (only,)})
        }
        kinds = ("models", "samplers", "schedules", "dialects")
        return dialed.Registry(
            {"settings": settings, **{kind: getattr(registry, kind) for kind in kinds}}
        )

    return make


@pytest.fixture(scope="session")
def small_plan(registry) -> Plan:
    """The whole plan of the test records, for weights that exist nowhere."""
    return plan(registry, {"vignette": "0" * 64})


@pytest.fixture(scope="session")
def tiny_digest(tiny_weights) -> dict[str, str]:
    return {"vignette": weights_digest(tiny_weights / "vignette")}


@pytest.fixture
def places(tmp_path, tiny_weights) -> Places:
    return Places(tmp_path / "repository", tiny_weights)


def picture_of(key: str, side: int = 32) -> np.ndarray:
    """Pixels that depend on the key alone: smooth, so that they are small as files."""
    lot = np.random.default_rng(int(key[:8], 16))
    corners = lot.integers(0, 256, (2, 2, 3)).astype(np.float64)
    across = np.linspace(0, 1, side)[:, None, None]
    rows = corners[:1] * (1 - across) + corners[1:] * across
    along = np.linspace(0, 1, side)[None, :, None]
    return (rows[:, :1] * (1 - along) + rows[:, 1:] * along).round().astype(np.uint8)


def publish_drawn(plan: Plan, places: Places) -> None:
    """Publish a plan with drawn pictures, so that what stands around rendering is tested without it."""
    published = Publication(Folder(places.published), Manifest(), plan.row())
    for job in plan.jobs.values():
        picture = picture_of(job.key)
        png = encoding.png(picture, job.canonical_json())
        master = new_master(job, picture, png, seconds=0.1, model_calls=4, environment=ENVIRONMENT)
        places.store.put(master, png)
        published.add(job, master, picture)
    for planned in plan.comparisons:
        published.compare(planned, picture_of, places.model_folder("vignette"))
    published.save()


@pytest.fixture(scope="session")
def drawn_once(once, small_plan) -> Path:
    return once(
        "drawn-repository", lambda target: publish_drawn(small_plan, Places(target, target))
    )


@pytest.fixture
def drawn(drawn_once, tmp_path) -> Places:
    """A repository with a drawn picture for every job of `small_plan`, to be damaged."""
    shutil.copytree(drawn_once, tmp_path / "drawn")
    return Places(tmp_path / "drawn", tmp_path / "no-weights")


@pytest.fixture
def drawn_manifest(drawn) -> Manifest:
    return read_manifest(drawn.published / "manifest.json")


@pytest.fixture
def images(capsys, monkeypatch):
    """Run `dialed images ...` in this process: (exit status, standard output, standard error)."""

    def run(*arguments: object) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser(prog="dialed")
        add_commands(parser.add_subparsers())
        capsys.readouterr()
        try:
            args = parser.parse_args(["images", *map(str, arguments)])
            status = args.run(args)
        except dialed.DialedError as error:
            print(f"dialed: {error}", file=sys.stderr)  # as `dialed.command_line.main` does
            status = 2
        except SystemExit as stop:
            status = int(stop.code or 0)
        told = capsys.readouterr()
        return status, told.out, told.err

    return run


@pytest.fixture
def here(places) -> list[str]:
    """Arguments that point a command at the test's own folders and records."""
    return ["--root", str(places.root), "--weights", str(places.weights), "--records", str(RECORDS)]


@pytest.fixture(scope="session")
def built_once(once, tiny_weights) -> Path:
    """A repository in which everything is rendered with the tiny model; do not write to it."""

    def build(target: Path) -> None:
        parser = argparse.ArgumentParser()
        add_commands(parser.add_subparsers())
        words = [
            "images",
            "build",
            "--root",
            target,
            "--weights",
            tiny_weights,
            "--records",
            RECORDS,
        ]
        args = parser.parse_args([*map(str, words), "--threads", "1", "--format", "json"])
        assert args.run(args) == 0

    return once("tiny-repository", build)


@pytest.fixture
def built(built_once, places) -> Places:
    """A copy of that repository, to be damaged."""
    shutil.copytree(built_once, places.root)
    return places


def last_line(text: str) -> dict:
    return json.loads(text.strip().splitlines()[-1])


@pytest.fixture
def picture(tmp_path):
    """A picture of large spots, as a file."""
    spots = np.random.default_rng(1).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    path = tmp_path / "spots.png"
    Image.fromarray(spots).resize((80, 64)).save(path)
    return path


@pytest.fixture(scope="session")
def saved(tmp_path_factory):
    """Give the folder of a tiny model, saved once."""
    root = tmp_path_factory.mktemp("checkpoints")

    def save(name: str) -> Path:
        from dialed_generator.rendering.loading import quiet_libraries
        from dialed_generator.tiny import TINY

        folder = root / name / "checkpoint"
        if not folder.exists():
            with quiet_libraries():
                TINY[name].build().save_pretrained(folder, safe_serialization=True)
        return folder

    return save
