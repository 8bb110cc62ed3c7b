"""Words of the captions: for each value of an attribute the ways to say it, the plainest first."""

from __future__ import annotations

SUBJECT_WORDS: dict[str, tuple[str, ...]] = {
    "house": ("house", "house", "cottage"),
    "castle": ("castle",),
    "lighthouse": ("lighthouse",),
    "sailboat": ("sailboat", "sailboat", "sailing boat"),
    "balloon": ("hot air balloon", "hot-air balloon", "balloon"),
    "windmill": ("windmill",),
}
COUNT_WORDS: dict[str, tuple[str, ...]] = {"two": ("two",), "three": ("three",)}
POSITION_WORDS: dict[str, tuple[str, ...]] = {
    "left": ("on the left", "on the left", "on the left side"),
    "centre": ("in the centre", "in the center", "in the middle"),
    "right": ("on the right", "on the right", "on the right side"),
}
STYLE_TAGS: dict[str, tuple[str, ...]] = {
    "flat": ("flat colours", "flat illustration", "flat colors"),
    "watercolour": ("watercolour", "watercolor", "watercolour painting"),
    "line": ("line drawing", "ink drawing", "line art"),
    "pixel": ("pixel art", "pixel art", "pixel style"),
}
STYLE_OPENINGS: dict[str, tuple[str, ...]] = {
    "flat": ("a flat illustration of",),
    "watercolour": ("a watercolour of", "a watercolour painting of", "a watercolor of"),
    "line": ("a line drawing of", "an ink drawing of"),
    "pixel": ("pixel art of", "a pixel art picture of"),
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
SEASON_TAGS: dict[str, tuple[str, ...]] = {
    "autumn": ("autumn", "in autumn"),
    "cherry": ("spring", "in spring"),
}
"""Seasons that a caption may name instead of the trees that show them."""
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


def plural(thing: str) -> str:
    """Return the plural of a subject's words: "hot air balloon" -> "hot air balloons"."""
    return f"{thing}s"
