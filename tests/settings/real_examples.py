"""How much of what tools really wrote is read rightly: `python tests/settings/real_examples.py [FOLDER]`.

An example is a JSON file: what was written, and what a person read out of it (data/real/README.md says how).
Every wanted setting, part of an adapter, part of a control network and setting of a further pass is one field.
"""

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dialed

FOLDER = Path(__file__).parent / "data" / "real"

SCORED = frozenset(
    """prompt negative_prompt num_inference_steps guidance_scale distilled_guidance_scale
    guidance_rescale image_guidance_scale sampler schedule seed width height aspect_ratio strength
    num_images batch_size clip_skip eta shift base_shift max_shift model model_hash vae hires_scale
    hires_steps hires_upscaler hires_strength hires_width hires_height refiner_model
    refiner_switch_step mask_blur tiling ensd pag_scale""".split()  # noqa: SIM905  # reads as text
)
"""Settings that count as invented when nobody wrote them; labels were made for these ids alone."""

Parts = tuple[tuple[str, Any], ...]


@dataclass
class Score:
    """Fields of one or of many examples."""

    right: int = 0
    wrong: int = 0
    missing: int = 0
    invented: int = 0
    examples: int = 0
    whole: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def fields(self) -> int:
        return self.right + self.wrong + self.missing + self.invented

    @property
    def share(self) -> float:
        return self.right / self.fields if self.fields else 1.0

    def add(self, other: "Score") -> None:
        for name in ("right", "wrong", "missing", "invented", "examples", "whole"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.faults += other.faults


def _text(value: str) -> str:
    """``value`` without white space at its ends and at the ends of its lines."""
    return "\n".join(line.strip() for line in value.replace("\r\n", "\n").strip().split("\n"))


def same(got: object, want: object) -> bool:
    """Whether ``got`` says what ``want`` says; ``{"any": [...]}`` allows several ways to say it."""
    if isinstance(want, Mapping) and set(want) == {"any"}:
        return any(same(got, one) for one in want["any"])
    if isinstance(got, bool) or isinstance(want, bool):
        return got is want
    if isinstance(got, int | float) and isinstance(want, int | float):
        return got == want or math.isclose(got, want, rel_tol=1e-9)
    if isinstance(got, str) and isinstance(want, str):
        return _text(got) == _text(want)
    return got == want


def _count(score: Score, place: str, got: object, want: object) -> None:
    if got is None:
        score.missing += 1
        score.faults.append(f"{place}: missing, wanted {want!r}")
    elif same(got, want):
        score.right += 1
    else:
        score.wrong += 1
        score.faults.append(f"{place}: {got!r}, wanted {want!r}")


def _invent(score: Score, place: str, got: object) -> None:
    score.invented += 1
    score.faults.append(f"{place}: {got!r}, but nothing says so")


def _of_list(
    score: Score, name: str, got: Sequence[object], want: Sequence[Mapping[str, Any]], key: str
) -> None:
    """Adapters and control networks: paired by ``key`` where it fits, else in the order written."""
    left = list(got)
    for place, one in enumerate(want):
        pair = next((item for item in left if same(getattr(item, key), one.get(key))), None)
        pair = pair if pair is not None else next(iter(left), None)
        if pair is not None:
            left.remove(pair)
        for part, value in one.items():
            _count(score, f"{name}[{place}].{part}", getattr(pair, part, None), value)
    for item in left:
        _invent(score, name, item)


def score_of(example: Mapping[str, Any]) -> Score:
    """Compare the reading of one example with its label."""
    score = Score(examples=1)
    want, unscored = example["want"], example.get("unscored", {})
    try:
        # a request names its service by its address; everything else must be recognised
        named = example["dialect"] if example.get("named") else None
        got = dialed.parse(example["written"], dialect=named)
    except dialed.DialedError as error:
        score.missing = len(want["settings"]) or 1
        score.faults.append(f"refused: {error}")
        return score
    for name, value in want["settings"].items():
        _count(score, name, got.settings.get(name), value)
    for name, value in got.settings.items():
        if name in SCORED and name not in want["settings"] and name not in unscored:
            _invent(score, name, value)
    for name, key in (("loras", "name"), ("controlnets", "model")):
        if name not in unscored:
            _of_list(score, name, getattr(got, name), want.get(name, []), key)
    for place, one in enumerate(want.get("passes", [])):
        further = got.passes[place] if place < len(got.passes) else {}
        for name, value in one.items():
            _count(score, f"passes[{place}].{name}", further.get(name), value)
    score.whole = int(not score.faults)
    return score


def examples(folder: Path = FOLDER) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.rglob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def scores(folder: Path = FOLDER, *, held_out: bool | None = None) -> dict[str, Score]:
    """Score by family; ``held_out`` chooses the examples that no author of a parser had seen, or the others."""
    found: dict[str, Score] = {}
    for example in examples(folder):
        if held_out is not None and example.get("held_out", False) is not held_out:
            continue
        score = score_of(example)
        score.faults = [f"{example['id']} {fault}" for fault in score.faults]
        found.setdefault(example["family"], Score()).add(score)
    return found


def table(found: Mapping[str, Score]) -> str:
    """One line a family, and the sum."""
    total = Score()
    for score in found.values():
        total.add(score)
    lines = [
        f"{'family':<22}{'right':>7}{'wrong':>7}{'missing':>9}{'invented':>10}{'share':>9}{'whole':>12}"
    ]
    for name, score in [*sorted(found.items()), ("all", total)]:
        lines.append(
            f"{name:<22}{score.right:>7}{score.wrong:>7}{score.missing:>9}{score.invented:>10}"
            f"{score.share:>8.1%} {score.whole:>6}/{score.examples:<4}"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--faults", action="store_true", help="list every field that is not right")
    parser.add_argument("--family", default="", help="only families whose name begins so")
    chosen = parser.parse_args(arguments)
    found = {
        name: score
        for name, score in scores(chosen.folder).items()
        if name.startswith(chosen.family)
    }
    print(table(found))
    if chosen.faults:
        faults = [fault for score in found.values() for fault in score.faults]
        print(*(fault[:300] for fault in faults), sep="\n")
        print(Counter(fault.split()[1].rstrip(":") for fault in faults).most_common(20))
    return 0


if __name__ == "__main__":
    sys.exit(main())
