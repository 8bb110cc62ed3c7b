"""Turns batches of jobs into pictures with a diffusers pipeline."""

import inspect
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from dialed_generator.errors import RenderError
from dialed_generator.job import Job, Scalar
from dialed_generator.picture_measures import Picture
from dialed_generator.rendering.abilities import applied
from dialed_generator.rendering.batches import Batch
from dialed_generator.rendering.calls import CountedCalls, denoiser
from dialed_generator.rendering.clip_skip import readable_layers
from dialed_generator.rendering.compression import through_a_file
from dialed_generator.rendering.filmstrip import Filmstrip
from dialed_generator.rendering.fitting import fitted
from dialed_generator.rendering.guidance_together import embeds_guidance, guidance_of
from dialed_generator.rendering.inpainting import inpainting_arguments, laid_over, masked_drawing
from dialed_generator.rendering.loading import LoadedModels, quiet_libraries
from dialed_generator.rendering.masks import mask_of
from dialed_generator.rendering.memory import Fitting, give_memory_back, short_of_memory
from dialed_generator.rendering.outlining import outlines_of
from dialed_generator.rendering.precision import Precision, denoised_in, precision_of
from dialed_generator.rendering.scheduling import scheduler_for
from dialed_generator.rendering.second_pass import (
    begun_with,
    enlarged,
    has_second_pass,
    second_pass_call,
)
from dialed_generator.rendering.tiling import edges_in_the_middle

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
    MemoryError,
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
        precision: What the denoiser computed in.
    """

    job: Job
    picture: Picture
    seconds: float
    model_calls: float
    precision: str = "float32"


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
        precision: What U-Nets compute in, see `precision`.
    """

    def __init__(
        self,
        models: LoadedModels,
        inits: Callable[[str], Picture | None],
        precision: Precision = "float32",
    ) -> None:
        self._models = models
        self._inits = inits
        self._precision = precision
        self._fitting = Fitting()

    def render(self, batch: Batch) -> list[Rendered | Failed]:
        """Make every image of a batch. One that fails does not take the others along.

        Where memory runs out the batch is halved, down to a single run.
        """
        parts = self._fitting.parts(batch)
        if len(parts) > 1:
            return [result for part in parts for result in self.render(part)]
        try:
            with quiet_libraries():
                return self._render(batch)
        except _FAULTS_OF_A_RUN as error:
            short = short_of_memory(error)
            reason = _told(error)
        if short:
            give_memory_back()
        if len(batch.runs) == 1:
            return [Failed(job, reason) for job in batch.jobs]
        if short:
            self._fitting.too_many(batch)
            return self.render(batch)
        # One by one, so that only what is at fault fails.
        return [result for run in batch.runs for result in self.render(Batch((run,)))]

    def _render(self, batch: Batch) -> list[Rendered | Failed]:
        pipeline, own_scheduler = self._models.pipeline(batch.job)
        if embeds_guidance(pipeline) and len(set(_guidance(batch))) > 1:
            return [result for run in batch.runs for result in self._render(Batch((run,)))]
        pipeline.scheduler = scheduler_for(batch.job, own_scheduler)
        precision = precision_of(batch.job, pipeline, self._precision)
        with denoised_in(pipeline, precision):
            return self._called(pipeline, batch, precision)

    def _called(self, pipeline: Any, batch: Batch, precision: Precision) -> list[Rendered | Failed]:
        count = len(batch.runs)
        film = Filmstrip(pipeline, batch.runs)
        layers = readable_layers(pipeline)
        arguments = self._arguments(batch, film, pipeline)
        own = applied(pipeline, batch.job.settings, arguments)
        with torch.inference_mode(), layers, CountedCalls(denoiser(pipeline)) as calls, film:
            start = time.perf_counter()
            with own as call:
                pictures = [_picture(image) for image in self._drawn(pipeline, batch, call)]
            run_seconds = (time.perf_counter() - start) / count
            taken = film.pictures()
        results: list[Rendered | Failed] = []
        for place, run in enumerate(batch.runs):
            for job in run.jobs:
                picture = pictures[place] if job.step is None else taken[job.step][place]
                try:
                    whole = _shown(checked(picture), job)
                except RenderError as error:
                    results.append(Failed(job, str(error)))
                    continue
                made = Rendered(job, whole, run_seconds, calls.samples / count, precision)
                results.append(made)
        return results

    def _drawn(self, pipeline: Any, batch: Batch, call: dict[str, Any]) -> list[torch.Tensor]:
        job = batch.job
        if job.task == "inpainting":
            with masked_drawing(pipeline, job.settings, call):
                images = pipeline(**call).images
            pairs = zip(batch.runs, images, strict=True)
            return [
                tensor_of(laid_over(self._init(run.job), image, run.job)) for run, image in pairs
            ]
        if not has_second_pass(job.settings):
            return list(_images(pipeline(**call)))
        latents = pipeline(**call | {"output_type": "latent"}).images
        pictures, stretched = enlarged(pipeline, job.settings, latents)
        second = self._models.image_to_image(job)
        second.scheduler = scheduler_for(job, pipeline.scheduler.config)
        with begun_with(second, stretched):
            again = second_pass_call(job.settings, call, latents) | {"image": pictures}
            return list(_images(second(**again)))

    def _arguments(self, batch: Batch, film: Filmstrip, pipeline: Any) -> dict[str, Any]:
        shared: Mapping[str, Scalar] = batch.job.call
        arguments: dict[str, Any] = dict(shared)
        for name in ("prompt", "negative_prompt"):
            if name in shared:
                arguments[name] = [str(run.job.call[name]) for run in batch.runs]
        if "guidance_scale" in shared:
            arguments["guidance_scale"] = guidance_of(_guidance(batch))
        arguments["generator"] = [
            torch.Generator("cpu").manual_seed(run.job.seed) for run in batch.runs
        ]
        arguments["output_type"] = "pt"
        if batch.job.task == "image-to-image":
            starts = [
                fitted(self._init(run.job), run.job, pipeline.image_processor) for run in batch.runs
            ]
            arguments["image"] = torch.stack([tensor_of(one) for one in starts])
            for name in ("width", "height"):  # the size is that of the image
                arguments.pop(name, None)
        if batch.job.task == "inpainting":
            jobs = [run.job for run in batch.runs]
            arguments |= inpainting_arguments(jobs, [self._init(job) for job in jobs])
        if batch.job.task == "control":
            maps = [outlines_of(self._init(run.job)) for run in batch.runs]
            arguments["image"] = torch.stack([tensor_of(one) for one in maps])
        if batch.job.task == "with-picture":
            arguments[picture_argument(pipeline)] = torch.stack(
                [tensor_of(self._init(run.job)) for run in batch.runs]
            )
            if batch.job.mask is not None:
                drawn = [_mask(run.job, self._init(run.job)) for run in batch.runs]
                arguments["mask_image"] = torch.stack(drawn)
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


