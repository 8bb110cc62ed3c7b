"""Which jobs go through the denoiser together, and which runs give several images."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from dialed_generator.job import Job, canonical_json
from dialed_generator.own_settings import GUIDED, WRITTEN, alone, own_settings

# Its noise comes from a Brownian tree over the whole batch with one seed, not from a generator per image.
_ONE_SEED_SCHEDULERS = {"DPMSolverSDEScheduler", "CosineDPMSolverMultistepScheduler"}

# Their code multiplies by guidance_scale and asks whether it is above 1; it does nothing else with it.
_GUIDANCE_TOGETHER = {
    "StableDiffusionPipeline",
    "StableDiffusionImg2ImgPipeline",
    "StableDiffusionInpaintPipeline",
}


@dataclass(frozen=True)
class Run:
    """One denoising run: one noise, one prompt.

    Its jobs look at different steps of it, show its picture in different ways, or write it to different files.
    """

    jobs: tuple[Job, ...]

    @property
    def job(self) -> Job:
        """Any of its jobs: the denoiser is asked the same by all of them."""
        return self.jobs[0]

    @property
    def steps(self) -> frozenset[int]:
        """Steps after which the run is looked at, beside its end."""
        return frozenset(job.step for job in self.jobs if job.step is not None)


@dataclass(frozen=True)
class Batch:
    """Runs that differ in prompt, seed, guidance and starting image alone, so that one call makes them all."""

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
        runs.setdefault(_run(job), []).append(job)
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


def _model(job: Job) -> list[Any]:
    """What is loaded for a job, and what the renderer does beside the call."""
    own = own_settings(job.settings)
    during = {name: value for name, value in own.items() if name not in WRITTEN}
    return [
        job.model,
        job.weights,
        job.pipeline,
        job.task,
        job.scheduler,
        job.scheduler_arguments,
        during,
        job.mask,
    ]


def _run(job: Job) -> str:
    """Everything that the denoiser and the decoder see of a job."""
    return canonical_json([*_model(job), job.call, job.seed, job.init])


def _shared(run: Run) -> str:
    job = run.job
    own = {"prompt", "negative_prompt"}
    guidance = job.call.get("guidance_scale")
    guided: bool | None = None
    if (
        job.pipeline in _GUIDANCE_TOGETHER
        and isinstance(guidance, int | float)
        and GUIDED.isdisjoint(job.settings)
    ):
        guided = guidance > 1
        own.add("guidance_scale")
    call = {name: value for name, value in job.call.items() if name not in own}
    return canonical_json(
        [
            *_model(job),
            call,
            guided,
            "negative_prompt" in job.call,
            sorted(run.steps),
            # Images that others start from come before those, whatever else they share.
            job.init is None,
        ]
    )
