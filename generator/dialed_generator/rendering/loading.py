"""Loads a diffusers pipeline from a local folder: safetensors only, no code from the folder, float32."""

import contextlib
import dataclasses
import json
import os
import platform
import warnings
from collections.abc import Callable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from dialed_generator.errors import RenderError, WeightsError
from dialed_generator.job import Job
from dialed_generator.manifest import Environment
from dialed_generator.members import Member, read_member
from dialed_generator.weights import check_model_folder


def load_pipeline(folder: Path, task: str, device: str = "cpu") -> Any:
    """Load the pipeline that serves ``task`` from a whole model folder, or from a member over another model.

    Raises:
        WeightsError: The folder is missing, not whole, or not what diffusers can read.
    """
    check_model_folder(folder)
    member = read_member(folder)
    with quiet_libraries():
        try:
            import torch
        except ImportError as error:
            raise WeightsError(
                f"rendering needs {error.name}, which is not installed; install dialed[generator]"
            ) from None
        try:
            pipeline = _auto(task).from_pretrained(
                str(folder if member is None else member.base_folder),
                dtype=torch.float32,
                use_safetensors=True,
                local_files_only=True,
                trust_remote_code=False,
            )
            if member is not None:
                pipeline = put_on(pipeline, member, task)
        except _FAULTS_OF_LOADING as error:
            first = (
                str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            )
            raise WeightsError(
                f"{folder}: diffusers cannot load this model ({first}); get the folder again"
            ) from error
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(device)


_FAULTS_OF_LOADING = (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError)


def _auto(task: str) -> Any:
    try:
        from diffusers import (
            AutoPipelineForImage2Image,
            AutoPipelineForInpainting,
            AutoPipelineForText2Image,
        )
    except ImportError as error:
        raise WeightsError(
            f"rendering needs {error.name}, which is not installed; install dialed[generator]"
        ) from None
    if task == "inpainting":
        return AutoPipelineForInpainting
    return AutoPipelineForImage2Image if task == "image-to-image" else AutoPipelineForText2Image


def put_on(pipeline: Any, member: Member, task: str) -> Any:
    """Put a member's adapters, ControlNet and scheduler on a loaded base pipeline; return the pipeline to use.

    Raises:
        WeightsError: LoRAs need the package peft, which is not installed; or the scheduler is none of diffusers'.
    """
    import diffusers
    import torch

    if member.loras:
        try:
            import peft  # noqa: F401  diffusers loads LoRAs through it
        except ImportError:
            raise WeightsError(
                f"{member.folder} is a LoRA, which needs the package peft; install dialed[generator]"
            ) from None
        names = _lora_names(len(member.loras))
        for name, lora in zip(names, member.loras, strict=True):
            pipeline.load_lora_weights(
                str(member.folder),
                weight_name=lora.file,
                adapter_name=name,
                use_safetensors=True,
                local_files_only=True,
            )
        pipeline.set_adapters(names, [lora.weight for lora in member.loras])
    if member.scheduler is not None:
        place = member.folder / member.scheduler
        config = json.loads((place / "scheduler_config.json").read_bytes())
        found = getattr(diffusers, str(config.get("_class_name")), None)
        if not str(config.get("_class_name")).endswith("Scheduler") or found is None:
            raise WeightsError(
                f"{place}: diffusers {diffusers.__version__} has no scheduler {config.get('_class_name')!r}"
            )
        pipeline.scheduler = found.from_config(
            {name: value for name, value in config.items() if not name.startswith("_")}
        )
    if member.controlnet is not None:
        network = diffusers.ControlNetModel.from_pretrained(
            str(member.folder / member.controlnet),
            dtype=torch.float32,
            use_safetensors=True,
            local_files_only=True,
        )
        pipeline = _auto(task).from_pipe(pipeline, controlnet=network)
    return pipeline


GUIDED_BY_ATTENTION = frozenset({"StableDiffusionPAGPipeline", "StableDiffusionSAGPipeline"})
"""Classes over the weights of a plain pipeline that guide by what the model's self-attention does."""


def _lora_names(count: int) -> list[str]:
    return [f"lora_{number}" for number in range(count)]


