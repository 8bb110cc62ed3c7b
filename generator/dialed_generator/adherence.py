"""Prompt adherence for the built-in model: which share of what the prompt names is in the picture."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dialed_generator.errors import WeightsError

if TYPE_CHECKING:
    from dialed_generator.picture_measures import Picture

PROBE_FILE = "probe.safetensors"
BUILT_IN = "vignette"
"""Id of the built-in model; its siblings' ids begin with it, and its probe reads their pictures too."""


class Adherence:
    """Reads a picture's attributes back with the probe that lies beside the model.

    Args:
        model_folder: Folder of the built-in model.

    Raises:
        WeightsError: It holds no probe, or one for other attributes.
    """

    def __init__(self, model_folder: Path) -> None:
        from dialed_generator.vignette.probe import load_probe

        try:
            self._probe = load_probe(_probe_folder(model_folder))
        except (OSError, ValueError) as error:
            raise WeightsError(str(error)) from error

    @staticmethod
    def available(model_folder: Path) -> bool:
        """Whether a model has a probe; told without loading anything."""
        return (_probe_folder(model_folder) / PROBE_FILE).is_file()

    def share(self, picture: "Picture", prompt: str) -> float | None:
        """Share of the attributes named in ``prompt`` that the probe finds in ``picture``, 0 to 1.

        None where the prompt names none that the probe knows.
        """
        from PIL import Image

        from dialed_generator.vignette.probe import best

        seen = best(self._probe.read([Image.fromarray(picture, "RGB")])[0])
        named = {k: value for k, value in named_attributes(prompt).items() if k in seen}
        if not named:
            return None
        return sum(seen[family] == value for family, value in named.items()) / len(named)


def _probe_folder(model_folder: Path) -> Path:
    """The folder whose probe judges a model: its own, or for a sibling (``vignette-turbo``) that of ``vignette``."""
    if model_folder.name.startswith(f"{BUILT_IN}-"):
        return model_folder.parent / BUILT_IN
    return model_folder


def named_attributes(prompt: str) -> dict[str, str]:
    """Family -> value for everything that a prompt names in words of the built-in model's captions.

    A family of which the prompt names two values ("a red and blue house") is left out.

    Example:
        ``"a red house by a lake at sunset"`` names subject, colour, ground and time of day.
    """
    text = f" {' '.join(re.findall(r'[a-z]+', prompt.lower()))} "
    found: dict[str, set[str]] = {}
    for family, value, phrase in _phrases():
        if f" {phrase} " in text:
            found.setdefault(family, set()).add(value)
    return {family: next(iter(values)) for family, values in found.items() if len(values) == 1}


def _phrases() -> Iterator[tuple[str, str, str]]:
    from dialed_generator.vignette import caption_words
    from dialed_generator.vignette.scenes import FAMILIES

    tables: tuple[tuple[str, Mapping[str, tuple[str, ...]]], ...] = (
        ("subject", caption_words.SUBJECT_WORDS),
        ("ground", caption_words.PLACE_WORDS),
        ("ground", caption_words.ALOFT_WORDS),
        ("ground", caption_words.GROUND_TAGS),
        ("ground", {"lake": caption_words.AFLOAT_WORDS}),
        ("time_of_day", caption_words.TIME_WORDS),
        ("time_of_day", caption_words.TIME_TAGS),
        ("trees", caption_words.TREE_WORDS),
        ("weather", caption_words.WEATHER_WORDS),
        ("position", caption_words.POSITION_WORDS),
        ("style", caption_words.STYLE_TAGS),
        ("style", caption_words.STYLE_OPENINGS),
    )
    for family, table in tables:
        for value, phrases in table.items():
            for phrase in phrases:
                yield family, value, phrase.replace("-", " ")
    for subject, phrases in caption_words.SUBJECT_WORDS.items():
        for phrase in (phrase.replace("-", " ") for phrase in phrases):
            several = caption_words.plural(phrase)
            yield "subject", subject, several
            for count, words in caption_words.COUNT_WORDS.items():
                yield "count", count, f"{words[0]} {several}"
            for colour in FAMILIES["colour"]:
                yield "colour", colour, f"{colour} {phrase}"
                yield "colour", colour, f"{colour} {several}"
                for count, words in caption_words.COUNT_WORDS.items():
                    yield "count", count, f"{words[0]} {colour} {several}"
