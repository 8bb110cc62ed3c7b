"""DIAL506: a setting is left out, and the two tools take different values for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import plain
from dialed.checking_crossing import Crossing
from dialed.errors import InvalidValueError

if TYPE_CHECKING:
    from dialed.setting_types import Setting

COMPARED = ("num_inference_steps", "guidance_scale", "width", "height")
"""Settings that every tool decides by itself when they are left out."""


def _default(crossing: Crossing, setting: Setting, dialects: tuple[str, ...]) -> Any:
    """What a tool takes for ``setting`` with every model, as a canonical value; None where not known."""
    for alias in crossing.aliases(setting, dialects):
        where = alias.where
        if alias.default is None or (where and (where.family or where.model or where.endpoint)):
            continue
        try:
            converter = crossing.case.facts.reader.converter
            return converter.to_canonical(setting, alias, alias.default, {}).get(setting.id)
        except InvalidValueError:
            return None
    return None


def find(crossing: Crossing) -> Sequence[Finding]:
    """Compare the defaults of the settings that are left out."""
    source = crossing.source
    if source is None or crossing.case.generation is not None:
        return ()
    found = []
    for name in COMPARED:
        setting = crossing.registry.settings.get(name)
        if setting is None or name in crossing.case.settings or name in crossing.case.facts.ignores:
            continue
        here = _default(crossing, setting, crossing.registry.names.lineage(source))
        there = _default(crossing, setting, crossing.speakers)
        if type(here) in {int, float} and type(there) in {int, float} and here != there:
            message = (
                f"{name} is left out: {source} takes {plain(here)} by itself, {crossing.to} {plain(there)}; state it to get "
                "the same in both"
            )
            found.append(Finding(name, message))
    return found


CHECK = Check(
    code="DIAL506",
    name="defaults-disagree",
    severity="hint",
    looks_at="translation",
    what="A setting is left out, and source and target have different defaults for it.",
    why="A translation carries over what is written. What is not written each tool decides by itself: 50 steps in the one are 20 in "
    "the other, and nothing in either file says so.",
    bad=Example(
        {"prompt": "a lighthouse", "cfg_scale": 7.0, "width": 512, "height": 512, "seed": 7},
        dialect="a1111-api",
        to="swarmui",
    ),
    good=Example(
        {
            "prompt": "a lighthouse",
            "cfg_scale": 7.0,
            "steps": 30,
            "width": 512,
            "height": 512,
            "seed": 7,
        },
        dialect="a1111-api",
        to="swarmui",
    ),
    function=find,
)
