"""DIAL426: one seed for several pictures of one call."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case


def find(case: Case) -> Sequence[Finding]:
    """Count the pictures that one generator draws."""
    count, seed = case.number("num_images"), case.settings["seed"]
    if type(count) is not int or count < 2 or type(seed) is not int:
        return ()
    if not case.facts.accepts["seed"](seed):
        return ()
    message = (
        f"{case.called('seed')} = {seed} draws the noise of all {count} pictures from one generator, one after the other: none "
        f"but the first can be made alone again; hand over a list of {count} generators with a seed each"
    )
    return [Finding("seed", message)]


CHECK = Check(
    code="DIAL426",
    name="one-seed-for-many",
    severity="hint",
    looks_at="settings",
    needs=frozenset({"num_images", "seed"}),
    dialects=frozenset({"diffusers"}),
    what="Several pictures are drawn in one call from one seed.",
    why="A pipeline draws the noise of a whole batch from the one generator it is given. The third picture's noise is what comes "
    "after that of the first two, and no seed of its own leads to it. A1111 counts the seed up by one for each picture.",
    bad=Example(
        {"prompt": "a lighthouse", "seed": 7, "num_images_per_prompt": 4}, dialect="diffusers"
    ),
    good=Example({"prompt": "a lighthouse", "seed": 7}, dialect="diffusers"),
    function=find,
    sources=(
        "https://github.com/huggingface/diffusers/blob/58eb52c0803ea9af3abec60841c2a093bdf1f951/docs/source/en/using-diffusers/reusing_seeds.md",
    ),
)
