"""Brackets in prompts: how they are read, and what becomes of the factors."""

import pytest
import torch

from dialed_generator.places import find_root
from dialed_generator.rendering.emphasis import weighted_parts, weighted_words
from dialed_generator.rendering.loading import load_pipeline

READ = [
    ("a house", [("a house", 1.0)]),
    ("", [("", 1.0)]),
    ("a (red) house", [("a ", 1.0), ("red", 1.1), (" house", 1.0)]),
    ("((red))", [("red", 1.21)]),
    ("[red]", [("red", 1 / 1.1)]),
    ("(pine trees:1.5)", [("pine trees", 1.5)]),
    ("(a (red:2) house:0.5)", [("a ", 0.5), ("red", 1.0), (" house", 0.5)]),
    (r"\(red\)", [("(red)", 1.0)]),
    ("(red", [("red", 1.1)]),
    ("red)", [("red)", 1.0)]),
    ("noon: clear", [("noon: clear", 1.0)]),
    ("(noon: clear)", [("noon: clear", 1.1)]),
]


@pytest.mark.parametrize(("prompt", "parts"), READ, ids=[prompt for prompt, _ in READ])
def test_reading(prompt, parts):
    found = weighted_parts(prompt)
    assert [text for text, _ in found] == [text for text, _ in parts]
    assert [weight for _, weight in found] == pytest.approx([weight for _, weight in parts])


@pytest.fixture(scope="module")
def pipe():
    return load_pipeline(find_root() / "generator" / "weights" / "vignette", "text-to-image")


def encoded(pipe, prompt: str, how: str) -> torch.Tensor:
    arguments = {"prompt": [prompt]}
    with torch.inference_mode(), weighted_words(pipe, {"emphasis": how}, arguments):
        assert "prompt" not in arguments
        return arguments["prompt_embeds"][0]


@pytest.mark.parametrize("how", ["original", "no_norm", "ignore"])
def test_without_brackets_it_is_what_the_pipeline_encodes(pipe, how):
    prompt = "a red house by a lake at noon, pine trees"
    with torch.inference_mode():
        plain, _ = pipe.encode_prompt(prompt, "cpu", 1, False)
    assert torch.equal(encoded(pipe, prompt, how), plain[0])


def test_what_becomes_of_the_factors(pipe):
    prompt, words = "a (red:2) house", "a red house"
    plain = encoded(pipe, words, "ignore")
    assert torch.equal(encoded(pipe, prompt, "ignore"), plain)
    doubled = encoded(pipe, prompt, "no_norm")
    assert torch.equal(doubled[2], plain[2] * 2)
    assert torch.equal(doubled[[0, 1, 3]], plain[[0, 1, 3]])
    original = encoded(pipe, prompt, "original")
    assert torch.allclose(original, doubled * (plain.mean() / doubled.mean()))


def test_none_leaves_the_prompt_to_the_pipeline(pipe):
    arguments = {"prompt": ["a (red:2) house"]}
    with weighted_words(pipe, {"emphasis": "none"}, arguments):
        assert arguments == {"prompt": ["a (red:2) house"]}
