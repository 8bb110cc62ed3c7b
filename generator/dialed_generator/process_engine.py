"""The local engine on several processor cores: one process each, with one thread and models of its own.

Two threads that share each small operation wait for one another most of the time; two processes do not. Only
the parent writes the store and the published files, so a stop leaves what it leaves with one process: images
that were in flight are made again. While it writes and encodes, the others go on denoising.
"""

import contextlib
import multiprocessing
import signal
from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

from dialed_generator.job import Job
from dialed_generator.local_engine import LocalEngine, own_order, rendered_or_told
from dialed_generator.outcomes import Kept, Unmade, keep
from dialed_generator.rendering.local import MakeRenderer
from dialed_generator.store import Store

if TYPE_CHECKING:
    from dialed_generator.picture_measures import Picture
    from dialed_generator.rendering.batches import Batch

BATCHES_A_WORKER = 3
"""Fewer than that for each worker, and starting it would take longer than its share of the work."""

PATIENCE = 10
"""Seconds that a process has to end by itself."""


@dataclass
class Worker:
    """One process, the line to it, and what it renders now."""

    process: BaseProcess
    line: Connection
    batch: "Batch | None" = None


class ProcessEngine(LocalEngine):
    """Renders in several processes of this machine.

    Args:
        store: Where masters are kept.
        make_renderer: Makes the renderer of this process, where it does the work alone.
        batch_size: Runs that go through the model together.
        workers: At most so many processes. One renders in this process; with two threads that is nearly as fast
            on two cores.
    """

    def __init__(
        self,
        store: Store,
        make_renderer: MakeRenderer,
        batch_size: int = 8,
        workers: int = 1,
    ) -> None:
        super().__init__(store, make_renderer, batch_size)
        self._make_worker = replace(make_renderer, threads=make_renderer.threads or 1)
        self._workers = workers

    def outcomes(
        self, jobs: Sequence[Job], init: Callable[[str], bytes | None], anew: Collection[str]
    ) -> Generator[list[Kept | Unmade]]:
        """See `outcomes.Engine.outcomes`."""
        from dialed_generator.rendering.batches import batches

        ordered = batches(jobs, self._batch_size)
        count = min(self._workers, len(ordered) // BATCHES_A_WORKER)
        if count < 2:
            yield from super().outcomes(jobs, init, anew)
            return
        if self._store.shared:
            ordered = own_order(ordered)
        workers = crew(self._make_worker, count)
        try:
            yield from self._divide(workers, ordered, init, anew)
        finally:
            for worker in workers:
                worker.line.close()  # it reads the end of its line, and goes
            for worker in workers:
                worker.process.join(PATIENCE)
                worker.process.terminate()
                worker.process.join()

    def _divide(
        self,
        workers: list[Worker],
        left: "list[Batch]",
        init: Callable[[str], bytes | None],
        anew: Collection[str],
    ) -> Generator[list[Kept | Unmade]]:
        from dialed_generator.rendering.batches import batches

        unfinished = {job.key for batch in left for job in batch.jobs}
        while unfinished:
            for worker in workers:
                while worker.batch is None and (batch := _next(left, unfinished)) is not None:
                    found, rest = self._divided(batch, anew)
                    if found:
                        unfinished -= {outcome.job.key for outcome in found}
                        yield found
                    parts = batches(rest, self._batch_size)
                    left[:0] = parts[1:]
                    if parts:
                        worker.batch = parts[0]
                        starts = {job.init for job in parts[0].jobs if job.init}
                        with contextlib.suppress(OSError):  # it died; its line says so below
                            worker.line.send((parts[0], {key: init(key) for key in starts}))
            busy = {worker.line: worker for worker in workers if worker.batch is not None}
            for line in wait(list(busy)):
                worker = next(one for known, one in busy.items() if known is line)
                for outcome in self._received(worker):
                    unfinished.discard(outcome.job.key)
                    yield [outcome]

    def _received(self, worker: Worker) -> Generator[Kept | Unmade]:
        from dialed_generator.rendering.renderer import Rendered

        batch, worker.batch = worker.batch, None
        assert batch is not None
        try:
            answer = worker.line.recv()
        except (EOFError, OSError):
            worker.process.join()
            reason = f"its process ended with exit status {worker.process.exitcode}"
            (new,) = crew(self._make_worker, 1)
            worker.process, worker.line = new.process, new.line
            yield from (Unmade(job, reason) for job in batch.jobs)
            return
        if isinstance(answer, Exception):
            raise answer
        results, environment = answer
        for result in results:
            # One by one, so that a stop finds at most one that is kept but not yet told.
            if isinstance(result, Rendered):
                yield keep(self._store, result, environment)
            else:
                yield Unmade(result.job, result.reason)


def crew(make_renderer: MakeRenderer, count: int) -> list[Worker]:
    """Start processes that render what is sent to them: a batch, and the PNGs that its jobs start from.

    Each answers with the results and what it renders on, or with the error that keeps it from working.
    """
    # Not forked: a copy of a process in which torch runs threads may hang.
    start = multiprocessing.get_context("spawn")
    workers = []
    for _ in range(count):
        ours, theirs = start.Pipe()
        process = start.Process(target=_work, args=(theirs, make_renderer), daemon=True)
        process.start()
        theirs.close()
        workers.append(Worker(process, ours))
    return workers


def _next(left: "list[Batch]", unfinished: set[str]) -> "Batch | None":
    """The first batch whose images to start from are all made."""
    for place, batch in enumerate(left):
        if all(job.init not in unfinished for job in batch.jobs):
            return left.pop(place)
    return None


def _work(line: Connection, make_renderer: MakeRenderer) -> None:
    """What a worker does until its parent is gone."""
    from dialed_generator import encoding
    from dialed_generator.errors import GeneratorError

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it too, and ends this process
    starts: dict[str, bytes | None] = {}

    def picture(key: str) -> "Picture | None":
        png = starts.get(key)
        return None if png is None else encoding.decode(png, f"the master of job {key[:16]}")

    try:
        renderer, environment = make_renderer(picture)
        while True:
            batch, starts = line.recv()
            line.send((rendered_or_told(renderer, batch), environment))
    except GeneratorError as error:
        line.send(error)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # nobody is there any more