def _guidance(batch: Batch) -> list[float]:
    return [float(run.job.call.get("guidance_scale", 1.0)) for run in batch.runs]


def _told(error: BaseException) -> str:
    first = next(iter(str(error).strip().splitlines()), "no reason given")
    if short_of_memory(error):
        return f"out of memory, with this image alone ({type(error).__name__}: {first})"
    return first if isinstance(error, RenderError) else f"{type(error).__name__}: {first}"


def _images(output: Any) -> Any:
    """The pictures of a pipeline's answer; some classes call them ``image``."""
    return output.images if hasattr(output, "images") else output.image


def _mask(job: Job, picture: Picture) -> torch.Tensor:
    """What a with-picture job draws anew, ``[1, height, width]``: 1 where it does."""
    height, width = picture.shape[:2]
    mask = mask_of(str(job.mask), width, height, job.settings)
    return torch.from_numpy(np.asarray(mask, dtype=np.float32) / 255)[None]


def picture_argument(pipeline: Any) -> str:
    """Name under which a pipeline takes a picture as it is: to edit or enlarge, or as the map of a ControlNet."""
    taken = inspect.signature(pipeline.__call__).parameters
    name = type(pipeline).__name__
    return "control_image" if "control_image" in taken and "Control" in name else "image"


def tensor_of(picture: Picture) -> torch.Tensor:
    """A picture as pipelines take it: ``[3, height, width]``, 0 to 1."""
    return torch.from_numpy(picture.astype(np.float32) / 255).permute(2, 0, 1)


def _shown(picture: Picture, job: Job) -> Picture:
    """The picture as it is looked at: out of the file that was asked for, moved where the view says so."""
    picture = through_a_file(picture, job.settings)
    return edges_in_the_middle(picture) if job.view == "edges-in-the-middle" else picture


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
