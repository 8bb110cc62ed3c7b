"""Scenes are the same on every machine, and every attribute can be seen in them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from dialed_generator.vignette.drawing import SIZE, render
from dialed_generator.vignette.scenes import FAMILIES, Scene, random_scene

PLAIN = Scene("noon", "lake", "house", "red", "pine", "clear", seed=5)


def test_a_seed_gives_one_scene_and_one_picture() -> None:
    assert random_scene(3) == random_scene(3)
    assert np.array_equal(render(random_scene(3)), render(random_scene(3)))
    assert random_scene(3) != random_scene(4)


def test_a_picture_is_square_and_not_flat() -> None:
    picture = render(PLAIN)
    assert picture.shape == (SIZE, SIZE, 3)
    assert picture.dtype == np.uint8
    assert picture.std() > 20


@pytest.mark.parametrize(
    ("family", "one", "other"),
    [
        (family, one, other)
        for family, values in FAMILIES.items()
        for one, other in pairwise(values)
    ],
)
def test_changing_an_attribute_changes_a_large_area(family: str, one: str, other: str) -> None:
    first, second = (
        render(replace(PLAIN, **{family: value})).astype(int)
        for value in (one, other)
        if not (value == "sailboat" and PLAIN.ground != "lake")
    )
    changed = (np.abs(first - second).max(axis=2) > 12).mean()
    assert changed > 0.025, f"{family}: {one} -> {other} changes {changed:.1%} of the picture"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": "pink"}, "colour is 'pink'; it must be one of red"),
        ({"subject": "sailboat", "ground": "snow"}, "a sailboat needs ground 'lake'"),
    ],
)
def test_impossible_scenes_are_refused(change: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(PLAIN, **change)


def test_every_value_is_drawn_often_enough() -> None:
    drawn = [random_scene(seed) for seed in range(2000)]
    for family, values in FAMILIES.items():
        for value in values:
            share = np.mean([getattr(scene, family) == value for scene in drawn])
            assert share > 0.12, f"{family} {value} is drawn in {share:.1%} of the scenes"
