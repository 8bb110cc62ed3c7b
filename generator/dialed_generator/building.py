"""Brings what is published up to the plan: renders what is stale, publishes it, measures it."""

import contextlib
import functools
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dialed_generator import encoding
from dialed_generator.adherence import Adherence
from dialed_generator.errors import GeneratorError
from dialed_generator.folder import Folder
from dialed_generator.job import Job, describe
from dialed_generator.manifest import FILE_NAME, Manifest, read_manifest
from dialed_generator.measuring import asked_for
from dialed_generator.outcomes import Engine, Kept, Unmade, kept_already
from dialed_generator.places import Places
from dialed_generator.planning import Plan, PlannedComparison
from dialed_generator.progress import Progress
from dialed_generator.publication import Publication
from dialed_generator.status import FORCED, MADE, compare

if TYPE_CHECKING:
    from dialed_generator.picture_measures import Picture

SAVE_EVERY = 30.0
"""Seconds between two writings of the manifest; masters are kept at once."""

TOLD_ALIKE = 20
"""Failures of one reason that are told one by one."""


@dataclass
class Summary:
    """What a build did.

    Attributes:
        rendered: Images that went through the model.
        reused: Images that were published already, or whose master was in the store.
        seconds: Wall clock.
        failures: Images that could not be made, each with its reason.
        identical: Of the forced ones, how many came out equal to the bit.
        forced: Images that were rendered although they were made.
        left: Stale images that a limit left undone.
        interrupted: Whether somebody stopped it.
    """

    rendered: int = 0
    reused: int = 0
    seconds: float = 0.0
    failures: list[tuple[Job, str]] = field(default_factory=list)
    identical: int = 0
    forced: int = 0
    left: int = 0
    interrupted: bool = False


@dataclass(frozen=True)
class Work:
    """What is to be done, by key: the reason of each job that is not simply made."""

    reasons: Mapping[str, str]
    remeasure: tuple[PlannedComparison, ...]


def work_to_do(
    plan: Plan,
    manifest: Manifest,
    places: Places,
    *,
    force: Iterable[str] = (),
    masters: bool = False,
) -> Work:
    """Everything that a build must touch, with reasons.

    Beside stale images these are images whose lossless master is needed: to start another from, or to measure
    a comparison that changed (a clone holds no masters).
    """
    forced = set(force)
    status = compare(plan, manifest, places.published, force=forced)
    reasons = status.stale()
    remeasure = []
    for comparison in plan.comparisons:
        asked = asked_for(
            comparison, with_probe=Adherence.available(places.model_folder(comparison.model))
        )
        if comparison.setting in forced or not _settled(asked, manifest):
            remeasure.append(asked)
            for cell in comparison.cells:
                reasons.setdefault(cell.key, "master needed to measure")
    for key in list(reasons):
        init = plan.jobs[key].init
        if init is not None:
            reasons.setdefault(init, "master needed to start from")
    if masters:
        for key in plan.jobs:
            reasons.setdefault(key, "master wanted")
    ordered = {key: reasons[key] for key in plan.jobs if key in reasons}
    return Work(ordered, tuple(remeasure))


def _settled(comparison: PlannedComparison, manifest: Manifest) -> bool:
    entry = manifest.comparisons.get(comparison.name)
    if entry is None or entry.init != comparison.init:
        return False
    there = [(cell.prompt, cell.seed, cell.values, cell.image) for cell in entry.cells]
    wanted = [(cell.prompt, cell.seed, cell.values, cell.key) for cell in comparison.cells]
    reference = comparison.record.reference
    moved = any("ssim" in c.measured for c in entry.cells if c.values[0] == reference)
    return there == wanted and not moved and set(entry.measures) >= set(comparison.record.measure)


