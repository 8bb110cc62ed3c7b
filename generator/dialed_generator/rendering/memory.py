"""What is done when memory runs out: half the batch, and the smaller size for all that come after."""

import gc
from typing import Any

from dialed_generator.job import Job
from dialed_generator.rendering.batches import Batch

_SAID = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "not enough memory",
    "bad_alloc",
    "could not create a primitive",  # oneDNN, where the room for its plan of an operation is missing
)


def short_of_memory(error: BaseException) -> bool:
    """Whether memory ran out, as Python, CUDA or the CPU allocator of torch says it."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError) and any(said in str(error).lower() for said in _SAID)


def give_memory_back() -> None:
    """Free what a failed run left behind; call it after the ``except`` that caught its error has ended."""
    gc.collect()
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()


class Fitting:
    """How many runs fit into memory, as far as that has been found out, for each model and size of picture."""

    def __init__(self) -> None:
        self._most: dict[tuple[Any, ...], int] = {}

    def too_many(self, batch: Batch) -> None:
        """Note that a batch did not fit: half of it is tried from now on."""
        self._most[_kind(batch.job)] = max(len(batch.runs) // 2, 1)

    def parts(self, batch: Batch) -> list[Batch]:
        """A batch in pieces of the size that is known to fit."""
        most = self._most.get(_kind(batch.job), len(batch.runs))
        return [Batch(batch.runs[at : at + most]) for at in range(0, len(batch.runs), most)]


def _kind(job: Job) -> tuple[Any, ...]:
    return job.model, job.pipeline, job.call.get("width"), job.call.get("height")
