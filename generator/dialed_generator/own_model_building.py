"""Renders the plan for a checkpoint into a folder: only what is not there yet, and never losing what is."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dialed_generator.folder import Folder
from dialed_generator.job import Job
from dialed_generator.planning import Plan
from dialed_generator.progress import Progress
from dialed_generator.store import Store

if TYPE_CHECKING:
    from dialed_generator.manifest import Environment
    from dialed_generator.picture_measures import Picture
    from dialed_generator.rendering.renderer import Failed, Rendered, Renderer

STORE = ".dialed/store"
"""Where the lossless masters lie, below the folder that is written."""

MEMORY = "out of memory"
"""How the renderer's reason begins, after it halved the batch down to one image."""


@dataclass
class Made:
    """What a run did.

    Attributes:
        made: Images that went through the model.
        reused: Images that were there already.
        failed: Images that could not be made, each with its reason.
        seconds: Wall clock.
        interrupted: Whether somebody stopped it.
    """

    made: int = 0
    reused: int = 0
    failed: list[tuple[Job, str]] = field(default_factory=list)
    seconds: float = 0.0
    interrupted: bool = False


def store_in(out: Folder) -> Store:
    """The store of masters below an output folder."""
    return Store(Folder(out.path / STORE))


def missing(plan: Plan, store: Store) -> list[Job]:
    """Jobs whose master is not in the store, in the order of the plan."""
    return [job for key, job in plan.jobs.items() if key not in store]


class OwnBuild:
    """One run of a plan for a checkpoint.

    Args:
        store: Where masters are kept.
        given: Pictures by key that are not made but given.
        batch_size: Runs that go through the model together.
        progress: Shows how far it is.
        event: Told of every image: the job, ``made`` or ``failed``, and seconds or the reason.
    """

    def __init__(
        self,
        store: Store,
        given: "Mapping[str, Picture]",
        *,
        batch_size: int = 4,
        progress: Callable[[int], Progress] = Progress,
        event: Callable[[Job, str, float | str], None] = lambda _job, _what, _detail: None,
    ) -> None:
        self._store, self._given = store, given
        self._batch_size = batch_size
        self._progress, self._event = progress, event
        self._made = Made()

    def run(
        self,
        plan: Plan,
        renderer: "Callable[[Callable[[str], Picture | None]], tuple[Renderer, Environment]]",
    ) -> Made:
        """Make what is missing. A stop by the keyboard keeps all that is done.

        Raises:
            StorageError: A file cannot be written. What is done so far is kept.
            WeightsError: The checkpoint cannot be loaded.
        """
        start = time.monotonic()
        missed = missing(plan, self._store)
        self._made.reused = len(plan.jobs) - len(missed)
        if missed:
            try:
                self._render(missed, renderer)
            except KeyboardInterrupt:
                self._made.interrupted = True
        self._made.seconds = time.monotonic() - start
        return self._made

    def _render(
        self,
        missed: list[Job],
        maker: "Callable[[Callable[[str], Picture | None]], tuple[Renderer, Environment]]",
    ) -> None:
        from dialed_generator.rendering.batches import batches

        renderer, environment = maker(self.picture)
        with self._progress(len(missed)) as progress:
            for batch in batches(missed, self._batch_size):
                for result in renderer.render(batch):
                    self._keep(result, environment)
                progress.advance(len(batch.jobs))

    def _keep(self, result: "Rendered | Failed", environment: "Environment") -> None:
        from dialed_generator import encoding
        from dialed_generator.publishing import new_master
        from dialed_generator.rendering.renderer import Failed

        job = result.job
        if isinstance(result, Failed):
            reason = result.reason
            if reason.startswith(MEMORY):
                reason += "; a smaller --size, --dtype bfloat16 or --offload model needs less"
            self._made.failed.append((job, reason))
            self._event(job, "failed", reason)
            return
        png = encoding.png(result.picture, job.canonical_json())
        master = new_master(
            job,
            result.picture,
            png,
            seconds=result.seconds,
            model_calls=result.model_calls,
            environment=environment,
        )
        self._store.put(master, png)
        self._made.made += 1
        self._event(job, "made", result.seconds)

    def picture(self, key: str) -> "Picture | None":
        """A picture that a run begins with: one that was given, or one that was made."""
        from dialed_generator import encoding

        if key in self._given:
            return self._given[key]
        png = self._store.image(key)
        return None if png is None else encoding.decode(png, f"the master of job {key[:16]}")
