"""Seconds for one picture by Vignette at recommended settings, for batches of one to eight.

Everything is measured in one run on one machine, float32 as the folder loads, after one picture to warm up.

    python tests/benchmarks/bench_vignette.py --threads 2
"""

import argparse
import time
from pathlib import Path

import torch

from dialed_generator.vignette.assembly import GUIDANCE, STEPS, generate
from dialed_generator.vignette.publishing import load_pipeline

FOLDER = Path(__file__).parents[2] / "generator" / "weights" / "vignette"
BATCHES = (1, 2, 4, 8)
PROMPT = "a red house by a lake at sunset, pine trees"
GOAL = 2.0
"""Seconds that one picture may take alone on two processor cores."""


def measure(threads: int, rounds: int) -> dict[int, float]:
    """Batch size -> the best of some rounds, in seconds for each picture."""
    torch.set_num_threads(threads)
    pipe = load_pipeline(FOLDER)
    generate(pipe, [PROMPT], [0])
    found = {}
    for size in BATCHES:
        times = []
        for _ in range(rounds):
            start = time.perf_counter()
            generate(pipe, [PROMPT] * size, list(range(size)), batch=size)
            times.append((time.perf_counter() - start) / size)
        found[size] = min(times)
    return found


def main() -> int:
    """Print the table; 1 if a single picture takes longer than the goal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    found = measure(given.threads, given.rounds)
    print(f"{STEPS} steps, guidance {GUIDANCE:g}, 128 x 128, {given.threads} thread(s)")
    print("batch  seconds a picture  pictures a minute")
    for size, seconds in found.items():
        print(f"{size:5}  {seconds:17.3f}  {60 / seconds:17.0f}")
    print(f"goal: {GOAL:g} s at batch 1: {'met' if found[1] <= GOAL else 'missed'}")
    return 0 if found[1] <= GOAL else 1


if __name__ == "__main__":
    raise SystemExit(main())
