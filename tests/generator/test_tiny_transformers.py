"""The tiny transformer models: real classes that build, run, repeat, follow prompt and seed, and come back from a folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import dialed
from dialed_generator import tiny
from dialed_generator.rendering.loading import quiet_libraries
from dialed_generator.tiny import TinyModel
from dialed_generator.tiny.tiny_model import picture

if TYPE_CHECKING:
    import torch
    from PIL.Image import Image

MODULES = [
    module.name
    for module in pkgutil.iter_modules(tiny.__path__)
    if module.name.startswith("transformer_")
]
MODELS: dict[str, TinyModel] = {
    model.id: model
    for name in MODULES
    for model in importlib.import_module(f"{tiny.__name__}.{name}").MODELS
}

ONE_OF_EACH_FAMILY = [
    next(model for model in MODELS if MODELS[model].flags and model in models)
    for models in (
        [model.id for model in importlib.import_module(f"{tiny.__name__}.{name}").MODELS]
        for name in MODULES
    )
]

NOT_REPEATABLE = {
    "cogview4-control": "the class encodes the control image with noise of its own",
    "hunyuandit-controlnet": "the class encodes the control image with noise of its own",
}
"""Classes whose result a seeded generator does not fix (diffusers 0.42.1)."""

NOT_LOADABLE = {
    "qwen-image-edit": "its processor has no part for videos, and transformers cannot save it without",
    "qwen-image-edit-2509": "its processor has no part for videos, and transformers cannot save it without",
}

NO_CONFIGURATION: dict[str, dict[str, Any]] = {
    "hidream-i1-full": {"default_sample_size": 8},
    "hidream-i1-dev": {"default_sample_size": 8},
    "hidream-i1-fast": {"default_sample_size": 8},
    "hunyuan-image-2.1": {"tokenizer_max_length": 128, "tokenizer_2_max_length": 16},
    "hunyuan-image-2.1-distilled": {"tokenizer_max_length": 128, "tokenizer_2_max_length": 16},
    "kandinsky5-image": {"resolutions": [(128, 128)]},
}
"""What is set after loading, because the class keeps its megapixel or its thousand tokens outside of every configuration."""

TEMPLATES = {
    "qwen-image": ("prompt_template_encode", "prompt_template_encode_start_idx"),
    "qwen-image-img2img": ("prompt_template_encode", "prompt_template_encode_start_idx"),
    "qwen-image-edit": ("prompt_template_encode", "prompt_template_encode_start_idx"),
    "hunyuan-image-2.1": ("prompt_template_encode", "prompt_template_encode_start_idx"),
    "krea-2-raw": ("prompt_template_encode_prefix", "prompt_template_encode_start_idx"),
    "kandinsky5-image": ("prompt_template", "prompt_template_encode_start_idx"),
}
"""Pipelines that drop the words before the prompt by counting tokens."""


@cache
def _built(name: str) -> Any:
    with quiet_libraries():
        return MODELS[name].build()


def _run(
    name: str, pipeline: Any, seed: int = 5, changed: Mapping[str, Any] | None = None
) -> torch.Tensor:
    import torch

    pipeline.set_progress_bar_config(disable=True)
    with quiet_libraries(), torch.inference_mode():
        output = pipeline(
            **MODELS[name].call() | dict(changed or {}),
            generator=torch.Generator().manual_seed(seed),
            output_type=MODELS[name].output,
            return_dict=False,
        )
    first = getattr(output, "image", output[0]) if not isinstance(output, tuple) else output[0]
    assert isinstance(first, torch.Tensor)
    return first


def _every(names: list[str]) -> list[Any]:
    """The first of each module in the fast tests, the rest in the long ones."""
    return [
        pytest.param(name, marks=() if name in ONE_OF_EACH_FAMILY else pytest.mark.slow)
        for name in names
    ]


@pytest.mark.parametrize("name", _every(list(MODELS)))
def test_what_comes_out_depends_on_seed_and_prompt_and_on_nothing_else(name: str) -> None:
    import torch

    pipeline = _built(name)
    assert type(pipeline).__name__ == MODELS[name].pipeline
    first = _run(name, pipeline)
    assert bool(torch.isfinite(first).all())
    assert torch.equal(first, _run(name, pipeline)) == (name not in NOT_REPEATABLE)
    assert not torch.equal(first, _run(name, pipeline, seed=6))
    other = _run(name, pipeline, changed={"prompt": "two blue boats"})
    assert float((first - other).abs().max()) > 1e-4, "the prompt must be louder than rounding"


WITH_PICTURES = [
    (name, argument)
    for name, model in MODELS.items()
    for argument in model.call()
    if argument in {"image", "control_image", "mask_image"} and name not in NOT_REPEATABLE
]


@pytest.mark.parametrize(("name", "argument"), WITH_PICTURES)
def test_every_picture_that_is_given_matters(name: str, argument: str) -> None:
    import torch
    from PIL.ImageOps import mirror

    given = MODELS[name].call()[argument]
    if argument == "mask_image":
        first, second = _half_mask(given.size), mirror(_half_mask(given.size))
    else:
        first, second = given, picture(given.width, given.height, seed=9)
    runs = [_run(name, _built(name), changed={argument: one}) for one in (first, second)]
    assert not torch.equal(*runs)


def _half_mask(size: tuple[int, int]) -> Image:
    """White on the left half."""
    import PIL.Image

    half = PIL.Image.new("L", size, 0)
    half.paste(255, (0, 0, size[0] // 2, size[1]))
    return half


@pytest.mark.parametrize("name", _every([name for name in MODELS if name not in NOT_LOADABLE]))
def test_it_comes_back_from_a_folder(name: str, tmp_path: Path) -> None:
    import torch
    from diffusers import DiffusionPipeline

    pipeline = _built(name)
    with quiet_libraries():
        pipeline.save_pretrained(tmp_path, safe_serialization=True)
        loaded = DiffusionPipeline.from_pretrained(
            tmp_path, local_files_only=True, use_safetensors=True
        )
    assert type(loaded) is type(pipeline)
    for attribute, value in NO_CONFIGURATION.get(name, {}).items():
        setattr(loaded, attribute, value)
    if name in NOT_REPEATABLE:
        return
    # Weights in mapped memory lie on other addresses, and matrix products then round otherwise in the last bits.
    assert torch.allclose(_run(name, pipeline), _run(name, loaded), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", sorted(NOT_LOADABLE))
def test_an_exception_from_loading_is_still_one(name: str, tmp_path: Path) -> None:
    with quiet_libraries(), pytest.raises(AttributeError):
        _built(name).save_pretrained(tmp_path)


@pytest.mark.parametrize("name", list(MODELS))
def test_the_flags_are_in_the_pipeline(name: str) -> None:
    flags = MODELS[name].flags
    assert flags, "which facts of the real model does it copy?"
    pipeline = _built(name)
    for flag in flags:
        place, _, option = flag.name.partition(".")
        if place == "model_index":
            entry = pipeline.config[option]
            # [library, class] for a component, the value itself for a flag of the pipeline
            found = entry[1] if isinstance(entry, (tuple, list)) else entry
            if isinstance(flag.value, str):
                found = str(found).removesuffix("Fast")
                assert found == flag.value.removesuffix("Fast"), flag
                continue
        else:
            found = getattr(pipeline, place).config[option]
        assert (tuple(found) if isinstance(found, list) else found) == flag.value, flag


RECORDED = [
    (name, record)
    for name, model in MODELS.items()
    for record in model.stands_for
    if record in dialed.registry.models
]


@pytest.mark.parametrize(("name", "record"), RECORDED)
def test_the_scheduler_is_that_of_the_record(name: str, record: str) -> None:
    config = _built(name).scheduler.config
    for argument, value in dialed.registry.model(record).scheduler_arguments.items():
        assert config[argument] == value, argument


@pytest.mark.parametrize("name", list(TEMPLATES))
def test_the_words_before_the_prompt_are_as_many_tokens_as_the_class_drops(name: str) -> None:
    pipeline = _built(name)
    text, count = (getattr(pipeline, attribute) for attribute in TEMPLATES[name])
    before = text.split("<|vision_start|>")[0].split("{}")[0]
    assert len(pipeline.tokenizer(before)["input_ids"]) == count


@pytest.mark.parametrize("name", list(MODELS))
def test_arguments_of_a_run_are_made_anew(name: str) -> None:
    first, second = MODELS[name].call(), MODELS[name].call()
    assert first is not second
    assert "generator" not in first
    assert "output_type" not in first
    for argument, value in first.items():
        if "image" in argument and value is not None:
            assert value is not second[argument]
