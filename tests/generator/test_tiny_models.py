"""Tiny pipelines: gathered for nothing, built from the real classes, with the flags that they cite."""

import subprocess
import sys
import zlib

import pytest

import dialed
from dialed_generator.rendering.loading import quiet_libraries
from dialed_generator.tiny import TINY

SAMPLE = sorted(TINY, key=lambda name: zlib.crc32(name.encode()))[:8]
"""Models that the fast tests build: drawn by their names, so the draw moves with the list alone."""


def built(tiny):
    with quiet_libraries():
        return tiny.build()


def flag_of(pipeline, name):
    """What a built pipeline has at the place that a flag names; None where the name is not such a place."""
    component, _, key = name.partition(".")
    if component == "config":
        return dict(pipeline.config), key
    part = getattr(pipeline, component, None)
    config = getattr(part, "config", None)
    if config is None:
        return None
    found = dict(config.to_dict() if hasattr(config, "to_dict") else config)
    return found | {"_class_name": type(part).__name__}, key


def check_flags(tiny, pipeline):
    seen = 0
    for flag in tiny.flags:
        place = flag_of(pipeline, flag.name)
        if place is None:
            continue
        config, key = place
        if key in config:
            value = config[key]
            value = tuple(value) if isinstance(value, list) else value
            assert value == flag.value, f"{tiny.id}: {flag.name} is {value!r}"
            seen += 1
    assert seen, f"{tiny.id}: no flag could be found in the pipeline"


def test_gathering_them_imports_no_torch():
    code = (
        "import sys; from dialed_generator.tiny import TINY; assert len(TINY) > 40; "
        "assert not {'torch', 'diffusers', 'transformers', 'numpy'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_every_one_says_what_it_is():
    for name, tiny in TINY.items():
        assert tiny.id == name
        assert tiny.stands_for, name
        assert tiny.flags, name
        assert len({flag.name for flag in tiny.flags}) == len(tiny.flags), name
        for flag in tiny.flags:
            assert flag.url.startswith("https://"), (name, flag.name)


def test_every_one_with_other_values_names_settings():
    for tiny in TINY.values():
        named = {*tiny.values, *tiny.context, *(s for c in tiny.context.values() for s in c)}
        assert named <= set(dialed.registry.settings), tiny.id


@pytest.mark.parametrize("name", SAMPLE)
def test_it_is_the_class_with_the_flags(name):
    tiny = TINY[name]
    pipeline = built(tiny)
    assert type(pipeline).__name__ == tiny.pipeline
    check_flags(tiny, pipeline)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(TINY) - set(SAMPLE)))
def test_the_others_too(name):
    test_it_is_the_class_with_the_flags(name)


def test_two_builds_have_the_same_weights_and_none_is_constant():
    import torch

    first, again = (built(TINY["sd15-controlnet"]) for _ in range(2))
    before = torch.random.get_rng_state()
    built(TINY["sd15"])
    assert torch.equal(
        before, torch.random.get_rng_state()
    )  # the caller's random numbers are left alone
    for part in ("unet", "controlnet", "text_encoder"):
        theirs = getattr(again, part).state_dict()
        for name, weight in getattr(first, part).named_parameters():
            assert torch.equal(weight, theirs[name]), name
            assert weight.numel() == 1 or bool((weight != weight.flatten()[0]).any()), name


def test_a_call_is_new_each_time():
    tiny = TINY["sd15-inpaint"]
    first, second = tiny.call(), tiny.call()
    assert first is not second
    assert first["image"] is not second["image"]


@pytest.mark.parametrize("text", ["a red fox", "Füchse, 狐 and 🦊", "", "a" * 500])
def test_the_clip_tokenizer_writes_any_text_without_unknown_tokens(text):
    from dialed_generator.tiny.clip_tokenizer import clip_tokenizer

    tokenizer = clip_tokenizer()
    ids = tokenizer(text, padding="max_length", max_length=77, truncation=True).input_ids
    end = tokenizer.eos_token_id
    assert len(ids) == 77
    assert ids[0] == tokenizer.bos_token_id
    words = ids[1 : ids.index(end)]
    assert len(words) == min(75, len("".join(text.split()).encode()))
