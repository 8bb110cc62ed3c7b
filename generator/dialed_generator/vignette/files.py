"""Files of a training run: atomic writes, checkpoints that survive a kill, and a throttle."""

from __future__ import annotations

import json
import os
import pickle
import time
from pathlib import Path
from typing import Any

import torch


def replace_file(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old or the new content, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_bytes(data)
    part.replace(path)


def write_json(path: Path, content: object) -> None:
    """Write JSON atomically, indented, with a final newline."""
    replace_file(path, (json.dumps(content, indent=2, sort_keys=True) + "\n").encode("utf-8"))


def read_json(path: Path) -> Any:
    """Return the content of a JSON file, or None where there is none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Save a checkpoint atomically: a kill at any instant leaves the previous one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    torch.save(state, part)
    part.replace(path)


class CheckpointError(ValueError):
    """A checkpoint that cannot be read; the message says which file and what to do."""


def load_checkpoint(path: Path) -> dict[str, Any] | None:
    """Load a checkpoint, or return None where there is none (tensors and plain values only).

    Raises:
        CheckpointError: The file is cut off, holds something else, or is not a checkpoint.
    """
    if not path.exists():
        return None
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, ValueError, EOFError, OSError, KeyError, pickle.UnpicklingError) as error:
        first = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise CheckpointError(
            f"{path} ({path.stat().st_size:,} bytes) is no readable checkpoint: {first[:160]}. "
            "Checkpoints are replaced whole, so the disk or a copy damaged it; delete the file and "
            "run the same command again: the stage it belongs to starts anew"
        ) from error
    if not isinstance(state, dict):
        raise CheckpointError(
            f"{path} holds a {type(state).__name__}, not a checkpoint; delete the file and run the "
            "same command again"
        )
    return state


class Throttle:
    """Lets a person slow a running training down without stopping it.

    The file ``<work>/threads`` holds one whole number: how many threads torch may use; 0 pauses
    until the file says otherwise. Without the file nothing changes. It is read every `every`
    steps.
    """

    def __init__(self, work: Path, every: int = 25) -> None:
        self.path = work / "threads"
        self.every = every
        self._calls = 0

    def wanted(self) -> int | None:
        """Return the number in the file; None where there is no file or no number in it."""
        try:
            return max(0, int(self.path.read_text(encoding="utf-8").strip()))
        except (FileNotFoundError, ValueError):
            return None

    def step(self) -> None:
        """Follow the file; call once a training step."""
        self._calls += 1
        if self._calls % self.every:
            return
        while (threads := self.wanted()) == 0:
            time.sleep(2)
        if threads is not None and threads != torch.get_num_threads():
            torch.set_num_threads(threads)


def planned_minutes(work: Path, stage: str, default: float) -> float:
    """Return how long a stage shall train: the number in ``<work>/<stage>-minutes``, if any.

    So the end of a running training can be moved; its decay then follows the new end.
    """
    try:
        return float((work / f"{stage}-minutes").read_text(encoding="utf-8").strip())
    except (FileNotFoundError, ValueError):
        return default


class Log:
    """Prints a line and appends it to ``<work>/<name>.jsonl`` as JSON."""

    def __init__(self, work: Path, name: str) -> None:
        self.path = work / f"{name}.jsonl"
        self.name = name
        self._start = time.monotonic()

    def __call__(self, **values: float | str | list[float]) -> None:
        """Record one set of values, with the seconds since the start of this log."""
        line = {"stage": self.name, "seconds": round(time.monotonic() - self._start, 1), **values}
        print(json.dumps(line), flush=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
