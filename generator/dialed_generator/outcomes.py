"""What an engine tells about each job: kept in the store, or failed."""

from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from dialed_generator.job import Job
from dialed_generator.store import Master, Store

if TYPE_CHECKING:
    from dialed_generator.manifest import Environment
    from dialed_generator.picture_measures import Picture
    from dialed_generator.rendering.renderer import Rendered


@dataclass(frozen=True)
class Kept:
    """One image whose master is in the store.

    Attributes:
        job: What was asked for.
        master: What the store knows about it.
        picture: RGB, 8 bit.
        found: Whether another build had made it meanwhile.
    """

    job: Job
    master: Master
    picture: "Picture"
    found: bool = False


@dataclass(frozen=True)
class Unmade:
    """One image that could not be made, and why."""

    job: Job
    reason: str


class Engine(Protocol):
    """Something that makes jobs: this process, or the workers of a cluster."""

    def outcomes(
        self, jobs: Sequence[Job], init: Callable[[str], bytes | None], anew: Collection[str]
    ) -> Generator[list[Kept | Unmade]]:
        """Make jobs, keep each at once, and tell what became of them, a few at a time in any order.

        Args:
            jobs: What to make; images that others start from come first.
            init: Gives the PNG with a key, for jobs that start from a picture.
            anew: Keys that are rendered even where the store has them.

        Raises:
            StorageError: The store cannot be written. What is kept stays.
            WeightsError: A model cannot be loaded.
        """
        ...


def mastered(rendered: "Rendered", environment: "Environment") -> tuple[Master, bytes]:
    """What the store is to know about a rendered image, and its PNG."""
    from dialed_generator import encoding
    from dialed_generator.publishing import new_master

    job = rendered.job
    png = encoding.png(rendered.picture, job.canonical_json())
    if rendered.precision != "float32":
        environment = environment.model_copy(update={"dtype": rendered.precision})
    master = new_master(
        job,
        rendered.picture,
        png,
        seconds=rendered.seconds,
        model_calls=rendered.model_calls,
        environment=environment,
    )
    return master, png


def keep(store: Store, rendered: "Rendered", environment: "Environment") -> Kept:
    """Put a rendered image into the store.

    Raises:
        StorageError: It could not be written; the store is as it was.
    """
    master, png = mastered(rendered, environment)
    store.put(master, png)
    return Kept(rendered.job, master, rendered.picture)


def kept_already(store: Store, job: Job) -> Kept | None:
    """A job that another build has put into the store meanwhile; None where none has."""
    from dialed_generator import encoding
    from dialed_generator.errors import GeneratorError

    found = store.get(job.key)
    if found is None:
        return None
    master, png = found
    try:
        picture = encoding.decode(png, f"the master of job {job.key[:16]}")
    except GeneratorError:
        return None
    return Kept(job, master, picture, found=True)
