"""The tokenizer writes any text; the text encoder tells captions apart."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import CLIPTokenizer

from dialed_generator.vignette.captions import caption, vocabulary
from dialed_generator.vignette.scenes import random_scene
from dialed_generator.vignette.text import (
    LENGTH,
    build_text_encoder,
    build_tokenizer,
    take_over,
    teach_attributes,
    tokens_of,
)


@pytest.fixture(scope="module")
def tokenizer() -> CLIPTokenizer:
    return build_tokenizer()


def test_every_caption_word_is_one_token(tokenizer: CLIPTokenizer) -> None:
    for word in vocabulary():
        assert len(tokenizer(word).input_ids) == 3, word


@pytest.mark.parametrize(
    "text",
    [
        "a red house by a lake at sunset",
        "zebra quartz 0123456789",
        "(word:1.3) [x] {y} <lora:z:0.5> #!?$%&*+=/\\|~`'\"",
        "zürich łódź 木 \N{GRINNING FACE}",
        "A RED House",
    ],
)
def test_no_character_becomes_the_end_token(tokenizer: CLIPTokenizer, text: str) -> None:
    ids = tokenizer(text).input_ids
    assert tokenizer.eos_token_id not in ids[:-1]
    said = tokenizer.decode(ids, skip_special_tokens=True)
    assert said.replace(" ", "") == text.lower().replace(" ", "")


def test_the_saved_tokenizer_is_the_same(tokenizer: CLIPTokenizer, tmp_path: Path) -> None:
    tokenizer.save_pretrained(tmp_path)
    loaded = CLIPTokenizer.from_pretrained(tmp_path)
    for seed in range(50):
        text = caption(random_scene(seed), seed).text
        assert loaded(text).input_ids == tokenizer(text).input_ids
    assert loaded.model_max_length == LENGTH


def test_captions_fit_and_long_ones_are_cut(tokenizer: CLIPTokenizer) -> None:
    lengths = [len(tokenizer(caption(random_scene(s), s).text).input_ids) for s in range(500)]
    assert max(lengths) <= LENGTH
    assert tokens_of(tokenizer, ["house " * 99]).shape == (1, LENGTH)


def test_the_lesson_teaches_attributes(tokenizer: CLIPTokenizer) -> None:
    torch.manual_seed(0)
    encoder = build_text_encoder(tokenizer, 32, 3)
    texts = [caption(random_scene(s), s).text for s in range(16)]
    hidden = encoder(tokens_of(tokenizer, texts)).last_hidden_state
    assert float(hidden.detach().std(dim=0).mean()) > 0.1  # captions differ from the start

    class Mean(torch.nn.Module):
        def forward(self, states: torch.Tensor) -> torch.Tensor:
            return states.mean(1)

    loss = teach_attributes(tokenizer, encoder, Mean(), 32, steps=80, seed=0)
    assert loss < 1.6  # from 2.0; without learning it would fall to 1.65 (smoothed)


def test_an_encoder_with_more_words_takes_over_what_is_known(
    tokenizer: CLIPTokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = [word for word in vocabulary() if word != "windmill"]
    monkeypatch.setattr("dialed_generator.vignette.text.vocabulary", lambda: few)
    smaller = build_tokenizer()
    torch.manual_seed(0)
    known = build_text_encoder(smaller, 32, 2).eval()
    encoder = build_text_encoder(tokenizer, 32, 2).eval()
    fresh = take_over(tokenizer, encoder, smaller, known)
    assert tokenizer.get_vocab()["windmill</w>"] in fresh
    text = ["a red house by a lake at sunset"]
    with torch.no_grad():
        ours = encoder(tokens_of(tokenizer, text)).last_hidden_state
        theirs = known(tokens_of(smaller, text)).last_hidden_state
    assert torch.allclose(ours, theirs, atol=1e-5)


def test_new_words_are_taught_without_touching_old_ones(tokenizer: CLIPTokenizer) -> None:
    torch.manual_seed(0)
    encoder = build_text_encoder(tokenizer, 32, 2)
    before = {name: value.clone() for name, value in encoder.state_dict().items()}
    word = tokenizer.get_vocab()["windmill</w>"]

    class Pooling(torch.nn.Module):
        def forward(self, states: torch.Tensor) -> torch.Tensor:
            return states.mean(1)

    teach_attributes(tokenizer, encoder, Pooling(), 32, 3, 0, only=[word])
    for name, value in encoder.state_dict().items():
        changed = (value != before[name]).reshape(len(value), -1).any(1) if value.dim() else value
        if name.endswith("token_embedding.weight"):
            assert changed.nonzero().flatten().tolist() == [word]
        else:
            assert not changed.any(), name
