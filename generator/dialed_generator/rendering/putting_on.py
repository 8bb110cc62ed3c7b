"""LoRAs, an IP-Adapter and a ControlNet over a loaded pipeline: local files, safetensors only."""

import importlib.util
import json
from pathlib import Path
from typing import Any

from dialed_generator.own_model import Loading, OwnModelError
from dialed_generator.own_model_source import checked_file, checked_part
from dialed_generator.rendering.image_prompt import ATTRIBUTE


def put_adapters(pipeline: Any, loading: Loading) -> None:
    """Load the LoRAs, each under a name of its own, at the strengths that were asked for.

    Raises:
        OwnModelError: A file is not whole, the package peft is missing, or the pipeline takes no LoRA or not this one.
    """
    if not loading.loras:
        return
    if importlib.util.find_spec("peft") is None:
        raise OwnModelError(
            "--lora needs the package peft, which is not installed; install dialed[generator]"
        )
    kind = type(pipeline).__name__
    if not hasattr(pipeline, "load_lora_weights"):
        raise OwnModelError(f"--lora: {kind} takes no LoRA; leave it out")
    names = []
    for number, lora in enumerate(loading.loras):
        path = checked_file("--lora", lora.source)
        names.append(f"lora_{number}")
        try:
            pipeline.load_lora_weights(
                str(path.parent),
                weight_name=path.name,
                adapter_name=names[-1],
                use_safetensors=True,
                local_files_only=True,
            )
        except (ValueError, KeyError, RuntimeError, TypeError, AttributeError, IndexError) as error:
            raise _misfit("--lora", path, kind, error) from None
        if names[-1] not in {one for part in pipeline.get_list_adapters().values() for one in part}:
            raise OwnModelError(
                f"--lora {path} holds no weights that {kind} knows; it belongs to another kind of model"
            )
    pipeline.set_adapters(names, [lora.weight for lora in loading.loras])


def put_image_adapter(pipeline: Any, loading: Loading, picture: Any) -> None:
    """Load the IP-Adapter; its image encoder lies in the pipeline or in the folder ``image_encoder`` beside it.

    Raises:
        OwnModelError: A file is not whole, there is no image encoder, or the pipeline takes no such adapter.
    """
    if loading.ip_adapter is None:
        return
    path = checked_file("--ip-adapter", loading.ip_adapter.source)
    kind = type(pipeline).__name__
    if not hasattr(pipeline, "load_ip_adapter"):
        raise OwnModelError(f"--ip-adapter: {kind} takes none; leave it out")
    beside = path.parent / "image_encoder"
    has_own = getattr(pipeline, "image_encoder", None) is not None
    if not has_own:
        checked_part("--ip-adapter: its image encoder", str(beside))
    options: dict[str, Any] = {} if has_own else {"image_encoder_folder": "image_encoder"}
    if "Flux" in kind or "StableDiffusion3" in kind:
        options = {} if has_own else {"image_encoder_pretrained_model_name_or_path": str(beside)}
    try:
        pipeline.load_ip_adapter(
            str(path.parent),
            weight_name=path.name,
            local_files_only=True,
            **({"subfolder": ""} | options),
        )
    except (ValueError, KeyError, RuntimeError, TypeError, AttributeError, OSError) as error:
        raise _misfit("--ip-adapter", path, kind, error) from None
    setattr(pipeline, ATTRIBUTE, picture)


def put_controlnet(pipeline: Any, loading: Loading, dtype: Any) -> Any:
    """Put a ControlNet over a pipeline; give the pipeline to use.

    Raises:
        OwnModelError: The folder is not whole, or diffusers has no such class for this pipeline.
    """
    import diffusers

    folder = checked_part("--controlnet", str(loading.controlnet))
    name = str(json.loads((folder / "config.json").read_bytes()).get("_class_name"))
    network = getattr(diffusers, name, None)
    if "ControlNet" not in name or network is None:
        raise OwnModelError(
            f"--controlnet {folder} holds a {name}, which is no ControlNet of diffusers"
        )
    over = controlled_class(type(pipeline).__name__)
    found = getattr(diffusers, over, None)
    if found is None:
        raise OwnModelError(f"--controlnet: diffusers has no {over}, so this model takes none")
    loaded = network.from_pretrained(
        str(folder), dtype=dtype, use_safetensors=True, local_files_only=True
    )
    try:
        return found.from_pipe(pipeline, controlnet=loaded)
    except (ValueError, KeyError, RuntimeError, TypeError, AttributeError) as error:
        raise _misfit("--controlnet", folder, type(pipeline).__name__, error) from None


def controlled_class(pipeline: str) -> str:
    """Name of the class that adds a ControlNet to a text-to-image class."""
    return (
        pipeline if "ControlNet" in pipeline else pipeline.replace("Pipeline", "ControlNetPipeline")
    )


def _misfit(option: str, path: Path, kind: str, error: Exception) -> OwnModelError:
    first = next(iter(str(error).strip().splitlines()), type(error).__name__)
    return OwnModelError(
        f"{option} {path} does not fit {kind} ({first[:300]}); it was made for another kind of model"
    )
