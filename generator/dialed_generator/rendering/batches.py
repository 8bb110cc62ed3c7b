"""Which jobs go through the denoiser together, and which runs give several images."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dialed_generator.job import Job, canonical_json
from dialed_generator.own_settings import alone, own_settings

# Its noise comes from a Brownian tree over the whole batch with one seed, not from a generator per image.
_ONE_SEED_SCHEDULERS = {"DPMSolverSDEScheduler", "CosineDPMSolverMultistepScheduler"}


@dataclass(frozen=True)
class Run:
    """One denoising run: one noise, one prompt; every job looks at another step of it."""

    jobs: tuple[Job, ...]

    @property
    def job(self) -> Job:
        """Any of its jobs: they differ in ``step`` alone."""
        return self.jobs[0]

    @property
    def steps(self) -> frozenset[int]:
        """Steps after which the run is looked at, beside its end."""
        return frozenset(job.step for job in self.jobs if job.step is not None)


@dataclass(frozen=True)
class Batch:
    """Runs that differ only in prompt, seed and starting image, so that one call makes them all."""

    runs: tuple[Run, ...]

    @property
    def job(self) -> Job:
        """Any job: what they share can be read from it."""
        return self.runs[0].job

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Every image that it makes."""
        return tuple(job for run in self.runs for job in run.jobs)


def batches(jobs: Iterable[Job], size: int) -> list[Batch]:
    """Group jobs into batches of at most ``size`` runs.

    Noise is drawn for each image by a generator of its own, so the grouping changes no picture.
    Batches keep the order in which their first jobs came, so images to start from stay first.
    """
    runs: dict[str, list[Job]] = {}
    for job in jobs:
        runs.setdefault(job.run, []).append(job)
    alike: dict[str, list[Run]] = {}
    for members in runs.values():
        run = Run(tuple(members))
        alike.setdefault(_shared(run), []).append(run)
    return [
        Batch(tuple(part))
        for group in alike.values()
        for part in _parts(group, 1 if _by_itself(group[0].job) else size)
    ]


def _by_itself(job: Job) -> bool:
    return job.scheduler in _ONE_SEED_SCHEDULERS or alone(job.call)


def _parts(runs: list[Run], size: int) -> Iterator[list[Run]]:
    for start in range(0, len(runs), max(size, 1)):
        yield runs[start : start + max(size, 1)]


def _shared(run: Run) -> str:
    job = run.job
    own = {"prompt", "negative_prompt"}
    call = {name: value for name, value in job.call.items() if name not in own}
    return canonical_json(
        [
            job.model,
            job.weights,
            job.pipeline,
            job.task,
            job.scheduler,
            job.scheduler_arguments,
            call,
            "negative_prompt" in job.call,
            own_settings(job.settings),
            job.mask,
            job.view,
            sorted(run.steps),
            # Images that others start from come before those, whatever else they share.
            job.init is None,
        ]
    )
