"""The workers of a cluster: who is busy with what, who died, who takes over."""

import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dialed_generator.errors import GeneratorError
from dialed_generator.job import Job
from dialed_generator.ray_worker import Answer

if TYPE_CHECKING:
    from dialed_generator.rendering.batches import Batch

TRIES = 3
"""How many workers may die over one batch before its runs are tried alone, and over one run before it fails."""

DEATHS_IN_A_ROW = 10
"""Deaths without one result in between after which the build stops: then it is not the jobs that are at fault."""

PATIENCE = 300.0
"""Seconds without any worker after which the build stops."""


@dataclass
class Task:
    """A batch on its way through the cluster.

    Attributes:
        batch: What is to be rendered.
        anew: Keys that are rendered even where the store has them.
        tries: How many workers died over it.
        refused: Why workers, by number, could not draw it.
    """

    batch: "Batch"
    anew: frozenset[str] = frozenset()
    tries: int = 0
    refused: dict[int, str] = field(default_factory=dict)

    @property
    def inits(self) -> set[str]:
        """Keys of the images that it starts from."""
        return {run.job.init for run in self.batch.runs if run.job.init is not None}


@dataclass
class _Member:
    number: int
    actor: Any


Lost = list[tuple[Job, str]]
"""Jobs that could not be made, each with its reason."""


class Crew:
    """Workers, each with at most one batch at a time.

    Args:
        ray: The module.
        start: Starts a worker and gives its handle, at once.
        size: How many there should be.
        say: Receives one line of text for a person.
    """

    def __init__(
        self, ray: Any, start: Callable[[], Any], size: int, say: Callable[[str], None]
    ) -> None:
        self._ray = ray
        self._start = start
        self._size = size
        self._say = say
        self._number = 0
        self._starting: dict[Any, _Member] = {}
        self._idle: list[_Member] = []
        self._busy: dict[Any, tuple[_Member, Task]] = {}
        self._deaths = 0
        self._alive_at = time.monotonic()

    def close(self) -> None:
        """End every worker. What they had in flight is made by the next build."""
        for member in self._members():
            with contextlib.suppress(Exception):
                self._ray.kill(member.actor)
        self._starting, self._idle, self._busy = {}, [], {}

    def answers(
        self, pending: deque[Task], init: Callable[[str], bytes | None]
    ) -> Iterator[tuple[Answer, Lost]]:
        """Have all tasks done, in any order; those that start from an image wait until it is there.

        Raises:
            GeneratorError: No worker can start, or they die one after another.
        """
        starts = {key for task in pending for key in task.inits}
        unfinished = {job.key for task in pending for job in task.batch.jobs if job.key in starts}
        while pending or self._busy:
            for _ in range(self._size - len(self._members())):
                self._recruit()
            self._assign(pending, unfinished, init)
            watched = [*self._busy, *self._starting]
            done, _ = self._ray.wait(watched, num_returns=1, timeout=5.0)
            self._check_patience()
            for reference in done:
                if reference in self._starting:
                    self._welcome(reference)
                    continue
                member, task = self._busy.pop(reference)
                answer, lost = self._taken(reference, member, task, pending)
                unfinished -= {sent.key for sent in answer.sent} | {job.key for job, _ in lost}
                yield answer, lost
            while lost := self._refused_by_all(pending):
                unfinished -= {job.key for job, _ in lost}
                yield Answer(), lost

    def _members(self) -> list[_Member]:
        busy = [member for member, _ in self._busy.values()]
        return [*self._starting.values(), *self._idle, *busy]

    def _recruit(self) -> None:
        self._number += 1
        member = _Member(self._number, self._start())
        self._starting[member.actor.ready.remote()] = member

    def _welcome(self, reference: Any) -> None:
        member = self._starting.pop(reference)
        try:
            self._ray.get(reference)
        except self._ray.exceptions.RayError as error:
            self._bury(member, error, "while it started")
        else:
            self._alive_at = time.monotonic()
            self._idle.append(member)

    def _assign(
        self, pending: deque[Task], unfinished: set[str], init: Callable[[str], bytes | None]
    ) -> None:
        for member in list(self._idle):
            task = next(
                (
                    task
                    for task in pending
                    if member.number not in task.refused and not task.inits & unfinished
                ),
                None,
            )
            if task is None:
                continue
            pending.remove(task)
            found = {key: init(key) for key in task.inits}
            inits: Mapping[str, bytes] = {k: png for k, png in found.items() if png is not None}
            self._idle.remove(member)
            self._busy[member.actor.render.remote(task.batch, inits, task.anew)] = member, task

    def _taken(
        self, reference: Any, member: _Member, task: Task, pending: deque[Task]
    ) -> tuple[Answer, Lost]:
        try:
            answer: Answer = self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:
            # The worker lives; this batch makes it raise what no batch should.
            self._idle.append(member)
            return Answer(), self._again(task, _first_line(error), pending)
        except self._ray.exceptions.RayError as error:
            self._bury(member, error, "with a batch in hand, which another takes over")
            return Answer(), self._again(task, f"its worker died ({_first_line(error)})", pending)
        self._idle.append(member)
        self._deaths = 0
        self._alive_at = time.monotonic()
        if answer.refused:
            task.refused[member.number] = answer.refused
            pending.append(task)
        return answer, []

    def _again(self, task: Task, reason: str, pending: deque[Task]) -> Lost:
        from dialed_generator.rendering.batches import Batch

        task.tries += 1
        if task.tries < TRIES:
            pending.appendleft(task)
            return []
        if len(task.batch.runs) > 1:
            # One of them may be the death of every worker: each gets one more try alone.
            pending.extendleft(Task(Batch((run,)), task.anew, TRIES - 1) for run in task.batch.runs)
            return []
        return [(job, f"{reason}; it was tried {TRIES} times") for job in task.batch.jobs]

    def _refused_by_all(self, pending: deque[Task]) -> Lost:
        members = {member.number for member in self._members()}
        for task in pending:
            if task.refused and members <= task.refused.keys():
                pending.remove(task)
                reason = next(reversed(task.refused.values()))
                return [(job, reason) for job in task.batch.jobs]
        return []

    def _bury(self, member: _Member, error: Exception, when: str) -> None:
        with contextlib.suppress(Exception):
            self._ray.kill(member.actor)
        self._say(f"worker {member.number} died {when} ({_first_line(error)})")
        self._deaths += 1
        if self._deaths >= DEATHS_IN_A_ROW:
            raise GeneratorError(
                f"{self._deaths} workers died one after another without a result, the last one: "
                f"{_first_line(error)}; look at the memory of the nodes and at Ray's logs, and run it again: "
                "finished images are kept"
            )

    def _check_patience(self) -> None:
        if self._busy or self._idle:
            self._alive_at = time.monotonic()
        elif time.monotonic() - self._alive_at > PATIENCE:
            free = self._ray.available_resources()
            raise GeneratorError(
                f"no worker could start within {PATIENCE:.0f} s; the cluster has {free.get('CPU', 0):g} CPUs and "
                f"{free.get('GPU', 0):g} GPUs free; wait until others are done, or name fewer --threads"
            )


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).strip().splitlines() if line.strip()]
    # Ray puts what happened into a line of its own, after identifiers that tell a reader nothing.
    told = next(
        (line for line in lines if "exit detail" in line.lower()), lines[0] if lines else ""
    )
    return (told or type(error).__name__)[:300]
