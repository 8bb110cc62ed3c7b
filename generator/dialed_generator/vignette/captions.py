"""Captions of scenes: the prompt grammar the model learns, varied by lot.

A caption names some attributes of a scene and leaves others out; what it leaves out it does not
mention at all. So the model learns that an unnamed attribute is free.
"""

from __future__ import annotations

import random
import string
from dataclasses import dataclass

from dialed_generator.vignette.scenes import FAMILIES, Scene

SUBJECT_WORDS: dict[str, tuple[str, ...]] = {
    "house": ("house", "house", "cottage"),
    "castle": ("castle",),
    "lighthouse": ("lighthouse",),
    "sailboat": ("sailboat", "sailboat", "sailing boat"),
    "balloon": ("hot air balloon", "hot-air balloon", "balloon"),
}
PLACE_WORDS: dict[str, tuple[str, ...]] = {
    "lake": ("by a lake", "by a lake", "at the lake", "by the water"),
    "meadow": ("in a meadow", "in a meadow", "on a green meadow", "in a grassy field"),
    "desert": ("in the desert", "in the desert", "in a desert", "among sand dunes"),
    "snow": ("in the snow", "in the snow", "in a snowy field", "in winter"),
}
AFLOAT_WORDS = ("on a lake", "on a lake", "on the lake", "on the water")
ALOFT_WORDS: dict[str, tuple[str, ...]] = {
    "lake": ("over a lake", "over a lake", "above the water"),
    "meadow": ("over a meadow", "over a meadow", "above a green field"),
    "desert": ("over the desert", "over the desert", "above sand dunes"),
    "snow": ("over the snow", "over a snowy field", "in winter"),
}
GROUND_TAGS: dict[str, tuple[str, ...]] = {
    "lake": ("lake", "a lake", "water"),
    "meadow": ("meadow", "a meadow", "grass"),
    "desert": ("desert", "a desert", "sand dunes"),
    "snow": ("snow", "a snowy field", "winter"),
}
TIME_WORDS: dict[str, tuple[str, ...]] = {
    "dawn": ("at dawn", "at dawn", "at sunrise", "in the early morning"),
    "noon": ("at noon", "at noon", "at midday", "in bright daylight"),
    "sunset": ("at sunset", "at sunset", "at dusk", "in the evening"),
    "night": ("at night", "at night", "under the stars", "in the moonlight"),
}
TIME_TAGS: dict[str, tuple[str, ...]] = {
    "dawn": ("dawn", "sunrise"),
    "noon": ("noon", "daylight"),
    "sunset": ("sunset", "dusk"),
    "night": ("night", "starry night"),
}
TREE_WORDS: dict[str, tuple[str, ...]] = {
    "none": ("no trees", "without trees"),
    "pine": ("pine trees", "pine trees", "pines", "tall pine trees"),
    "autumn": ("autumn trees", "autumn trees", "orange trees", "orange autumn trees"),
    "cherry": ("cherry trees", "cherry blossoms", "pink trees", "blossoming cherry trees"),
}
WEATHER_WORDS: dict[str, tuple[str, ...]] = {
    "clear": ("clear sky", "a clear sky", "cloudless"),
    "cloudy": ("cloudy sky", "clouds", "cloudy"),
    "fog": ("fog", "foggy", "mist"),
}
OPENINGS = ("a picture of", "a painting of", "an illustration of", "a view of")
FILLERS = (
    "beautiful",
    "peaceful",
    "highly detailed",
    "masterpiece",
    "best quality",
    "landscape",
    "storybook illustration",
    "soft light",
    "mountains",
    "mountains in the background",
    "scenery",
    "calm",
    "colorful",
    "wide view",
    "quiet",
    "digital art",
    "4k",
    "photo",
    "trending",
)
CHANCES: dict[str, float] = {
    "time_of_day": 0.88,
    "ground": 0.88,
    "subject": 0.94,
    "colour": 0.88,
    "trees": 0.8,
    "weather": 0.7,
}
"""How often a caption names each family (trees ``none`` half as often, a colour only with
its subject)."""


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
        chance = CHANCES[family] * (0.5 if (family, value) == ("trees", "none") else 1.0)
        if lot.random() < chance:
            named[family] = value
    if "subject" not in named:
        named.pop("colour", None)
    return named


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
        thing = lot.choice(SUBJECT_WORDS[named["subject"]])
        thing = f"{named['colour']} {thing}" if "colour" in named else thing
        head = [_article(thing)]
        if "ground" in named:
            head.append(_place(named, lot))
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
    words = {"trees": TREE_WORDS, "weather": WEATHER_WORDS}
    tags = [lot.choice(words[family][named[family]]) for family in rest if family in named]
    return [" ".join(head), *tags]


def _tags(named: dict[str, str], lot: random.Random) -> list[str]:
    """Return parts such as ["sunset", "lake", "red house", "pine trees"] in any order."""
    parts = []
    if "subject" in named:
        thing = lot.choice(SUBJECT_WORDS[named["subject"]])
        parts.append(f"{named['colour']} {thing}" if "colour" in named else thing)
    for family, words in (
        ("ground", GROUND_TAGS),
        ("time_of_day", TIME_TAGS),
        ("trees", TREE_WORDS),
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
    if lot.random() < 0.15:
        parts.append(_filler(lot))
    if lot.random() < 0.05:
        parts.insert(0, _filler(lot))
    elif lot.random() < 0.08:
        parts[0] = f"{lot.choice(OPENINGS)} {parts[0]}"
    return Caption(", ".join(parts), named)


def prompt_of(named: dict[str, str]) -> str:
    """Return the plain prompt for some attributes, as guides and the evaluation write it.

    Example:
        ``{"subject": "house", "colour": "red", "ground": "lake", "time_of_day": "sunset",
        "trees": "pine"}`` gives ``a red house by a lake at sunset, pine trees``.
    """
    subject, ground = named["subject"], named.get("ground")
    thing = {"balloon": "hot air balloon"}.get(subject, subject)
    head = _article(f"{named['colour']} {thing}" if "colour" in named else thing)
    if ground is not None:
        places = {"sailboat": AFLOAT_WORDS[0], "balloon": ALOFT_WORDS[ground][0]}
        head += f" {places.get(subject, PLACE_WORDS[ground][0])}"
    if "time_of_day" in named:
        head += f" {TIME_WORDS[named['time_of_day']][0]}"
    parts = [head]
    for family, words in (("trees", TREE_WORDS), ("weather", WEATHER_WORDS)):
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
        WEATHER_WORDS,
    )
    phrases = [p for table in tables for choices in table.values() for p in choices]
    for phrase in (*phrases, *AFLOAT_WORDS, *OPENINGS, *FILLERS):
        words.update(phrase.replace("-", " ").split())
    return sorted(word for word in words if word.isalpha())
