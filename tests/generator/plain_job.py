"""A job of the tiny stand-in for Vignette, for tests that vary one thing of it."""

from typing import Any

from dialed_generator.job import Job


def plain_job(call: dict[str, Any]) -> Job:
    """Text to image with DDIM, seed 1, and these arguments of the call."""
    return Job(
        model="vignette",
        weights="0" * 64,
        pipeline="StableDiffusionPipeline",
        task="text-to-image",
        scheduler="DDIMScheduler",
        scheduler_arguments={},
        call=call,
        seed=1,
        settings=call | {"seed": 1},
    )
