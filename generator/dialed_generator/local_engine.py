"""The local engine: batches go through the models of this process, one after another."""

import random
from collections.abc import Callable, Collection, Generator, Sequence
from typing import TYPE_CHECKING

from dialed_generator.errors import WeightsError
from dialed_generator.job import Job
from dialed_generator.outcomes import Kept, Unmade, keep, kept_already
from dialed_generator.store import Store

if TYPE_CHECKING:
    from dialed_generator.manifest import Environment
    from dialed_generator.picture_measures import Picture
    from dialed_generator.rendering.batches import Batch
    from dialed_generator.rendering.renderer import Failed, Rendered, Renderer


class LocalEngine:
    """Renders in this process.

    Several builds that write one shared store divide the work between them without a word: each takes the
    batches in an order of its own and leaves out what has come into the store meanwhile. What both have in
    flight at one time is made twice, with the same bytes.

    Args:
        store: Where masters are kept.
        make_renderer: Makes the renderer when the first image must be rendered; torch is imported only then.
        batch_size: Runs that go through the model together.
    """

    def __init__(
        self,
        store: Store,
        make_renderer: "Callable[[Callable[[str], Picture | None]], tuple[Renderer, Environment]]",
        batch_size: int = 8,
    ) -> None:
        self._store = store
        self._make_renderer = make_renderer
        self._batch_size = batch_size

    def outcomes(
        self, jobs: Sequence[Job], init: Callable[[str], bytes | None], anew: Collection[str]
    ) -> Generator[list[Kept | Unmade]]:
        """See `outcomes.Engine.outcomes`."""
        from dialed_generator import encoding
        from dialed_generator.rendering.batches import batches
        from dialed_generator.rendering.renderer import Rendered

        def picture(key: str) -> "Picture | None":
            png = init(key)
            return None if png is None else encoding.decode(png, f"the master of job {key[:16]}")

        renderer, environment = self._make_renderer(picture)
        ordered = batches(jobs, self._batch_size)
        if self._store.shared:
            ordered = own_order(ordered)
        for batch in ordered:
            found, rest = self._divided(batch, anew)
            if found:
                yield found
            for part in batches(rest, self._batch_size):
                for result in rendered_or_told(renderer, part):
                    # One by one, so that a stop finds at most one that is kept but not yet told.
                    if isinstance(result, Rendered):
                        yield [keep(self._store, result, environment)]
                    else:
                        yield [Unmade(result.job, result.reason)]

    def _divided(
        self, batch: "Batch", anew: Collection[str]
    ) -> tuple[list[Kept | Unmade], list[Job]]:
        found: list[Kept | Unmade] = []
        rest = []
        for job in batch.jobs:
            there = None
            if self._store.shared and job.key not in anew:
                there = kept_already(self._store, job)
            if there is None:
                rest.append(job)
            else:
                found.append(there)
        return found, rest


def rendered_or_told(renderer: "Renderer", batch: "Batch") -> "list[Rendered | Failed]":
    """Render a batch; a model that cannot be loaded takes its own images along, not those of other models."""
    from dialed_generator.rendering.renderer import Failed

    try:
        return renderer.render(batch)
    except WeightsError as error:
        return [Failed(job, str(error)) for job in batch.jobs]


def own_order(ordered: "list[Batch]") -> "list[Batch]":
    """Batches in an order that differs from process to process; images that others start from stay first."""
    first = next((n for n, b in enumerate(ordered) if b.job.init is not None), len(ordered))
    free = ordered[:first]
    random.SystemRandom().shuffle(free)
    return [*free, *ordered[first:]]
