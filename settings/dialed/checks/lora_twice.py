"""DIAL419: the same LoRA twice."""

from __future__ import annotations

from collections.abc import Sequence

from dialed.check_types import Check, Example, Finding
from dialed.checking_adapters import adapters
from dialed.checking_case import Case, plain
from dialed.errors import shown
from dialed.translation import file_stem


def find(case: Case) -> Sequence[Finding]:
    """Count the names, without folders and endings."""
    weights: dict[str, list[float]] = {}
    for adapter in adapters(case):
        weight = adapter.weight if adapter.weight is not None else 1.0
        weights.setdefault(file_stem(adapter.name), []).append(weight)
    return [
        Finding(
            "loras",
            f"LoRA {shown(name)} is loaded {len(stated)} times, at {' and '.join(map(plain, stated[:4]))}: its correction "
            "is added once for each; write it once",
        )
        for name, stated in weights.items()
        if len(stated) > 1
    ]


CHECK = Check(
    code="DIAL419",
    name="lora-twice",
    severity="warning",
    looks_at="settings",
    settings=frozenset({"loras"}),
    what="The same LoRA is loaded twice.",
    why="Each entry adds the LoRA's correction to the weights once more, so two entries of 0.8 act like one of 1.6. It happens "
    "when a style is pasted behind a prompt that already names it.",
    bad=Example(
        {
            "prompt": "a lighthouse",
            "loras": [{"name": "ink-wash", "weight": 0.8}, {"name": "ink-wash", "weight": 0.6}],
        }
    ),
    good=Example({"prompt": "a lighthouse", "loras": [{"name": "ink-wash", "weight": 0.8}]}),
    function=find,
)
