"""Builds killed with SIGKILL at random instants, resumed, verified: one JSON line for each.

A process that has imported torch forks a builder for each kill, so that a kill costs a second and can fall
anywhere in a build. ``python killing.py ROOT WEIGHTS RECORDS NUMBER FIRST SETTING...``
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import time
import traceback
from pathlib import Path


def main() -> None:
    import torch

    torch.set_num_threads(1)
    import diffusers  # noqa: F401
    import transformers  # noqa: F401

    from dialed_generator.rendering import renderer  # noqa: F401

    root, weights, records, number, first = (*map(Path, sys.argv[1:4]), *map(int, sys.argv[4:6]))
    arguments = ["--root", str(root), "--weights", str(weights), "--records", str(records)]
    build = ["build", "--threads", "1", "--workers", "1", "--batch-size", "2"]
    build += ["--format", "json", *arguments]
    build += [f"--setting={name}" for name in sys.argv[6:]]
    whole = _timed(root, build)
    for one in range(first, first + number):
        print(json.dumps(_killed(root, arguments, build, whole, one)), flush=True)


def _timed(root: Path, build: list[str]) -> float:
    _finished(root, build)  # the first one pays for what torch does once
    shutil.rmtree(root)
    start = time.monotonic()
    _finished(root, build)
    return time.monotonic() - start


def _killed(root: Path, arguments: list[str], build: list[str], whole: float, one: int) -> dict:
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    builder = _forked(build, root / "killed.txt")
    instant = _waited(root, builder, whole, random.Random(one))
    os.kill(builder, signal.SIGKILL)
    _, status = os.waitpid(builder, 0)
    masters = _masters(root)
    left = sum(1 for path in root.rglob("*.part"))
    resumed = _finished(root, build)
    verified = _finished(root, ["verify", "--format", "json", *arguments])
    again = _finished(root, build)
    return {
        "number": one,
        "instant": round(instant, 3),
        "killed": os.WIFSIGNALED(status),
        "masters_at_kill": masters,
        "parts_at_kill": left,
        "rendered_by_resume": resumed["rendered"],
        "reused_by_resume": resumed["reused"],
        "failed": resumed["failed"],
        "problems": verified["problems"],
        "masters": verified["masters"],
        "rendered_again": again["rendered"],
    }


def _masters(root: Path) -> int:
    return len(list(root.glob(".dialed/store/jobs/*/*.json")))


def _waited(root: Path, builder: int, whole: float, lot: random.Random) -> float:
    """Wait for a random instant: of the whole build, or, every other time, after a random number of masters."""
    start = time.monotonic()
    if lot.random() < 0.5:
        time.sleep(lot.random() * whole)
    else:
        count = lot.randrange(1, 8)
        while _masters(root) < count and not os.waitid(
            os.P_PID, builder, os.WEXITED | os.WNOHANG | os.WNOWAIT
        ):
            time.sleep(0.002)
        time.sleep(lot.random() / 10)
    return time.monotonic() - start


def _finished(root: Path, words: list[str]) -> dict:
    told = root.parent / f"{root.name}.txt"
    _, status = os.waitpid(_forked(words, told), 0)
    text = told.read_text(encoding="utf-8")
    if status and words[0] == "build":
        sys.exit(f"{words} ended with status {status}:\n{text}")
    return json.loads(text.strip().splitlines()[-1])


def _forked(words: list[str], output: Path) -> int:
    child = os.fork()
    if child:
        return child
    status = 70
    try:
        with output.open("wb") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        from dialed_generator.command_line import add_commands

        parser = argparse.ArgumentParser()
        add_commands(parser.add_subparsers())
        args = parser.parse_args(["images", *words])
        status = args.run(args)
    except Exception:  # noqa: BLE001  told to whoever reads the output
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
