"""The world of the built-in model: what a scene can be, and how one is drawn by lot.

The world is small on purpose. Every attribute covers a large area of the picture, because a
small latent model learns large areas first and a negative prompt can only remove what it can see.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

FAMILIES: dict[str, tuple[str, ...]] = {
    "time_of_day": ("dawn", "noon", "sunset", "night"),
    "ground": ("lake", "meadow", "desert", "snow"),
    "subject": ("house", "castle", "lighthouse", "sailboat", "balloon", "windmill"),
    "colour": ("red", "yellow", "blue", "purple", "white"),
    "trees": ("none", "pine", "autumn", "cherry"),
    "weather": ("clear", "cloudy", "fog"),
    "count": ("one", "two", "three"),
    "position": ("left", "centre", "right"),
    "style": ("flat", "watercolour", "line", "pixel"),
}
"""Attribute family -> its values. The order is the class order of the probe."""

SHARES: dict[str, tuple[int, ...]] = {
    "count": (3, 1, 1),
    "position": (1, 2, 1),
    "style": (2, 1, 1, 1),
}
"""How often the values of a family are drawn against one another; other families are even.

A prompt that names no count, position or style should give one subject in the middle, drawn flat.
"""

EXTRA_STYLES = ("blueprint", "neon", "sepia")
"""Styles that the renderer knows and the base model never sees: adapters learn them."""


@dataclass(frozen=True)
class Scene:
    """One scene: the attributes a caption may name, and the seed of everything else.

    Attributes:
        time_of_day: Light and sky.
        ground: What the land is made of.
        subject: The main object. A sailboat needs a lake.
        colour: Colour of the subject.
        trees: Kind of trees beside the subject, or ``none``.
        weather: Clear sky, large clouds, or fog.
        seed: Decides places, ridges and small variations; never an attribute.
        count: How many of the subject; several stand side by side across the picture.
        position: Where a single subject stands. Several are always centred.
        style: How it is drawn.
    """

    time_of_day: str
    ground: str
    subject: str
    colour: str
    trees: str
    weather: str
    seed: int
    count: str = "one"
    position: str = "centre"
    style: str = "flat"

    def __post_init__(self) -> None:
        for family, values in FAMILIES.items():
            value = getattr(self, family)
            if value not in values:
                raise ValueError(
                    f"Scene.{family} is {value!r}; it must be one of {', '.join(values)}"
                )
        if self.subject == "sailboat" and self.ground != "lake":
            raise ValueError(
                f"Scene.ground is {self.ground!r} with a sailboat; a sailboat needs ground 'lake'"
            )
        if self.count != "one" and self.position != "centre":
            raise ValueError(
                f"Scene.position is {self.position!r} with count {self.count!r}; several "
                "subjects fill the width: leave position 'centre'"
            )

    def attributes(self) -> dict[str, str]:
        """Return family -> value, in the order of `FAMILIES`."""
        return {family: str(getattr(self, family)) for family in FAMILIES}

    def classes(self) -> list[int]:
        """Return the class number of each family, in the order of `FAMILIES`."""
        return [values.index(getattr(self, family)) for family, values in FAMILIES.items()]


def _drawn(family: str, lot: random.Random) -> str:
    values = FAMILIES[family]
    return lot.choices(values, SHARES.get(family))[0]


def random_scene(seed: int) -> Scene:
    """Draw a scene by lot: the same seed gives the same scene on every machine.

    Each family is drawn by its `SHARES` (evenly where it has none), with two exceptions: a
    sailboat always gets a lake, and several subjects are always centred.
    """
    lot = random.Random(f"vignette world 2 scene {seed}")
    chosen = {family: _drawn(family, lot) for family in FAMILIES}
    return Scene(**allowed(chosen), seed=seed)


def allowed(chosen: dict[str, str]) -> dict[str, str]:
    """Return attributes that go together: a sailboat's ground is a lake, several are centred."""
    result = dict(chosen)
    if result.get("subject") == "sailboat" and "ground" in result:
        result["ground"] = "lake"
    if result.get("count", "one") != "one" and "position" in result:
        result["position"] = "centre"
    return result