class Build:
    """One build. ``run`` may be called once.

    Args:
        places: Where things lie.
        plan: What there should be.
        engine: Makes what is missing; asked only when something is.
        progress: Shows how far it is; a new one by default.
        say: Receives one line of text for a person.
    """

    def __init__(
        self,
        places: Places,
        plan: Plan,
        engine: Engine,
        *,
        progress: Callable[[int], Progress] = Progress,
        say: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self._places = places
        self._plan = plan
        self._engine = engine
        self._progress = progress
        self._say = say
        self._store = places.store
        self._summary = Summary()
        self._alike: Counter[str] = Counter()

    def run(
        self, *, force: Sequence[str] = (), masters: bool = False, limit: int | None = None
    ) -> Summary:
        """Do everything that must be done, and say what was done.

        An image that fails is told and left out; all else goes on. A stop by the keyboard keeps all that is done.

        Raises:
            StorageError: A file cannot be written. What is done so far is kept.
            WeightsError: A model cannot be loaded.
            ManifestError: The manifest cannot be read.
        """
        start = time.monotonic()
        manifest = read_manifest(self._places.published / FILE_NAME)
        work = work_to_do(self._plan, manifest, self._places, force=force, masters=masters)
        self._summary.reused = sum(
            1 for key in self._plan.jobs if work.reasons.get(key, MADE) == MADE
        )
        folder = Folder(self._places.published)
        self._sweep(folder)
        published = Publication(folder, manifest, self._plan.row())
        if work.reasons or work.remeasure:
            try:
                self._work(work, published, limit)
            except KeyboardInterrupt:
                self._summary.interrupted = True
                published.save()
            except GeneratorError:
                published.save_if_possible()
                raise
        self._summary.seconds = time.monotonic() - start
        return self._summary

    def _sweep(self, published: Folder) -> None:
        # Whoever builds here holds the lock, so unfinished files are those of builds that were killed.
        for folder in (published, *([] if self._store.shared else [self._store.folder])):
            for name in folder.parts():
                folder.remove(name)

    def _work(self, work: Work, published: Publication, limit: int | None) -> None:
        to_render = []
        there = set(self._store.keys()) if work.reasons else set()
        for key, reason in work.reasons.items():
            if reason != FORCED and key in there and self._publish_from_store(key, published):
                self._summary.reused += 1
            else:
                to_render.append(self._plan.jobs[key])
        if limit is not None and len(to_render) > limit:
            self._summary.left = len(to_render) - limit
            to_render = to_render[:limit]
        if to_render:
            self._render(to_render, work.reasons, published)
        failed = {job.key for job, _ in self._summary.failures}
        for comparison in work.remeasure:
            # One that a limit cut short stays as it is published until all its masters are there.
            if all(cell.key in failed or cell.key in self._store for cell in comparison.cells):
                folder = self._places.model_folder(comparison.model)
                published.compare(comparison, self._picture, folder, without=failed)
        published.save()

    def _publish_from_store(self, key: str, published: Publication) -> bool:
        found = kept_already(self._store, self._plan.jobs[key])
        if found is None:
            return False
        published.add(found.job, found.master, found.picture)
        return True

    def _render(self, jobs: list[Job], reasons: Mapping[str, str], published: Publication) -> None:
        saved = time.monotonic()
        anew = {job.key for job in jobs if reasons[job.key] == FORCED}
        outcomes = self._engine.outcomes(jobs, self._store.image, anew)
        with self._progress(len(jobs)) as progress, contextlib.closing(outcomes):
            for part in outcomes:
                for outcome in part:
                    self._publish(outcome, reasons[outcome.job.key], published)
                progress.advance(len(part))
                if time.monotonic() - saved > SAVE_EVERY:
                    published.save()
                    saved = time.monotonic()

    def _publish(self, outcome: Kept | Unmade, reason: str, published: Publication) -> None:
        job = outcome.job
        if isinstance(outcome, Unmade):
            before = self._alike[outcome.reason]
            self._alike[outcome.reason] += 1
            self._summary.failures.append((job, outcome.reason))
            if before < TOLD_ALIKE:
                self._say(f"failed: {describe(job)}: {outcome.reason}")
            elif before == TOLD_ALIKE:
                self._say("failed: more images for that reason; they are counted at the end")
            return
        same = published.add(job, outcome.master, outcome.picture)
        if outcome.found:
            self._summary.reused += 1
            return
        self._summary.rendered += 1
        if reason == FORCED:
            self._summary.forced += 1
            self._summary.identical += same

    @functools.lru_cache(maxsize=512)  # noqa: B019  a build lives as long as its process
    def _picture(self, key: str) -> "Picture":
        png = self._store.image(key)
        if png is None:
            raise GeneratorError(
                f"the master of job {key[:16]} vanished from the store; run the build again"
            )
        return encoding.decode(png, f"the master of job {key[:16]}")
