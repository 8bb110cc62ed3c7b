"""The configurations that a single-file checkpoint belongs to: such a file holds weights and nothing else."""

import re
from collections.abc import Callable
from pathlib import Path

from dialed_generator.own_model import Loading, OwnModelError

_HUB_ID = re.compile(r"[\w][\w.-]{0,95}/[\w][\w.-]{0,95}")
_TEXTS = ["*.json", "*.txt", "*.model"]


def configuration_folder(path: Path, loading: Loading, say: Callable[[str], None]) -> Path:
    """Folder with the configurations and tokenizers for a single file.

    What ``--config`` names; else what the names of the file's weights tell, from the hub's cache or the hub.

    Raises:
        OwnModelError: The folder holds none, or the hub's repository cannot be had.
    """
    named = loading.config
    if named is not None and (Path(named).expanduser() / "model_index.json").is_file():
        return Path(named).expanduser().resolve()
    if named is not None and not _HUB_ID.fullmatch(named):
        raise OwnModelError(
            f"--config {named} must be a model folder (with model_index.json) or a hub id like owner/name; correct it"
        )
    repository = named if named is not None else repository_of(path)
    from dialed_generator.own_model_hub import texts_of

    return texts_of(repository, path, _TEXTS, say)


def repository_of(path: Path) -> str:
    """Hub repository whose configurations diffusers knows a single file by its weights to belong to.

    Raises:
        OwnModelError: The file's weights have names that diffusers does not know.
    """
    from dialed_generator.rendering.loading import quiet_libraries

    with quiet_libraries():
        from diffusers.loaders import single_file_utils
        from safetensors import safe_open

        with safe_open(path, "pt") as file:
            # Shapes and names decide, and the few tensors that are asked for are small or only looked at.
            held = {name: _Shape(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
        kind = single_file_utils.infer_diffusers_model_type(held)
        known = single_file_utils.DIFFUSERS_DEFAULT_PIPELINE_PATHS.get(kind, {})
    repository = known.get("pretrained_model_name_or_path")
    if kind == "v1" and not any(name.startswith("model.diffusion_model.") for name in held):
        repository = None  # what diffusers guesses where it knows nothing
    if not isinstance(repository, str):
        raise OwnModelError(
            f"--model {path}: the names of its weights belong to no kind of model that diffusers can load from one file; "
            "it may be a LoRA or a part of a model. Name the configurations it belongs to with --config"
        )
    return repository


class _Shape:
    """Stands for a tensor where only its shape is asked for."""

    def __init__(self, shape: list[int]) -> None:
        self.shape = tuple(shape)
        self.ndim = len(shape)
