"""DIAL317: a control network that was trained for another kind of model."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_adapters import controls
from dialed.checking_case import Case
from dialed.errors import shown

MARKS: Mapping[str, re.Pattern[str]] = {
    "family-sd1": re.compile(r"(?:^|[^a-z0-9])sd-?(?:15|1[._]5)(?:[^0-9]|$)"),
    "family-sd2": re.compile(r"(?:^|[^a-z0-9])sd-?(?:21|2[._]1)(?:[^0-9]|$)"),
    "family-sdxl": re.compile(r"sdxl|(?:^|[^a-z])xl(?:[^a-z]|$)"),
    "family-sd3": re.compile(r"(?:^|[^a-z0-9])sd-?3(?:[._]?5)?(?:[^0-9]|$)"),
    "family-flux1": re.compile(r"(?:^|[^a-z])flux[.-]?1?(?:[^0-9]|$)"),
}
"""How files of control networks name the family that they were trained for."""


def family_of(name: str) -> str | None:
    """The one family that a file's name names; None where it names none or several."""
    text = name[:200].casefold()
    found = [family for family, mark in MARKS.items() if mark.search(text)]
    return found[0] if len(found) == 1 else None


def find(case: Case) -> Sequence[Finding]:
    """Compare the family in each file's name with the model's."""
    model = case.model
    if model is None or model.family not in MARKS:
        return ()
    found = []
    for control in controls(case):
        family = family_of(control.name)
        if family is None or family in case.facts.lineage:
            continue
        made_for = case.registry.models.get(family)
        title = made_for.title if made_for is not None else family
        message = (
            f"control network {shown(control.name)} was made for the {title}, and {model.title} has other layers: it is refused, "
            "or its hints mean nothing; take one that was trained for this model"
        )
        found.append(Finding(None, message))
    return found


CHECK = Check(
    code="DIAL317",
    name="adapter-of-another-family",
    severity="warning",
    looks_at="generation",
    what="The control network's file says that it was trained for another family of models.",
    why="A control network is a copy of half the model it was trained with and adds to that model's layers. In another family the "
    "layers have other sizes and meanings. Tools refuse it with an error about shapes, or leave it out with a line in the log.",
    bad=Example(
        "a lighthouse\nSteps: 25, Sampler: Euler, CFG scale: 6, Seed: 1, Size: 1024x1024, Model: sd_xl_base_1.0, "
        'ControlNet 0: "Module: canny, Model: control_v11p_sd15_canny [d14c016b], Weight: 1, Guidance Start: 0, Guidance End: 1"',
    ),
    good=Example(
        "a lighthouse\nSteps: 25, Sampler: Euler, CFG scale: 6, Seed: 1, Size: 1024x1024, Model: sd_xl_base_1.0, "
        'ControlNet 0: "Module: canny, Model: diffusers_xl_canny_full [2b69fca4], Weight: 1, Guidance Start: 0, Guidance End: 1"',
    ),
    function=find,
    sources=("https://arxiv.org/abs/2302.05543",),
)
