"""DIAL418: a LoRA far stronger than it was trained for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_adapters import adapters
from dialed.checking_case import Case, plain, span
from dialed.errors import shown


def _weights(case: Case) -> Iterator[tuple[str, str, float]]:
    for adapter in adapters(case):
        if adapter.weight is not None:
            yield "loras", f"LoRA {shown(adapter.name)}", adapter.weight
    scale = case.number("lora_scale")
    if scale is not None:
        yield "lora_scale", case.called("lora_scale"), scale


def find(case: Case) -> Sequence[Finding]:
    """Compare each weight with the range that the record of LoRA strengths calls worth trying."""
    record = case.registry.settings.get("lora_scale")
    if record is None or record.view is None:
        return ()
    low, high = record.view.min, record.view.max
    return [
        Finding(
            setting,
            f"{name} = {plain(weight)} is outside {span(low, high)}: 1 is the strength that a LoRA was trained at, and far "
            "from it the picture breaks up into its patterns; try 0.5 to 1",
        )
        for setting, name, weight in _weights(case)
        if not low <= weight <= high
    ]


CHECK = Check(
    code="DIAL418",
    name="lora-weight-extreme",
    severity="hint",
    looks_at="settings",
    settings=frozenset({"loras", "lora_scale"}),
    what="A LoRA is loaded far more strongly, or far more negatively, than is worth trying.",
    why="The strength multiplies the correction that training has found for a strength of 1. At three times the correction "
    "it is no longer a correction: colours clip and textures repeat. A few sliders made of LoRAs do use such values.",
    bad=Example({"prompt": "a lighthouse", "loras": [{"name": "ink-wash", "weight": 5.0}]}),
    good=Example({"prompt": "a lighthouse", "loras": [{"name": "ink-wash", "weight": 0.8}]}),
    function=find,
)
