"""Loads a diffusers pipeline from a local folder: safetensors only, no code from the folder, float32."""

import contextlib
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
from dialed_generator.weights import check_model_folder


def load_pipeline(folder: Path, task: str, device: str = "cpu") -> Any:
    """Load the pipeline that serves ``task`` from a whole model folder.

    Raises:
        WeightsError: The folder is missing, not whole, or not what diffusers can read.
    """
    check_model_folder(folder)
    with quiet_libraries():
        try:
            import torch
            from diffusers import AutoPipelineForImage2Image, AutoPipelineForText2Image
        except ImportError as error:
            raise WeightsError(
                f"rendering needs {error.name}, which is not installed; install dialed[generator]"
            ) from None
        auto = AutoPipelineForImage2Image if task == "image-to-image" else AutoPipelineForText2Image
        try:
            pipeline = auto.from_pretrained(
                str(folder),
                dtype=torch.float32,
                use_safetensors=True,
                local_files_only=True,
                trust_remote_code=False,
            )
        except (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError) as error:
            first = (
                str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            )
            raise WeightsError(
                f"{folder}: diffusers cannot load this model ({first}); get the folder again"
            ) from error
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(device)


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

    def pipeline(self, job: Job) -> tuple[Any, Mapping[str, Any]]:
        """The pipeline that a job names, and the scheduler configuration its model was published with.

        Raises:
            WeightsError: The model cannot be loaded.
            RenderError: The model's pipeline for the task is another than the job names.
        """
        if (job.model, job.task) not in self._pipelines:
            loaded = next(
                (p for (model, _), p in self._pipelines.items() if model == job.model), None
            )
            if loaded is None:
                pipeline = load_pipeline(self._folder(job.model), job.task, self.device)
                self._schedulers[job.model] = dict(pipeline.scheduler.config)
            else:
                pipeline = _over_the_same_weights(loaded, job.task)
            self._pipelines[job.model, job.task] = pipeline
        pipeline = self._pipelines[job.model, job.task]
        if type(pipeline).__name__ != job.pipeline:
            raise RenderError(
                f"{job.model} is a {type(pipeline).__name__} for {job.task}, but its record says {job.pipeline}; "
                "correct the record"
            )
        return pipeline, self._schedulers[job.model]


def _over_the_same_weights(pipeline: Any, task: str) -> Any:
    from diffusers import AutoPipelineForImage2Image, AutoPipelineForText2Image

    auto = AutoPipelineForImage2Image if task == "image-to-image" else AutoPipelineForText2Image
    turned = auto.from_pipe(pipeline)
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
