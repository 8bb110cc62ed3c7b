"""Loads somebody's own checkpoint: every way that diffusers offers, safetensors only, no code from the folder."""

import contextlib
import dataclasses
import functools
import importlib.util
from collections.abc import Iterator, Mapping
from typing import Any

from dialed_generator.errors import RenderError
from dialed_generator.job import Job
from dialed_generator.manifest import Environment
from dialed_generator.own_model import Loading, OwnModel, OwnModelError
from dialed_generator.rendering.image_prompt import ATTRIBUTE
from dialed_generator.rendering.loading import environment, quiet_libraries
from dialed_generator.rendering.putting_on import put_adapters, put_controlnet, put_image_adapter

_FAULTS = (
    OSError,
    ValueError,
    RuntimeError,
    KeyError,
    TypeError,
    AttributeError,
    ImportError,
    NotImplementedError,
)
DENOISERS = ("transformer", "transformer_2", "unet", "prior_prior", "prior", "decoder")


class OwnPipelines:
    """One checkpoint in memory, as every pipeline class that its jobs name. The weights are loaded once.

    Args:
        model: What to load, and how.
        image_prompt: Picture for an IP-Adapter.
    """

    def __init__(self, model: OwnModel, image_prompt: Any = None) -> None:
        self._model = model
        self._image_prompt = image_prompt
        self._classes: dict[str, Any] = {}

    @functools.cached_property
    def loaded(self) -> Any:
        """The pipeline as the checkpoint names it, on its device.

        Raises:
            WeightsError: It cannot be loaded; says why and what helps.
        """
        return loaded_pipeline(self._model, self._image_prompt)

    @functools.cached_property
    def _scheduler(self) -> dict[str, Any]:
        return dict(self.loaded.scheduler.config)

    def pipeline(self, job: Job) -> tuple[Any, Mapping[str, Any]]:
        """The pipeline that a job names, and the scheduler configuration of the checkpoint.

        Raises:
            WeightsError: The checkpoint cannot be loaded.
            RenderError: Its components are not enough for the class that the job names.
        """
        own = self._scheduler  # before anything changes the scheduler
        pipeline = self._of_class(job.pipeline)
        self._weigh(pipeline, job)
        return pipeline, own

    def image_to_image(self, job: Job) -> Any:
        """The image-to-image pipeline over the weights of a job that began from noise."""
        name = job.pipeline.replace("Pipeline", "Img2ImgPipeline")
        return self.pipeline(dataclasses.replace(job, pipeline=name))[0]

    def _of_class(self, name: str) -> Any:
        if type(self.loaded).__name__ == name:
            return self.loaded
        if name not in self._classes:
            import diffusers

            found = getattr(diffusers, name, None)
            if found is None:
                raise RenderError(f"diffusers {diffusers.__version__} has no pipeline class {name}")
            try:
                turned = found.from_pipe(self.loaded)
            except _FAULTS as error:
                raise RenderError(
                    f"this {type(self.loaded).__name__} cannot serve as {name}: {_first(error)}"
                ) from None
            turned.set_progress_bar_config(disable=True)
            if self._image_prompt is not None:
                setattr(turned, ATTRIBUTE, self._image_prompt)
            self._classes[name] = turned
        return self._classes[name]

    def _weigh(self, pipeline: Any, job: Job) -> None:
        loras = self._model.loading.loras
        if loras:
            scale = float(job.settings.get("lora_scale", 1.0))
            pipeline.set_adapters(
                [f"lora_{number}" for number in range(len(loras))],
                [lora.weight * scale for lora in loras],
            )
        if self._model.loading.ip_adapter is not None:
            weight = self._model.loading.ip_adapter.weight
            pipeline.set_ip_adapter_scale(float(job.settings.get("ip_adapter_scale", weight)))

    def environment(self) -> Environment:
        """The machine and libraries as provenance states them."""
        loading = self._model.loading
        return environment(loading.device).model_copy(update={"dtype": loading.dtype})


