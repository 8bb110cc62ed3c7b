"""DIAL424: a switch to a refiner that is not named."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain


def find(case: Case) -> Sequence[Finding]:
    """Look for the refiner."""
    step = case.number("refiner_switch_step")
    if step is None or case.settings.get("refiner_model") or case.generation is not None:
        return ()
    key = case.key("refiner_switch_step")
    name = case.registry.names.name_in("refiner_model", case.facts.dialect or "")
    message = (
        f"{key} = {plain(case.payload.get(key, step))} has no effect: no refiner is named, so there is nothing to switch to; "
        f"name one under {name}, or leave this out"
    )
    return [Finding("refiner_switch_step", message)]


CHECK = Check(
    code="DIAL424",
    name="switch-without-refiner",
    severity="warning",
    looks_at="settings",
    needs=frozenset({"refiner_switch_step"}),
    dialects=frozenset({"a1111-api"}),
    what="The moment of the switch is given, and no refiner to switch to.",
    why="A1111 looks at the share of the run first and at the refiner's name next; where there is none it goes on with the base model "
    "and says nothing.",
    bad=Example(
        {"prompt": "a lighthouse", "steps": 25, "refiner_switch_at": 0.8}, dialect="a1111-api"
    ),
    good=Example(
        {
            "prompt": "a lighthouse",
            "steps": 25,
            "refiner_checkpoint": "sd_xl_refiner_1.0",
            "refiner_switch_at": 0.8,
        },
        dialect="a1111-api",
    ),
    function=find,
    sources=(
        "https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/044494d914f40cbbdfa32f518855cd65eebb44c9/modules/sd_samplers_common.py",
    ),
)
