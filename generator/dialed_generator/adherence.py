"""Prompt adherence for the built-in model: which share of what the prompt names is in the picture."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dialed_generator.errors import WeightsError

if TYPE_CHECKING:
    from dialed_generator.picture_measures import Picture

PROBE_FILE = "probe.safetensors"


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
            self._probe = load_probe(model_folder)
        except (OSError, ValueError) as error:
            raise WeightsError(str(error)) from error

    @staticmethod
    def available(model_folder: Path) -> bool:
        """Whether a model has a probe; told without loading anything."""
        return (model_folder / PROBE_FILE).is_file()

    def share(self, picture: "Picture", prompt: str) -> float | None:
        """Share of the attributes named in ``prompt`` that the probe finds in ``picture``, 0 to 1.

        None where the prompt names none that the probe knows.
        """
        from PIL import Image

        from dialed_generator.vignette.probe import best

        named = named_attributes(prompt)
        if not named:
            return None
        seen = best(self._probe.read([Image.fromarray(picture, "RGB")])[0])
        return sum(seen[family] == value for family, value in named.items()) / len(named)


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
    from dialed_generator.vignette import captions
    from dialed_generator.vignette.scenes import FAMILIES

    tables: tuple[tuple[str, Mapping[str, tuple[str, ...]]], ...] = (
        ("subject", captions.SUBJECT_WORDS),
        ("ground", captions.PLACE_WORDS),
        ("ground", captions.ALOFT_WORDS),
        ("ground", captions.GROUND_TAGS),
        ("ground", {"lake": captions.AFLOAT_WORDS}),
        ("time_of_day", captions.TIME_WORDS),
        ("time_of_day", captions.TIME_TAGS),
        ("trees", captions.TREE_WORDS),
        ("weather", captions.WEATHER_WORDS),
    )
    for family, table in tables:
        for value, phrases in table.items():
            for phrase in phrases:
                yield family, value, phrase.replace("-", " ")
    for colour in FAMILIES["colour"]:
        for phrases in captions.SUBJECT_WORDS.values():
            for phrase in phrases:
                yield "colour", colour, f"{colour} {phrase.replace('-', ' ')}"
