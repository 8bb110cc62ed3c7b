"""What runs on a node of the cluster: one process with the weights loaded once, which renders batches."""

import os
import platform
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialed_generator.errors import GeneratorError, StorageError, WeightsError
from dialed_generator.job import RENDERER_VERSION, Job
from dialed_generator.places import Places
from dialed_generator.store import Master

if TYPE_CHECKING:
    from dialed_generator.manifest import Environment
    from dialed_generator.picture_measures import Picture
    from dialed_generator.rendering.batches import Batch
    from dialed_generator.rendering.renderer import Rendered, Renderer


@dataclass(frozen=True)
class Sent:
    """One image on its way from a worker.

    Attributes:
        key: Key of its job.
        master: What the store shall know, or knows, about it; None where it could not be made.
        png: The lossless image.
        reason: Why it could not be made.
        found: Whether another build had made it meanwhile.
    """

    key: str
    master: Master | None = None
    png: bytes = b""
    reason: str = ""
    found: bool = False


@dataclass(frozen=True)
class Answer:
    """What a worker says about one batch.

    Attributes:
        sent: Its images.
        refused: Why this node cannot draw the batch at all, where another may: its weights are others, or missing.
        broken: Why nothing can go on: the store cannot be written.
    """

    sent: tuple[Sent, ...] = ()
    refused: str = ""
    broken: str = ""


class Worker:
    """One process of a cluster. Models are loaded when the first of their jobs comes, and stay.

    Args:
        places: Where the weights lie, on every node alike, and the store.
        device: Where to render, as torch names it.
        threads: Threads that one operation of torch may use.
        puts: Whether it writes masters to the store itself. Else whoever asked does.
    """

    def __init__(self, places: Places, device: str, threads: int, *, puts: bool) -> None:
        self._places = places
        self._device = device
        self._threads = threads
        self._store = places.store if puts else None
        self._inits: Mapping[str, bytes] = {}
        self._renderer: tuple[Renderer, Environment] | None = None
        self._weights: dict[str, str] = {}

    def ready(self) -> str:
        """Say that it is there: node and process."""
        return f"{platform.node()}, process {os.getpid()}"

    def render(
        self, batch: "Batch", inits: Mapping[str, bytes], anew: Collection[str] = ()
    ) -> Answer:
        """Render a batch, without what another build has put into a store of both meanwhile.

        Args:
            batch: Runs that go through the model together.
            inits: PNG by key, for jobs that start from a picture.
            anew: Keys that are rendered even where the store has them.
        """
        from dialed_generator.rendering.batches import batches

        self._inits = inits
        try:
            found = self._found(batch, anew)
            if len(found) == len(batch.jobs):
                return Answer(tuple(found.values()))
            self._check(batch.job)
            if self._renderer is None:
                self._renderer = self._made()
            renderer, environment = self._renderer
            results = [
                result
                for part in batches([j for j in batch.jobs if j.key not in found], len(batch.runs))
                for result in renderer.render(part)
            ]
        except WeightsError as error:
            return Answer(refused=str(error))
        except StorageError as error:
            return Answer(broken=str(error))
        from dialed_generator.rendering.renderer import Failed

        try:
            made = [
                Sent(result.job.key, reason=result.reason)
                if isinstance(result, Failed)
                else self._sent(result, environment)
                for result in results
            ]
            return Answer((*found.values(), *made))
        except StorageError as error:
            return Answer(broken=str(error))

    def _found(self, batch: "Batch", anew: Collection[str]) -> dict[str, Sent]:
        if self._store is None:
            return {}
        found = {job.key: self._store.get(job.key) for job in batch.jobs if job.key not in anew}
        return {key: Sent(key, *one, found=True) for key, one in found.items() if one is not None}

    def _check(self, job: Job) -> None:
        from dialed_generator.weights import weights_digest

        if job.renderer != RENDERER_VERSION:
            raise WeightsError(
                f"{platform.node()} has renderer {RENDERER_VERSION}, the plan is for {job.renderer}; "
                "install the same version of dialed on every node"
            )
        folder = self._places.model_folder(job.model)
        if job.model not in self._weights:
            self._weights[job.model] = weights_digest(folder)
        if self._weights[job.model] != job.weights:
            raise WeightsError(
                f"{folder} on {platform.node()} holds other weights of {job.model} than the plan was made with; "
                "give every node the same files"
            )

    def _made(self) -> "tuple[Renderer, Environment]":
        from dialed_generator.rendering.local import local_renderer

        return local_renderer(self._places, self._device, self._threads)(self._init)

    def _init(self, key: str) -> "Picture | None":
        from dialed_generator import encoding

        png = self._inits.get(key)
        try:
            return None if png is None else encoding.decode(png, f"the master of job {key[:16]}")
        except GeneratorError:
            return None

    def _sent(self, result: "Rendered", environment: "Environment") -> Sent:
        from dialed_generator.outcomes import mastered

        master, png = mastered(result, environment)
        if self._store is not None:
            self._store.put(master, png)
        return Sent(master.key, master, png)
