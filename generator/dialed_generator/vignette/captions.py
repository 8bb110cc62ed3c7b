"""Captions of scenes: the prompt grammar the model learns, varied by lot.

A caption names some attributes of a scene and leaves others out; what it leaves out it does not
mention at all. So the model learns that an unnamed attribute is free.
"""

from __future__ import annotations

import random
import string
from dataclasses import dataclass

from dialed_generator.vignette.caption_words import (
    AFLOAT_WORDS,
    ALOFT_WORDS,
    COUNT_WORDS,
    FILLERS,
    GROUND_TAGS,
    OPENINGS,
    PLACE_WORDS,
    POSITION_WORDS,
    SEASON_TAGS,
    STYLE_OPENINGS,
    STYLE_TAGS,
    SUBJECT_WORDS,
    TIME_TAGS,
    TIME_WORDS,
    TREE_WORDS,
    WEATHER_WORDS,
    plural,
)
from dialed_generator.vignette.scenes import FAMILIES, Scene

CHANCES: dict[str, float] = {
    "time_of_day": 0.88,
    "ground": 0.88,
    "subject": 0.94,
    "colour": 0.88,
    "trees": 0.8,
    "weather": 0.7,
}
"""How often a caption names each family (trees ``none`` half as often, a colour only with its
subject)."""
USUAL: dict[str, tuple[str, float]] = {
    "count": ("one", 1.0),
    "position": ("centre", 0.25),
    "style": ("flat", 0.3),
}
"""Family -> its usual value, and how often a caption names that; any other value is always named.

So a prompt that names no count, position or style gets the usual one. Count and position need a
named subject; "a house" names one.
"""


@dataclass(frozen=True)
class Caption:
    """A caption and what it says.

    Attributes:
        text: Lower-case prompt.
        named: Family -> value, for the attributes that the text names exactly.
    """

    text: str
    named: dict[str, str]


def _article(words: str) -> str:
    return f"an {words}" if words[0] in "aeiou" else f"a {words}"


def _chosen(scene: Scene, lot: random.Random) -> dict[str, str]:
    named = {}
    for family, value in scene.attributes().items():
        if family in USUAL:
            usual, chance = USUAL[family]
            chance = chance if value == usual else 1.0
        else:
            chance = CHANCES[family] * (0.5 if (family, value) == ("trees", "none") else 1.0)
        if lot.random() < chance:
            named[family] = value
    if "subject" not in named:
        for family in ("colour", "count", "position"):
            named.pop(family, None)
    elif scene.count != "one":
        named.pop("position", None)
    return named


def _thing(named: dict[str, str], words: str) -> str:
    """Return such as "red house" or "two red houses"."""
    thing = f"{named['colour']} {words}" if "colour" in named else words
    count = named.get("count", "one")
    return thing if count == "one" else f"{COUNT_WORDS[count][0]} {plural(thing)}"


def _headed(named: dict[str, str], thing: str) -> str:
    return thing if named.get("count", "one") != "one" else _article(thing)


def _place(named: dict[str, str], lot: random.Random) -> str:
    subject, ground = named.get("subject"), named["ground"]
    if subject == "sailboat":
        return lot.choice(AFLOAT_WORDS)
    if subject == "balloon" and lot.random() < 0.75:
        return lot.choice(ALOFT_WORDS[ground])
    return lot.choice(PLACE_WORDS[ground])


def _sentence(named: dict[str, str], lot: random.Random) -> list[str]:
    """Return parts such as ["a red house by a lake at sunset", "pine trees", "fog"]."""
    if "subject" in named:
        thing = _thing(named, lot.choice(SUBJECT_WORDS[named["subject"]]))
        head = [_headed(named, thing)]
        if "ground" in named:
            head.append(_place(named, lot))
        if "position" in named:
            head.insert(lot.randint(1, len(head)), lot.choice(POSITION_WORDS[named["position"]]))
    elif "ground" in named:
        head = [lot.choice(GROUND_TAGS[named["ground"]])]
    else:
        head = [lot.choice(("a landscape", "a scene"))]
    if "time_of_day" in named:
        head.append(lot.choice(TIME_WORDS[named["time_of_day"]]))
    if "trees" in named and named["trees"] != "none" and lot.random() < 0.35:
        head.append(f"with {lot.choice(TREE_WORDS[named['trees']])}")
        rest = ["weather"]
    else:
        rest = ["trees", "weather"]
    lot.shuffle(rest)
    words = {"trees": _tree_words(lot), "weather": WEATHER_WORDS}
    tags = [lot.choice(words[family][named[family]]) for family in rest if family in named]
    return [" ".join(head), *tags]


def _tree_words(lot: random.Random) -> dict[str, tuple[str, ...]]:
    """Return the words for trees: now and then the season that they show instead."""
    if lot.random() < 0.12:
        return TREE_WORDS | SEASON_TAGS
    return TREE_WORDS


