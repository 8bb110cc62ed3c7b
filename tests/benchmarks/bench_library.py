"""What the library costs, as ratios measured in one run. Run: python tests/benchmarks/bench_library.py

Processor time, not wall time, so that other work on the machine counts little; each ratio compares two
things measured in the same run.
"""

import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT / "settings"), "PYTHONDONTWRITEBYTECODE": "0"}
ROUNDS = 9


def inside_seconds(code: str) -> float:
    """Processor time that ``code`` takes inside a fresh process, start-up left out: the least of several."""
    timed = f"import time\nbegun = time.process_time()\n{code}\nprint(time.process_time() - begun)"
    seconds = []
    for _ in range(ROUNDS):
        done = subprocess.run(
            [sys.executable, "-c", timed],
            env=ENVIRONMENT,
            check=True,
            capture_output=True,
            text=True,
        )
        seconds.append(float(done.stdout))
    return min(seconds)


def call_seconds(function: Callable[[int], object], calls: int = 20_000) -> float:
    """Processor time of one call, given a number that differs from call to call: median of several rounds."""
    counter = itertools.count()
    rounds = []
    for _ in range(ROUNDS):
        numbers = [next(counter) for _ in range(calls)]
        begun = time.process_time()
        for number in numbers:
            function(number)
        rounds.append((time.process_time() - begun) / calls)
    return statistics.median(rounds)


def main() -> None:
    """Measure and print."""
    from pydantic import BaseModel, Field

    import dialed

    class Five(BaseModel):
        prompt: str
        num_inference_steps: int = Field(ge=1, le=1000)
        guidance_scale: float = Field(ge=0, le=100)
        seed: int
        sampler: str

    def payload(number: int) -> dict[str, object]:
        return {
            "prompt": f"a lighthouse {number}",
            "num_inference_steps": 20 + number % 10,
            "guidance_scale": 5.0 + number % 3,
            "seed": number,
            "sampler": "euler",
        }

    imported = inside_seconds("import dialed")
    pydantic, first = (
        inside_seconds("import pydantic; pydantic.BaseModel"),
        inside_seconds("import dialed; dialed.resolve('CFG scale')"),
    )
    payloads = [payload(n) for n in range(20_000 * (ROUNDS + 1))]
    model = call_seconds(lambda n: Five.model_validate(payloads[n]))
    resolve = call_seconds(lambda _: dialed.resolve("CFG scale"))
    validate = call_seconds(lambda n: dialed.validate(payloads[n]))
    fitted = call_seconds(lambda n: dialed.validate(payloads[n], model="sdxl", dialect="diffusers"))
    named = {
        "CFG scale": "guidance_scale",
        "Steps": "num_inference_steps",
        "Seed": "seed",
        "Sampler": "sampler",
        "Prompt": "prompt",
    }
    spelt = [{name: p[key] for name, key in named.items()} for p in payloads[: 20_000 * ROUNDS]]
    aliased = call_seconds(lambda n: dialed.validate(spelt[n]))
    translate = call_seconds(
        lambda n: dialed.translate(payloads[n], to="diffusers", model="sdxl"), 2_000
    )
    rows = [
        ("import dialed", f"{1000 * imported:.1f} ms", "goal <= 15 ms"),
        (
            "first resolve / import pydantic",
            f"{first / pydantic:.2f}x",
            f"goal <= 2x ({1000 * first:.0f} ms, {1000 * pydantic:.0f} ms)",
        ),
        (
            "resolve / five-field model",
            f"{resolve / model:.2f}x",
            f"goal <= 1x ({1e6 * resolve:.2f} us, {1e6 * model:.2f} us)",
        ),
        (
            "validate / five-field model",
            f"{validate / model:.1f}x",
            f"goal <= 12x ({1e6 * validate:.1f} us)",
        ),
        ("validate, aliases / model", f"{aliased / model:.1f}x", f"({1e6 * aliased:.1f} us)"),
        (
            "validate, model sdxl / model",
            f"{fitted / model:.1f}x",
            f"goal <= 12x ({1e6 * fitted:.1f} us)",
        ),
        ("translate to diffusers", f"{1e6 * translate:.0f} us", ""),
    ]
    for row in rows:
        print("{:34} {:>10}  {}".format(*row))
    print(json.dumps({name: value for name, value, _ in rows}))


if __name__ == "__main__":
    main()