def loaded_pipeline(model: OwnModel, image_prompt: Any = None) -> Any:
    """Load a checkpoint with everything that is put on it, and bring it to its device.

    Raises:
        WeightsError: A file is at fault, diffusers does not know the class, a package is missing, or memory is short.
    """
    loading = model.loading
    with quiet_libraries(), _told(model):
        import torch

        _check_device(loading, torch)
        dtype = getattr(torch, loading.dtype)
        pipeline = (
            _from_file(model, dtype) if model.located.kind == "file" else _from_folder(model, dtype)
        )
        put_adapters(pipeline, loading)
        put_image_adapter(pipeline, loading, image_prompt)
        if loading.controlnet is not None:
            pipeline = put_controlnet(pipeline, loading, dtype)
        pipeline.set_progress_bar_config(disable=True)
        if loading.offload == "model":
            pipeline.enable_model_cpu_offload(device=loading.device)
        elif loading.offload == "sequential":
            pipeline.enable_sequential_cpu_offload(device=loading.device)
        else:
            pipeline.to(loading.device)
    return pipeline


def _from_folder(model: OwnModel, dtype: Any) -> Any:
    import diffusers

    if not hasattr(diffusers, model.configuration.pipeline):
        raise OwnModelError(
            f"{model.located.path}: diffusers {diffusers.__version__} has no pipeline class "
            f"{model.configuration.pipeline!r}; install a newer diffusers, or correct model_index.json"
        )
    quantization = _quantization(model)
    return diffusers.DiffusionPipeline.from_pretrained(
        str(model.located.path),
        dtype=dtype,
        use_safetensors=True,
        local_files_only=True,
        trust_remote_code=False,
        variant=model.loading.variant,
        **({} if quantization is None else {"quantization_config": quantization}),
    )


def _from_file(model: OwnModel, dtype: Any) -> Any:
    import diffusers

    if model.loading.quantize != "none":
        raise OwnModelError(
            f"--quantize {model.loading.quantize} works with a model folder, and {model.located.path.name} is a single "
            "file; save it as a folder first (from_single_file(...).save_pretrained(...))"
        )
    return getattr(diffusers, model.configuration.pipeline).from_single_file(
        str(model.located.path),
        config=model.loading.config,
        dtype=dtype,
        local_files_only=True,
    )


def _quantization(model: OwnModel) -> Any:
    bits = model.loading.quantize
    if bits == "none":
        return None
    if importlib.util.find_spec("bitsandbytes") is None:
        raise OwnModelError(
            f"--quantize {bits} needs the package bitsandbytes, which is not installed; `pip install bitsandbytes`, or leave "
            "--quantize out"
        )
    from diffusers.quantizers import PipelineQuantizationConfig

    parts = [name for name in DENOISERS if isinstance(model.configuration.index.get(name), list)]
    return PipelineQuantizationConfig(
        quant_backend=f"bitsandbytes_{bits}",
        quant_kwargs={f"load_in_{bits}": True},
        components_to_quantize=parts,
    )


def _check_device(loading: Loading, torch: Any) -> None:
    try:
        device = torch.device(loading.device)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise OwnModelError(
            f"--device {loading.device} cannot be used here ({_first(error)}); choose cpu, or install the torch build for it"
        ) from None
    if loading.offload != "none" and device.type == "cpu":
        raise OwnModelError(
            f"--offload {loading.offload} moves parts between main memory and an accelerator, and --device is cpu; leave "
            "it out, or name the accelerator with --device"
        )


@contextlib.contextmanager
def _told(model: OwnModel) -> Iterator[None]:
    place = model.located.path
    try:
        yield
    except OwnModelError:
        raise
    except MemoryError:
        raise OwnModelError(_too_large(model)) from None
    except _FAULTS as error:
        first = _first(error)
        if type(error).__name__ == "OutOfMemoryError" or "out of memory" in first.lower():
            raise OwnModelError(_too_large(model)) from None
        raise OwnModelError(
            f"{place}: diffusers cannot load this model ({type(error).__name__}: {first}); get it again, or update diffusers"
        ) from error


def _too_large(model: OwnModel) -> str:
    return (
        f"{model.located.name} does not fit into the memory of {model.loading.device} as {model.loading.dtype}; try --dtype "
        "bfloat16, --offload model, --offload sequential or --quantize 8bit"
    )


def _first(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), "") or type(error).__name__
