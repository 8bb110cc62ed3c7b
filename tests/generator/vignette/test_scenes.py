"""Scenes are the same on every machine, and every attribute can be seen in them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from dialed_generator.vignette.drawing import FORMATS, SIZE, edge_map, render
from dialed_generator.vignette.scenes import (
    EXTRA_STYLES,
    FAMILIES,
    SHARES,
    Scene,
    allowed,
    random_scene,
)


def _change(family: str, value: str) -> dict[str, Any]:
    return {family: value}


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
        render(replace(PLAIN, **_change(family, value))).astype(int)
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
        ({"count": "two", "position": "left"}, "several subjects fill the width"),
        ({"style": "blueprint"}, "style is 'blueprint'; it must be one of flat"),
    ],
)
def test_impossible_scenes_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(PLAIN, **change)


def test_every_value_is_drawn_as_often_as_its_share_says() -> None:
    drawn = [random_scene(seed) for seed in range(3000)]
    for family, values in FAMILIES.items():
        weights = SHARES.get(family, (1,) * len(values))
        for value, weight in zip(values, weights, strict=True):
            share = np.mean([getattr(scene, family) == value for scene in drawn])
            # A sailboat makes lakes commoner, several subjects make the centre commoner.
            assert share > 0.55 * weight / sum(weights), f"{family} {value}: {share:.1%}"


def test_attributes_that_do_not_go_together_are_mended() -> None:
    given = {"subject": "sailboat", "ground": "snow", "count": "three", "position": "left"}
    assert allowed(given) == {
        "subject": "sailboat",
        "ground": "lake",
        "count": "three",
        "position": "centre",
    }
    assert allowed({"subject": "house"}) == {"subject": "house"}


@pytest.mark.parametrize("subject", ["house", "balloon", "windmill"])
def test_position_moves_the_subject(subject: str) -> None:
    bare = replace(PLAIN, subject=subject, trees="none", ground="meadow")
    columns = {}
    for position in FAMILIES["position"]:
        lines = edge_map(replace(bare, position=position))[40:110, :, 0].astype(float)
        inside = lines[:, 4:-4].sum(axis=0)
        columns[position] = float((inside * np.arange(4, SIZE - 4)).sum() / inside.sum())
    assert columns["left"] + 5 < columns["centre"] < columns["right"] - 5, columns


def test_the_layout_does_not_depend_on_light_or_style() -> None:
    noon = edge_map(PLAIN)
    changes: list[dict[str, Any]] = [
        {"time_of_day": "night"},
        {"weather": "fog"},
        {"style": "pixel"},
    ]
    for change in changes:
        assert np.array_equal(edge_map(replace(PLAIN, **change)), noon), change
    assert not np.array_equal(edge_map(replace(PLAIN, seed=6)), noon)
    assert noon.shape == (SIZE, SIZE, 3)
    assert 0.02 < (noon > 127).mean() < 0.5


def test_pixels_are_square_blocks() -> None:
    picture = render(replace(PLAIN, style="pixel")).astype(int)
    blocks = picture.reshape(SIZE // 4, 4, SIZE // 4, 4, 3)
    assert (blocks == blocks[:, :1, :, :1]).all()


@pytest.mark.parametrize("style", [*FAMILIES["style"][1:], *EXTRA_STYLES])
def test_a_style_changes_most_of_the_picture_and_is_the_same_again(style: str) -> None:
    plain, styled = render(PLAIN).astype(int), render(PLAIN, style=style).astype(int)
    assert np.array_equal(render(PLAIN, style=style), styled)
    assert (np.abs(plain - styled).max(axis=2) > 12).mean() > 0.4


@pytest.mark.parametrize("size", FORMATS[1:])
@pytest.mark.parametrize("style", [*FAMILIES["style"], *EXTRA_STYLES])
def test_other_formats_are_drawn_in_every_style(size: tuple[int, int], style: str) -> None:
    picture = render(replace(PLAIN, subject="sailboat"), size, style)
    assert picture.shape == (size[1], size[0], 3)
    assert picture.std() > 15


def test_the_sun_is_round_in_every_format() -> None:
    bare = replace(PLAIN, trees="none", ground="snow", position="right")
    for size in FORMATS:
        picture = render(bare, size).astype(int)
        sun = (picture[: size[1] // 3, :, :].min(axis=2) > 185) & (
            picture[: size[1] // 3, :, 0] > 245
        )
        rows, columns = np.flatnonzero(sun.any(axis=1)), np.flatnonzero(sun.any(axis=0))
        height, width = rows[-1] - rows[0], columns[-1] - columns[0]
        assert 0.75 < width / height < 1.35, (size, width, height)


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(ValueError, match="style is 'cubist'; it must be one of flat"):
        render(PLAIN, style="cubist")
