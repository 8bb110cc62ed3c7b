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
    "subject": ("house", "castle", "lighthouse", "sailboat", "balloon"),
    "colour": ("red", "yellow", "blue", "purple", "white"),
    "trees": ("none", "pine", "autumn", "cherry"),
    "weather": ("clear", "cloudy", "fog"),
}
"""Attribute family -> its values. The order is the class order of the probe."""


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
        seed: Decides positions, ridges and small variations; never an attribute.
    """

    time_of_day: str
    ground: str
    subject: str
    colour: str
    trees: str
    weather: str
    seed: int

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

    def attributes(self) -> dict[str, str]:
        """Return family -> value, in the order of `FAMILIES`."""
        return {family: str(getattr(self, family)) for family in FAMILIES}

    def classes(self) -> list[int]:
        """Return the class number of each family, in the order of `FAMILIES`."""
        return [values.index(getattr(self, family)) for family, values in FAMILIES.items()]


def random_scene(seed: int) -> Scene:
    """Draw a scene by lot: the same seed gives the same scene on every machine.

    Each family is uniform, except that a sailboat always gets a lake; so two scenes in five are
    lakes, half of them with a sailboat.
    """
    lot = random.Random(f"vignette scene {seed}")
    subject = lot.choice(FAMILIES["subject"])
    ground = "lake" if subject == "sailboat" else lot.choice(FAMILIES["ground"])
    return Scene(
        time_of_day=lot.choice(FAMILIES["time_of_day"]),
        ground=ground,
        subject=subject,
        colour=lot.choice(FAMILIES["colour"]),
        trees=lot.choice(FAMILIES["trees"]),
        weather=lot.choice(FAMILIES["weather"]),
        seed=seed,
    )
