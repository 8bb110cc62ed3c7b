"""How long a plan will take: from images of this checkpoint that were made before, or from a few measured steps."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialed_generator.errors import RenderError
from dialed_generator.job import Job
from dialed_generator.store import Store

if TYPE_CHECKING:
    from dialed import Registry
    from dialed_generator.manifest import Environment
    from dialed_generator.picture_measures import Picture
    from dialed_generator.rendering.renderer import Renderer

SHORT, LONG = 1, 3
"""Steps of the two probe runs: their difference is the time of a step, the rest that of text encoder and decoder."""


@dataclass(frozen=True)
class Estimate:
    """Seconds that a plan will take, and how that is known."""

    seconds: float
    how: str


def runs_of(jobs: Sequence[Job]) -> list[Job]:
    """One job for each denoising run: the images of a filmstrip share theirs."""
    return list({job.run: job for job in jobs}.values())


def calls_of(job: Job, registry: "Registry") -> int:
    """Evaluations of the denoiser in one run: steps, guidance branches, and samplers that look twice."""
    sampler = registry.samplers.get(str(job.settings.get("sampler")))
    per_step = 1 if sampler is None else sampler.calls_per_step
    scale = job.settings.get("guidance_scale", 1.0)
    guided = isinstance(scale, int | float) and scale > 1
    return max(job.steps_run, 1) * per_step * (2 if guided else 1)


def model_calls(jobs: Sequence[Job], registry: "Registry") -> int:
    """Evaluations of the denoiser for all of ``jobs``."""
    return sum(calls_of(job, registry) for job in runs_of(jobs))


def estimate(
    jobs: Sequence[Job],
    registry: "Registry",
    store: Store,
    maker: "Callable[[Callable[[str], Picture | None]], tuple[Renderer, Environment]]",
) -> Estimate:
    """Say how long ``jobs`` will take.

    Args:
        jobs: What is to be made.
        registry: Knows how often samplers look.
        store: Images of earlier runs.
        maker: Makes the renderer, where nothing was recorded.

    Raises:
        RenderError: The probe runs failed.
        WeightsError: The checkpoint cannot be loaded.
    """
    runs = runs_of(jobs)
    calls = sum(calls_of(job, registry) for job in runs)
    recorded = [m for key in store.keys() if (m := store.master(key)) is not None]  # noqa: SIM118
    recorded = [m for m in recorded if m.job.get("weights") == jobs[0].weights and m.model_calls]
    if len(recorded) >= 5:
        seconds = sum(m.seconds for m in recorded) / sum(m.model_calls for m in recorded)
        return Estimate(
            seconds * calls,
            f"{seconds:.3f} s a model call, as {len(recorded)} images made here took",
        )
    probe = next((job for job in runs if job.init is None and job.step is None), None)
    if probe is None:
        raise RenderError("every run begins with a picture; make some images first, then estimate")
    renderer, _ = maker(lambda _key: None)
    _measured(renderer, probe, SHORT)  # the first run pays for what is set up once
    short, long = _measured(renderer, probe, SHORT), _measured(renderer, probe, LONG)
    branches = calls_of(probe, registry) / max(probe.steps_run, 1)
    per_call = max(long - short, 0.0) / (LONG - SHORT) / branches
    fixed = max(short - per_call * branches * SHORT, 0.0)
    return Estimate(
        per_call * calls + fixed * len(runs),
        f"{per_call:.3f} s a model call and {fixed:.2f} s a run for text and decoding, measured on runs of {SHORT} and "
        f"{LONG} steps, one image at a time",
    )


def _measured(renderer: "Renderer", job: Job, steps: int) -> float:
    from dialed_generator.rendering.batches import batches
    from dialed_generator.rendering.renderer import Failed

    changed = dataclasses.replace(job, call={**job.call, "num_inference_steps": steps})
    (batch,) = batches([changed], 1)
    (result,) = renderer.render(batch)
    if isinstance(result, Failed):
        # So few steps may leave noise of one colour; what counts is the time, which such a picture has none of.
        raise RenderError(f"the probe run of {steps} steps failed: {result.reason}")
    return result.seconds