def _styled(parts: list[str], style: str, lot: random.Random) -> list[str]:
    """Return the parts with the style named: before the first part, or as a part of its own."""
    chance = lot.random()
    if chance < 0.4:
        return [f"{lot.choice(STYLE_OPENINGS[style])} {parts[0]}", *parts[1:]]
    tag = lot.choice(STYLE_TAGS[style])
    return [*parts, tag] if chance < 0.85 else [tag, *parts]


def _tags(named: dict[str, str], lot: random.Random) -> list[str]:
    """Return parts such as ["sunset", "lake", "red house", "pine trees"] in any order."""
    parts = []
    if "subject" in named:
        thing = _thing(named, lot.choice(SUBJECT_WORDS[named["subject"]]))
        if "position" in named and lot.random() < 0.7:
            thing += f" {lot.choice(POSITION_WORDS[named['position']])}"
        elif "position" in named:
            parts.append(lot.choice(POSITION_WORDS[named["position"]]))
        parts.append(thing)
    for family, words in (
        ("ground", GROUND_TAGS),
        ("time_of_day", TIME_TAGS),
        ("trees", _tree_words(lot)),
        ("weather", WEATHER_WORDS),
    ):
        if family in named:
            parts.append(lot.choice(words[named[family]]))
    lot.shuffle(parts)
    return parts or ["landscape"]


def _filler(lot: random.Random) -> str:
    if lot.random() < 0.6:
        return lot.choice(FILLERS)
    letters = string.ascii_lowercase * 3 + string.digits
    return "".join(lot.choice(letters) for _ in range(lot.randint(2, 7)))


def caption(scene: Scene, seed: int) -> Caption:
    """Write a caption of a scene: the same scene and seed give the same caption.

    Three in four are sentences, the others lists of tags. Some carry words that say nothing
    about the scene (quality words, letters without sense), so that a person's extra words do
    not throw the picture off; some say only "trees" without the kind.
    """
    lot = random.Random(f"vignette caption {scene.seed} {seed}")
    named = _chosen(scene, lot)
    loose = scene.trees != "none" and "trees" in named and lot.random() < 0.1
    if loose:
        del named["trees"]
    parts = _sentence(named, lot) if lot.random() < 0.75 else _tags(named, lot)
    if loose:
        parts.append("trees")
    if "style" in named:
        parts = _styled(parts, named["style"], lot)
    elif lot.random() < 0.08:
        parts[0] = f"{lot.choice(OPENINGS)} {parts[0]}"
    if lot.random() < 0.15:
        parts.append(_filler(lot))
    if lot.random() < 0.05:
        parts.insert(0, _filler(lot))
    return Caption(", ".join(parts), named)


def prompt_of(named: dict[str, str]) -> str:
    """Return the plain prompt for some attributes, as guides and the evaluation write it.

    Example:
        ``{"subject": "house", "colour": "red", "ground": "lake", "time_of_day": "sunset",
        "trees": "pine"}`` gives ``a red house by a lake at sunset, pine trees``.
    """
    subject, ground = named["subject"], named.get("ground")
    thing = {"balloon": "hot air balloon"}.get(subject, subject)
    head = _headed(named, _thing(named, thing))
    if "position" in named and named.get("count", "one") == "one":
        head += f" {POSITION_WORDS[named['position']][0]}"
    if ground is not None:
        places = {"sailboat": AFLOAT_WORDS[0], "balloon": ALOFT_WORDS[ground][0]}
        head += f" {places.get(subject, PLACE_WORDS[ground][0])}"
    if "time_of_day" in named:
        head += f" {TIME_WORDS[named['time_of_day']][0]}"
    parts = [head]
    for family, words in (
        ("trees", TREE_WORDS),
        ("weather", WEATHER_WORDS),
        ("style", STYLE_TAGS),
    ):
        if family in named:
            parts.append(words[named[family]][0])
    return ", ".join(parts)


def vocabulary() -> list[str]:
    """Return every word that a caption can contain, sorted."""
    words: set[str] = {"a", "an", "with", "landscape", "scene", "trees"}
    words.update(FAMILIES["colour"])
    tables = (
        SUBJECT_WORDS,
        PLACE_WORDS,
        ALOFT_WORDS,
        GROUND_TAGS,
        TIME_WORDS,
        TIME_TAGS,
        TREE_WORDS,
        SEASON_TAGS,
        WEATHER_WORDS,
        COUNT_WORDS,
        POSITION_WORDS,
        STYLE_TAGS,
        STYLE_OPENINGS,
    )
    phrases = [p for table in tables for choices in table.values() for p in choices]
    for phrase in (*phrases, *AFLOAT_WORDS, *OPENINGS, *FILLERS):
        words.update(phrase.replace("-", " ").split())
    for phrase in (phrase for choices in SUBJECT_WORDS.values() for phrase in choices):
        words.update(plural(phrase).replace("-", " ").split())
    return sorted(word for word in words if word.isalpha())
