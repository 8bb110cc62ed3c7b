"""The Ray engine: the same jobs on the workers of a cluster, one for each GPU or for a few CPUs.

Each worker loads the weights once. A result is kept in the store as soon as it comes; a worker that dies, with
its node or alone, is replaced, and what it had in flight is given to another. This process holds no more
pictures than there are workers times the runs of a batch.
"""

import contextlib
import os
import socket
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from dialed_generator.errors import GeneratorError, StorageError
from dialed_generator.job import Job
from dialed_generator.local_engine import own_order
from dialed_generator.outcomes import Kept, Unmade
from dialed_generator.places import WEIGHTS_VARIABLE, Places
from dialed_generator.ray_crew import Crew, Task
from dialed_generator.ray_worker import Answer, Worker
from dialed_generator.remote_folder import RemoteFolder


class RayEngine:
    """Renders on a Ray cluster.

    Weights must lie at the same path on every node, and ``dialed[ray]`` of one version be installed there. With a
    store at an address (``s3://...``) the workers write to it themselves; a store in a folder is written by
    this process alone, so that the nodes need not see it.

    Args:
        places: Where the weights and the store lie.
        address: Address of the cluster; ``auto`` finds the one of this machine; None starts one here.
        device: Where a worker renders, as torch names it. ``cuda`` gives each worker a GPU of its own.
        threads: CPUs of one worker; 1 by default.
        workers: At most so many; by default as many as there are GPUs, or CPUs for them.
        batch_size: Runs that go through the model together.
        say: Receives one line of text for a person.

    Raises:
        GeneratorError: Ray is not installed.
    """

    def __init__(
        self,
        places: Places,
        *,
        address: str | None = None,
        device: str = "cpu",
        threads: int | None = None,
        workers: int | None = None,
        batch_size: int = 8,
        say: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self._ray = _ray()
        self._places = places
        self._address = address
        self._device = device
        self._threads = threads or 1
        self._workers = workers
        self._batch_size = batch_size
        self._say = say
        self._store = places.store
        folder = self._store.folder
        self._workers_put = isinstance(folder, RemoteFolder) and folder.protocol != "memory"

    def outcomes(
        self, jobs: Sequence[Job], init: Callable[[str], bytes | None], anew: Collection[str]
    ) -> Generator[list[Kept | Unmade]]:
        """See `outcomes.Engine.outcomes`.

        Raises:
            GeneratorError: The cluster cannot be reached, no worker can start, or they die one after another.
        """
        from dialed_generator.rendering.batches import batches

        by_key = {job.key: job for job in jobs}
        ordered = batches(jobs, self._batch_size)
        if self._store.shared:
            ordered = own_order(ordered)
        tasks = deque(
            Task(batch, frozenset(anew) & {j.key for j in batch.jobs}) for batch in ordered
        )
        with self._cluster(), contextlib.closing(self._crew()) as crew:
            for answer, lost in crew.answers(tasks, init):
                if answer.broken:
                    raise StorageError(answer.broken)
                yield [*(Unmade(job, reason) for job, reason in lost), *self._kept(answer, by_key)]

    def _kept(self, answer: Answer, by_key: dict[str, Job]) -> list[Kept | Unmade]:
        from dialed_generator import encoding

        kept: list[Kept | Unmade] = []
        for sent in answer.sent:
            job = by_key[sent.key]
            if sent.master is None:
                kept.append(Unmade(job, sent.reason))
                continue
            if not self._workers_put:
                self._store.put(sent.master, sent.png)
            picture = encoding.decode(sent.png, f"the master of job {sent.key[:16]}")
            kept.append(Kept(job, sent.master, picture, sent.found))
        return kept

    @contextlib.contextmanager
    def _cluster(self) -> Iterator[None]:
        if self._ray.is_initialized():  # whoever connected stays connected
            yield
            return
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is reported to anybody
        # Ray gives way to everything else on the machine (nice 15); a build is what the machine is there for.
        os.environ.setdefault("RAY_worker_niceness", "0")
        options: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
        if self._address is None:
            options["include_dashboard"] = False
        try:
            _knock(self._address)
            self._ray.init(address=self._address or "local", **options)
        except (ConnectionError, OSError, RuntimeError, ValueError) as error:
            first = next(iter(str(error).strip().splitlines()), type(error).__name__)
            raise GeneratorError(
                f"the Ray cluster {self._address or 'of this machine'} cannot be reached ({first}); start one with "
                "`ray start --head`, name it with --address, or leave --address out"
            ) from None
        try:
            yield
        finally:
            self._ray.shutdown()

    def _crew(self) -> Crew:
        has = self._ray.cluster_resources()
        gpu = self._device.startswith("cuda")
        count = int(has.get("GPU", 0) if gpu else has.get("CPU", 1) // self._threads)
        if count < 1:
            raise GeneratorError(
                f"the cluster has {'no GPU' if gpu else f'fewer than {self._threads} CPUs'}, but a worker needs "
                f"{'one' if gpu else 'them'}; name another --device or fewer --threads"
            )
        worker = self._ray.remote(
            num_cpus=self._threads,
            num_gpus=1 if gpu else 0,
            max_restarts=0,
            max_task_retries=0,
        )(Worker)
        # The weights are looked for where this process would look, whatever variables the nodes have set.
        named = os.environ.get(WEIGHTS_VARIABLE)
        weights = self._places.weights or (Path(named) if named else None)
        places = replace(self._places, weights=weights)

        def start() -> Any:
            return worker.remote(places, self._device, self._threads, puts=self._workers_put)

        return Crew(self._ray, start, min(count, self._workers or count), self._say)


def _knock(address: str | None) -> None:
    """Find out at once whether anybody listens at ``host:port``; Ray itself would try for minutes.

    Raises:
        OSError: Nobody does.
    """
    host, _, port = (address or "").rpartition(":")
    if host and "/" not in host and port.isdigit():
        socket.create_connection((host, int(port)), timeout=10).close()


def _ray() -> Any:
    try:
        return import_module("ray")
    except ImportError:
        raise GeneratorError(
            "--engine ray needs the package ray, which is not installed; install dialed[ray]"
        ) from None
