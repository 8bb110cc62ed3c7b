"""The scheduler of a job, made from the model's own configuration."""

import inspect
from collections.abc import Mapping
from typing import Any

from dialed_generator.errors import RenderError
from dialed_generator.job import Job


def scheduler_for(job: Job, own: Mapping[str, Any]) -> Any:
    """Make the scheduler that a job names, with its arguments over the model's own configuration.

    Args:
        job: Names class and arguments.
        own: Scheduler configuration as the model was published with it. The configuration of the scheduler
            of an earlier job would carry over that job's arguments.

    Raises:
        RenderError: diffusers has no such class.
    """
    import diffusers

    found: object = getattr(diffusers, job.scheduler, None)
    if not inspect.isclass(found) or not job.scheduler.endswith("Scheduler"):
        raise RenderError(f"diffusers {diffusers.__version__} has no scheduler {job.scheduler!r}")
    scheduler_class: Any = found
    accepted = inspect.signature(scheduler_class.__init__).parameters
    arguments: dict[str, Any] = dict(job.scheduler_arguments)
    if unknown := sorted(arguments.keys() - accepted.keys()):
        raise RenderError(f"{job.scheduler} does not take {', '.join(unknown)}")
    if "noise_sampler_seed" in accepted:
        # This class draws noise of its own and never looks at the generator.
        arguments.setdefault("noise_sampler_seed", job.seed)
    return scheduler_class.from_config(dict(own), **arguments)
