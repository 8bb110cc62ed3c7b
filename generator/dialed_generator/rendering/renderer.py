"""Turns batches of jobs into pictures with a diffusers pipeline."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch

from dialed_generator.errors import RenderError
from dialed_generator.job import Job, Scalar
from dialed_generator.picture_measures import Picture
from dialed_generator.rendering.batches import Batch
from dialed_generator.rendering.clip_skip import readable_layers
from dialed_generator.rendering.filmstrip import Filmstrip
from dialed_generator.rendering.loading import LoadedModels, quiet_libraries
from dialed_generator.rendering.outlining import outlines_of
from dialed_generator.rendering.scheduling import scheduler_for

# What diffusers, its schedulers and torch raise for settings that do not work together.
_FAULTS_OF_A_RUN = (
    RenderError,
    RuntimeError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    LookupError,
    ImportError,
)


@dataclass(frozen=True)
class Rendered:
    """One finished image.

    Attributes:
        job: What was asked for.
        picture: RGB, 8 bit.
        seconds: Time of its run: the batch's, decoding included, by the number of runs in it. Pictures taken on the
            way have that of their whole run.
        model_calls: Evaluations of the denoiser on this image: steps times guidance branches, more for
            samplers that look twice.
    """

    job: Job
    picture: Picture
    seconds: float
    model_calls: float


@dataclass(frozen=True)
class Failed:
    """One image that could not be made, and why."""

    job: Job
    reason: str


class Renderer:
    """Renders batches on one loaded model.

    Every image draws its noise on the CPU from ``torch.Generator().manual_seed(seed)``, one generator an
    image. So ``pipe(prompt, generator=torch.Generator().manual_seed(seed), ...)`` gives a reader the same
    picture; the batch size and the neighbours in a batch change it by rounding alone (one level of 255).

    Args:
        models: Gives the loaded pipeline of a job.
        inits: Gives the picture with a key, for image-to-image.
    """

    def __init__(self, models: LoadedModels, inits: Callable[[str], Picture | None]) -> None:
        self._models = models
        self._inits = inits

    def render(self, batch: Batch) -> list[Rendered | Failed]:
        """Make every image of a batch. One that fails does not take the others along."""
        try:
            with quiet_libraries():
                return self._render(batch)
        except _FAULTS_OF_A_RUN as error:
            if len(batch.runs) > 1:
                # One by one, so that only what is at fault fails.
                return [result for run in batch.runs for result in self.render(Batch((run,)))]
            first = next(iter(str(error).strip().splitlines()), "no reason given")
            reason = first if isinstance(error, RenderError) else f"{type(error).__name__}: {first}"
            return [Failed(job, reason) for job in batch.jobs]

    def _render(self, batch: Batch) -> list[Rendered | Failed]:
        pipeline, own_scheduler = self._models.pipeline(batch.job)
        pipeline.scheduler = scheduler_for(batch.job, own_scheduler)
        count = len(batch.runs)
        film = Filmstrip(pipeline, batch.runs)
        layers = readable_layers(pipeline)
        with torch.inference_mode(), layers, CountedCalls(denoiser(pipeline)) as calls, film:
            start = time.perf_counter()
            images = pipeline(**self._arguments(batch, film)).images
            pictures = [_picture(image) for image in images]
            run_seconds = (time.perf_counter() - start) / count
            taken = film.pictures()
        results: list[Rendered | Failed] = []
        for place, run in enumerate(batch.runs):
            for job in run.jobs:
                picture = pictures[place] if job.step is None else taken[job.step][place]
                try:
                    whole = checked(picture)
                except RenderError as error:
                    results.append(Failed(job, str(error)))
                    continue
                results.append(Rendered(job, whole, run_seconds, calls.samples / count))
        return results

    def _arguments(self, batch: Batch, film: Filmstrip) -> dict[str, Any]:
        shared: Mapping[str, Scalar] = batch.job.call
        arguments: dict[str, Any] = dict(shared)
        for name in ("prompt", "negative_prompt"):
            if name in shared:
                arguments[name] = [str(run.job.call[name]) for run in batch.runs]
        arguments["generator"] = [
            torch.Generator("cpu").manual_seed(run.job.seed) for run in batch.runs
        ]
        arguments["output_type"] = "pt"
        if batch.job.task == "image-to-image":
            arguments["image"] = torch.stack([tensor_of(self._init(run.job)) for run in batch.runs])
            for name in ("width", "height"):  # the size is that of the image
                arguments.pop(name, None)
        if batch.job.task == "control":
            maps = [outlines_of(self._init(run.job)) for run in batch.runs]
            arguments["image"] = torch.stack([tensor_of(one) for one in maps])
        if film.steps:
            arguments["callback_on_step_end"] = film
            arguments["callback_on_step_end_tensor_inputs"] = ["latents"]
        return arguments

    def _init(self, job: Job) -> Picture:
        picture = self._inits(job.init) if job.init else None
        if picture is None:
            raise RenderError(
                f"the image it starts from ({(job.init or 'none')[:16]}) could not be made"
            )
        return picture


def tensor_of(picture: Picture) -> torch.Tensor:
    """A picture as pipelines take it: ``[3, height, width]``, 0 to 1."""
    return torch.from_numpy(picture.astype(np.float32) / 255).permute(2, 0, 1)


class CountedCalls:
    """Counts on how many samples a module was evaluated while it is entered."""

    def __init__(self, module: torch.nn.Module) -> None:
        self._module = module
        self.samples = 0

    def __enter__(self) -> Self:
        self._hook = self._module.register_forward_pre_hook(self._count, with_kwargs=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._hook.remove()

    def _count(self, _module: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        sample = (
            args[0] if args else next(kwargs[n] for n in ("sample", "hidden_states") if n in kwargs)
        )
        self.samples += int(sample.shape[0])


def denoiser(pipeline: Any) -> torch.nn.Module:
    """The module of a pipeline that is evaluated at each step."""
    for name in ("unet", "transformer"):
        module = getattr(pipeline, name, None)
        if isinstance(module, torch.nn.Module):
            return module
    raise RenderError(
        f"{type(pipeline).__name__} has neither a unet nor a transformer that could be counted"
    )


def _picture(image: torch.Tensor) -> torch.Tensor:
    return image.detach().float().cpu()


def checked(image: torch.Tensor) -> Picture:
    """Turn a decoded image (``[3, height, width]``, 0 to 1) into 8-bit pixels, unless it is no picture.

    Raises:
        RenderError: NaN or infinite values, an image that is black, or one of a single colour.
    """
    if not bool(torch.isfinite(image).all()):
        share = float((~torch.isfinite(image)).float().mean())
        raise RenderError(f"{share:.0%} of its values are NaN or infinite; the run overflowed")
    picture: Picture = (image.permute(1, 2, 0) * 255).round().to(torch.uint8).numpy()
    if int(picture.max()) <= 2:
        raise RenderError("it is black from edge to edge")
    if all(
        int(picture[..., c].max()) == int(picture[..., c].min()) for c in range(picture.shape[2])
    ):
        raise RenderError(
            f"it has one colour from edge to edge: {tuple(int(v) for v in picture[0, 0])}"
        )
    return picture
