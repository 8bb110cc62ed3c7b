"""DIAL505: the same seed draws other noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_crossing import Crossing

DRAWN_ON: Mapping[str, str] = {
    "a1111": "the graphics card",
    "a1111-api": "the graphics card",
    "comfyui": "the processor",
}
"""Where a tool draws its noise when nothing else is said; see ``sources`` below."""


COUNTS_UP = frozenset({"a1111", "a1111-api"})
"""Tools that raise the seed by one for every further picture."""


def _one_generator(crossing: Crossing) -> Sequence[Finding]:
    """Several pictures on their way to a pipeline, which draws them all from one generator."""
    case = crossing.case
    counts = [case.number(name) or 1 for name in ("num_images", "batch_size")]
    if crossing.to != "diffusers" or case.facts.tools.isdisjoint(COUNTS_UP) or max(counts) <= 1:
        return ()
    if type(seed := case.settings.get("seed")) is not int or seed < 0:
        return ()
    message = (
        f"seed is carried over, but {crossing.source} gives every further picture the next seed ({seed}, {seed + 1}, ...) and "
        "diffusers draws them all from one generator: only the first can be the same; hand over a list of generators"
    )
    return [Finding("seed", message)]


def find(crossing: Crossing) -> Sequence[Finding]:
    """Compare where the two tools draw."""
    if found := _one_generator(crossing):
        return found
    source = crossing.source
    here = DRAWN_ON.get(source or "")
    there = next((DRAWN_ON[name] for name in crossing.speakers if name in DRAWN_ON), None)
    if "seed" not in crossing.case.settings or here is None or there is None or here == there:
        return ()
    generation = crossing.case.generation
    if generation is not None and "CPU" in str(generation.extras.get("RNG", "")):
        return ()
    message = (
        f"seed is carried over, but {source} draws its noise on {here} and {crossing.to} on {there}: the same number "
        "starts from other noise and gives another picture"
    )
    return [Finding("seed", message)]


CHECK = Check(
    code="DIAL505",
    name="other-noise",
    severity="hint",
    looks_at="translation",
    what="The two tools draw their noise in different places, so the same seed is another picture.",
    why="A seed starts a generator of random numbers, and those of processor and graphics card are different generators. A1111 draws on "
    "the card unless RNG is set to CPU, ComfyUI always on the processor. And where A1111 counts the seed up for each further picture, "
    "a pipeline of diffusers draws all of them from one generator.",
    bad=Example({"prompt": "a lighthouse", "Seed": 7}, dialect="a1111", to="comfyui"),
    good=Example({"prompt": "a lighthouse", "Seed": 7}, dialect="a1111", to="a1111-api"),
    function=find,
    sources=(
        "https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/0d5dc9a6e7f6362e423a06bf0e75dd5854025394/modules/rng.py",
        "https://github.com/lllyasviel/stable-diffusion-webui-forge/blob/dfdcbab685e57677014f05a3309b48cc87383167/modules/processing.py",
        "https://github.com/comfyanonymous/ComfyUI/blob/01312a55a43596dd0077a1d4c0c97856c5610167/comfy/sample.py",
    ),
)
