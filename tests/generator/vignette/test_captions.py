"""Captions name what they say and nothing else."""

from __future__ import annotations

import pytest

from dialed_generator.vignette import caption_words
from dialed_generator.vignette.captions import USUAL, caption, prompt_of
from dialed_generator.vignette.scenes import FAMILIES, random_scene
from dialed_generator.vignette.text import LENGTH, build_tokenizer

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "subject": caption_words.SUBJECT_WORDS,
    "trees": caption_words.TREE_WORDS,
    "weather": caption_words.WEATHER_WORDS,
    "position": caption_words.POSITION_WORDS,
    "style": {
        value: caption_words.STYLE_TAGS[value] + caption_words.STYLE_OPENINGS[value]
        for value in FAMILIES["style"]
    },
    "colour": {colour: (colour,) for colour in FAMILIES["colour"]},
    "time_of_day": {
        value: caption_words.TIME_WORDS[value] + caption_words.TIME_TAGS[value]
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
            words = [*WORDS[family][value]]
            if family == "subject":
                words += [caption_words.plural(word) for word in words]
            elif family == "trees":
                words += caption_words.SEASON_TAGS.get(value, ())
            assert any(f" {w} " in _padded(one.text) for w in words), one


@pytest.mark.parametrize("family", ["colour", "time_of_day", "weather", "position", "style"])
def test_no_other_value_is_in_the_text(family: str) -> None:
    for scene in SCENES:
        text = _padded(caption(scene, 2).text)
        for value, words in WORDS[family].items():
            if value != getattr(scene, family):
                assert not any(f" {word} " in text for word in words), (value, text)


def test_captions_leave_attributes_out() -> None:
    for family in FAMILIES:
        share = sum(family in caption(scene, 3).named for scene in SCENES) / len(SCENES)
        assert 0.3 < share < 0.98, f"{family} is named in {share:.0%} of the captions"


@pytest.mark.parametrize("family", USUAL)
def test_an_unusual_value_is_always_named(family: str) -> None:
    usual, _ = USUAL[family]
    for scene in SCENES:
        named = caption(scene, 4).named
        tied_to_subject = family != "style" and "subject" not in named
        if getattr(scene, family) != usual and not tied_to_subject:
            assert named[family] == getattr(scene, family)


def test_several_subjects_have_no_position() -> None:
    several = [caption(scene, 5) for scene in SCENES if scene.count != "one"]
    assert several
    assert not any("position" in one.named for one in several)


def test_every_caption_fits_the_text_encoder() -> None:
    tokenizer = build_tokenizer()
    lengths = [len(tokenizer(caption(scene, 6).text).input_ids) for scene in SCENES]
    assert sum(length > LENGTH for length in lengths) <= len(lengths) // 100


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
        (
            {"subject": "windmill", "colour": "red", "count": "three", "style": "pixel"},
            "three red windmills, pixel art",
        ),
        (
            {"subject": "castle", "count": "one", "position": "left", "style": "watercolour"},
            "a castle on the left, watercolour",
        ),
    ],
)
def test_plain_prompts(named: dict[str, str], prompt: str) -> None:
    assert prompt_of(named) == prompt
