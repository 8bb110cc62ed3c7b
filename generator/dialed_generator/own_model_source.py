"""Finds a checkpoint: a folder, a single safetensors file, or a hub repository at one commit."""

import re
from collections.abc import Callable
from pathlib import Path

from dialed_generator.own_model import Loading, Located, OwnModelError
from dialed_generator.weights import UNSAFE, check_model_folder, check_safetensors

_HUB_ID = re.compile(r"[\w][\w.-]{0,95}/[\w][\w.-]{0,95}")
_SAFE = "only safetensors are opened, because the other formats can run code"


def located(loading: Loading, say: Callable[[str], None]) -> Located:
    """Find the checkpoint that was asked for; one on the hub is brought here first.

    Args:
        loading: What was asked for.
        say: Told the commit that a hub repository stands at.

    Raises:
        WeightsError: There is none, it is not whole, or it is not safetensors.
    """
    text = loading.model
    path = Path(text).expanduser()
    if path.is_dir():
        _no_revision(loading, path)
        if not (path / "model_index.json").is_file():
            raise OwnModelError(
                f"--model {text} is no pipeline: model_index.json is missing in {path}; name the folder that "
                "`pipeline.save_pretrained(...)` wrote, a single .safetensors file, or a hub id"
            )
        check_model_folder(path)
        return Located(path.resolve().name, "folder", path.resolve())
    if path.suffix.lower() in UNSAFE:
        raise unsafe("--model", path)
    if path.is_file():
        _no_revision(loading, path)
        if path.suffix.lower() != ".safetensors":
            raise OwnModelError(
                f"--model {text} ends in {path.suffix or 'nothing'}; a single file must be .safetensors, and "
                "a folder is named without its files"
            )
        check_safetensors(path)
        return Located(path.stem, "file", path.resolve())
    if looks_local(text) or not _HUB_ID.fullmatch(text):
        raise OwnModelError(
            f"--model {text} is neither a folder nor a .safetensors file here ({path.absolute()}), nor a hub id like "
            "owner/name; correct the path"
        )
    from dialed_generator.own_model_hub import brought

    return brought(loading, say)


def looks_local(text: str) -> bool:
    """Whether a name can only be a path of this machine."""
    return text.startswith((".", "/", "~")) or "\\" in text or text.count("/") != 1


def unsafe(option: str, path: Path) -> OwnModelError:
    """The refusal of a file that could run code."""
    return OwnModelError(
        f"{option} {path} is a {path.suffix} file, which is never opened: {_SAFE}; convert it to "
        ".safetensors (`save_pretrained(..., safe_serialization=True)`), or take the author's safetensors file"
    )


def checked_file(option: str, text: str) -> Path:
    """A safetensors file that somebody named, whole and safe.

    Raises:
        OwnModelError: It is missing, truncated or of another format.
    """
    path = Path(text).expanduser()
    if path.suffix.lower() in UNSAFE:
        raise unsafe(option, path)
    if not path.is_file():
        raise OwnModelError(
            f"{option} {text}: there is no such file ({path.absolute()}); correct the path"
        )
    if path.suffix.lower() != ".safetensors":
        raise OwnModelError(f"{option} {text} must be a .safetensors file: {_SAFE}")
    check_safetensors(path)
    return path


def checked_part(option: str, text: str) -> Path:
    """A folder with one model inside (``config.json`` and safetensors), such as a ControlNet.

    Raises:
        OwnModelError: It is missing, not whole, or of another format.
    """
    path = Path(text).expanduser()
    if not (path / "config.json").is_file():
        raise OwnModelError(
            f"{option} {text} must be a folder that holds config.json, and {path.absolute()} does not; "
            "download the repository and name its folder"
        )
    weights = sorted(path.glob("*.safetensors"))
    if not weights:
        found = next((one for one in sorted(path.iterdir()) if one.suffix in UNSAFE), None)
        if found is not None:
            raise unsafe(option, found)
        raise OwnModelError(f"{option} {text} holds no .safetensors file; download it again")
    for one in weights:
        check_safetensors(one)
    return path


def _no_revision(loading: Loading, path: Path) -> None:
    if loading.revision is not None:
        raise OwnModelError(
            f"--revision {loading.revision} names a commit of a hub repository, and {path} lies on this machine; "
            "leave it out"
        )
