"""Captions name what they say and nothing else."""

from __future__ import annotations

import pytest

from dialed_generator.vignette import captions
from dialed_generator.vignette.captions import caption, prompt_of
from dialed_generator.vignette.scenes import FAMILIES, random_scene

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "subject": captions.SUBJECT_WORDS,
    "trees": captions.TREE_WORDS,
    "weather": captions.WEATHER_WORDS,
    "colour": {colour: (colour,) for colour in FAMILIES["colour"]},
    "time_of_day": {
        value: captions.TIME_WORDS[value] + captions.TIME_TAGS[value]
        for value in FAMILIES["time_of_day"]
    },
}
SCENES = [random_scene(seed) for seed in range(400)]


def _padded(text: str) -> str:
    return f" {text.replace(',', ' ')} "


def test_a_seed_gives_one_caption_and_seeds_vary_it() -> None:
    scene = SCENES[0]
    assert caption(scene, 7) == caption(scene, 7)
    assert len({caption(scene, seed).text for seed in range(40)}) > 25


@pytest.mark.parametrize("family", WORDS)
def test_a_named_attribute_is_in_the_text(family: str) -> None:
    for scene in SCENES:
        one = caption(scene, 1)
        if family in one.named:
            value = one.named[family]
            assert value == getattr(scene, family)
            assert any(f" {w} " in _padded(one.text) for w in WORDS[family][value]), one


@pytest.mark.parametrize("family", ["subject", "colour", "time_of_day", "weather"])
def test_no_other_value_is_in_the_text(family: str) -> None:
    for scene in SCENES:
        text = _padded(caption(scene, 2).text)
        for value, words in WORDS[family].items():
            if value != getattr(scene, family) and family != "subject":
                assert not any(f" {word} " in text for word in words), (value, text)


def test_captions_leave_attributes_out() -> None:
    for family in FAMILIES:
        share = sum(family in caption(scene, 3).named for scene in SCENES) / len(SCENES)
        assert 0.4 < share < 0.98, f"{family} is named in {share:.0%} of the captions"


@pytest.mark.parametrize(
    ("named", "prompt"),
    [
        (
            {
                "subject": "house",
                "colour": "red",
                "ground": "lake",
                "time_of_day": "sunset",
                "trees": "pine",
            },
            "a red house by a lake at sunset, pine trees",
        ),
        (
            {"subject": "sailboat", "colour": "white", "ground": "lake", "weather": "fog"},
            "a white sailboat on a lake, fog",
        ),
        (
            {"subject": "balloon", "ground": "desert", "time_of_day": "night", "trees": "none"},
            "a hot air balloon over the desert at night, no trees",
        ),
    ],
)
def test_plain_prompts(named: dict[str, str], prompt: str) -> None:
    assert prompt_of(named) == prompt
