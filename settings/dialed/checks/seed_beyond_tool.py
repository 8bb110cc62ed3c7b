"""DIAL212: a seed that the tool cannot hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_case import Case

LARGEST: Mapping[str, int] = {"drawthings": 2**32 - 1, "invokeai": 2**32 - 1}
"""The largest seed of tools whose seeds have 32 bits; see ``sources`` below."""


def largest(tools: frozenset[str | None] | tuple[str, ...]) -> int | None:
    """The largest seed that the tools can hold, where one is known."""
    return min((most for tool, most in LARGEST.items() if tool in tools), default=None)


def find(case: Case) -> Sequence[Finding]:
    """Compare with what the tool can hold."""
    seed = case.settings["seed"]
    most = largest(case.facts.tools)
    if type(seed) is not int or most is None or seed <= most:
        return ()
    accepts = case.facts.accepts.get("seed")
    if accepts is None or not accepts(seed):
        return ()
    message = (
        f"{case.called('seed')} = {seed}: seeds of {case.facts.dialect} have 32 bits and end at {most}; "
        "the picture of this seed can be made in other tools only"
    )
    return [Finding("seed", message)]


CHECK = Check(
    code="DIAL212",
    name="seed-beyond-tool",
    severity="error",
    looks_at="settings",
    needs=frozenset({"seed"}),
    dialects=frozenset(LARGEST),
    what="The seed is larger than this tool can hold.",
    why="ComfyUI draws seeds of up to 64 bits, InvokeAI and Draw Things hold 32. A larger number is refused or cut, "
    "and a cut number is another seed and another picture.",
    bad=Example({"prompt": "a lighthouse", "seed": 8675309867530}, dialect="invokeai"),
    good=Example({"prompt": "a lighthouse", "seed": 867530986}, dialect="invokeai"),
    function=find,
    sources=(
        "https://github.com/drawthingsai/draw-things-community/blob/bfafc68cf2c105319f8a5fe7e12bb9bd6f2b3a09/Libraries/DataModels/Sources/config.fbs",
        "https://github.com/invoke-ai/InvokeAI/blob/8e71a8a519399d6db32054ae9afc7c6c4e2355af/invokeai/app/util/misc.py",
    ),
)
