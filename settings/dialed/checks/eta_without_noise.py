"""DIAL405: eta on a sampler that adds no noise."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case, plain

READ_ETA = frozenset({"ddim", "tcd"})
"""Deterministic as they stand, and turned stochastic by eta itself."""


def find(case: Case) -> Sequence[Finding]:
    """Look whether the sampler has noise for eta to scale."""
    eta, sampler = case.number("eta"), case.sampler()
    if not eta or sampler is None or sampler.stochastic or sampler.id in READ_ETA:
        return ()
    if "eta" in case.facts.ignores:
        return ()
    message = (
        f"{case.called('eta')} = {plain(eta)} has no effect: {sampler.id} adds no noise between steps; "
        "leave it out, or use ddim"
    )
    return [Finding("eta", message, case.fix_removal("eta"))]


CHECK = Check(
    code="DIAL405",
    name="eta-without-noise",
    severity="warning",
    looks_at="settings",
    settings=frozenset({"eta"}),
    what="Eta scales noise that this sampler never adds.",
    why="Eta says how much fresh noise a step puts back. A sampler that follows a smooth path puts none "
    "back, so there is nothing to scale.",
    bad=Example({"sampler": "dpmpp_2m", "eta": 0.5}),
    good=Example({"sampler": "ddim", "eta": 0.5}),
    function=find,
)