class LoadedModels:
    """Pipelines in memory: the weights of a model are loaded once for all tasks.

    Args:
        folder: Gives the folder of a model id.
        device: Where to run, as torch names it.
    """

    def __init__(self, folder: Callable[[str], Path], device: str = "cpu") -> None:
        self._folder = folder
        self.device = device
        self._pipelines: dict[tuple[str, str], Any] = {}
        self._schedulers: dict[str, dict[str, Any]] = {}
        self._members: dict[str, Member | None] = {}

    def pipeline(self, job: Job) -> tuple[Any, Mapping[str, Any]]:
        """The pipeline that a job names, and the scheduler configuration its model was published with.

        Raises:
            WeightsError: The model cannot be loaded.
            RenderError: The model's pipeline for the task is another than the job names.
        """
        pipeline = self._plain(job)
        if job.pipeline in GUIDED_BY_ATTENTION:
            pipeline = self._guided_by_attention(job, pipeline)
        if type(pipeline).__name__ != job.pipeline:
            raise RenderError(
                f"{job.model} is a {type(pipeline).__name__} for {job.task}, but its record says {job.pipeline}; "
                "correct the record"
            )
        self._weigh(pipeline, job)
        return pipeline, self._schedulers[job.model]

    def image_to_image(self, job: Job) -> Any:
        """The image-to-image pipeline over the weights of a job that began from noise."""
        return self._plain(dataclasses.replace(job, task="image-to-image"))

    def _guided_by_attention(self, job: Job, plain: Any) -> Any:
        import diffusers

        if (job.model, job.pipeline) not in self._pipelines:
            pipeline = getattr(diffusers, job.pipeline).from_pipe(plain)
            pipeline.set_progress_bar_config(disable=True)
            self._pipelines[job.model, job.pipeline] = pipeline
        return self._pipelines[job.model, job.pipeline]

    def _plain(self, job: Job) -> Any:
        if (job.model, job.task) not in self._pipelines:
            loaded = next(
                (
                    p
                    for (model, kind), p in self._pipelines.items()
                    if model == job.model and kind not in GUIDED_BY_ATTENTION
                ),
                None,
            )
            if loaded is None:
                folder = self._folder(job.model)
                pipeline = load_pipeline(folder, job.task, self.device)
                self._members[job.model] = read_member(folder)
                self._schedulers[job.model] = dict(pipeline.scheduler.config)
            else:
                pipeline = _over_the_same_weights(loaded, job.task)
            self._pipelines[job.model, job.task] = pipeline
        return self._pipelines[job.model, job.task]

    def _weigh(self, pipeline: Any, job: Job) -> None:
        """Set the strength of the model's LoRAs: what the member says, times the job's ``lora_scale``."""
        member, scale = self._members[job.model], job.settings.get("lora_scale")
        loras = member.loras if member is not None else ()
        if loras:
            strength = 1.0 if scale is None else float(scale)
            pipeline.set_adapters(
                _lora_names(len(loras)), [lora.weight * strength for lora in loras]
            )
        elif scale is not None:
            raise RenderError(
                f"{job.model} has no LoRA whose strength lora_scale = {scale} could be; name a model that has one"
            )


def _over_the_same_weights(pipeline: Any, task: str) -> Any:
    turned = _auto(task).from_pipe(pipeline)
    turned.set_progress_bar_config(disable=True)
    return turned


@contextlib.contextmanager
def quiet_libraries() -> Iterator[None]:
    """Hold back what torch, diffusers and transformers say on their own.

    Notes on unused options, progress of files and deprecations among the libraries are no news to a reader of
    ours. What fails still raises, and what is raised is told.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # nothing here is ever fetched
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")  # heeded while it is imported
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with contextlib.suppress(ImportError):
            from transformers.utils import logging as transformers_logging

            transformers_logging.set_verbosity_error()
            transformers_logging.disable_progress_bar()

            from diffusers.utils import logging as diffusers_logging

            diffusers_logging.set_verbosity_error()
            diffusers_logging.disable_progress_bar()
        yield


def environment(device: str) -> Environment:
    """The machine and libraries as provenance states them."""
    import torch

    name = torch.cuda.get_device_name(device) if device.startswith("cuda") else _processor()
    packages = ("torch", "diffusers", "transformers", "numpy", "pillow")
    versions = {"python": platform.python_version()} | {p: metadata.version(p) for p in packages}
    return Environment(
        device=name, dtype="float32", threads=torch.get_num_threads(), versions=versions
    )


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return f"{platform.machine()} {line.partition(':')[2].strip()}"
    return platform.machine()
