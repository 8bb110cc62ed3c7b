"""The files of a model on disk: whether they are whole and safe, and the digest that names them."""

import hashlib
import json
from pathlib import Path
from typing import Any

from dialed_generator.errors import WeightsError
from dialed_generator.members import MEMBER_FILE, read_member

UNSAFE = {".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"}
"""Formats that can run code when they are opened; never read."""

_MAX_HEADER = 100_000_000


def check_model_folder(folder: Path) -> None:
    """Check that ``folder`` is a whole diffusers model of safetensors. Reads headers only, so it is quick.

    Where it is a member over another model, that model's folder is checked too.

    Raises:
        WeightsError: Missing folder or file, truncated or damaged weights, or another format.
    """
    member = read_member(folder)
    if member is not None:
        _check_base(member.base_folder, folder)
    for path in _component_files(folder) if member is None else member.files():
        if path.suffix == ".safetensors":
            check_safetensors(path)


def weights_digest(folder: Path) -> str:
    """SHA-256 over (relative name, SHA-256) of every file that decides pixels.

    These are ``model_index.json`` and the weights, configurations and vocabularies in the folders of the
    components that it names; a model card or an evaluation beside them changes nothing. The digest of a member
    over another model covers that model's digest and the member's own files.

    Raises:
        WeightsError: The folder is missing or not whole.
    """
    check_model_folder(folder)
    total = hashlib.sha256()
    member = read_member(folder)
    if member is not None:
        total.update(f"base\0{weights_digest(member.base_folder)}\n".encode())
    for path in _component_files(folder) if member is None else member.files():
        name = path.relative_to(folder).as_posix()
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        total.update(f"{name}\0{digest}\n".encode())
    return total.hexdigest()


def _check_base(base: Path, folder: Path) -> None:
    if read_member(base) is not None:
        raise WeightsError(
            f"{folder / MEMBER_FILE}: base {base.name!r} is itself a member over another model; name a whole model"
        )
    check_model_folder(base)


def _component_files(folder: Path) -> list[Path]:
    index = folder / "model_index.json"
    if not index.is_file():
        raise WeightsError(
            f"{folder} holds no model: model_index.json is missing there; the weights lie in a clone of the "
            "repository (generator/weights), `make vignette` trains them anew, and DIALED_WEIGHTS names "
            "another folder"
        )
    found = [index]
    for name in components(index):
        part = folder / name
        files = [path for path in sorted(part.rglob("*")) if path.is_file()]
        if not files:
            raise WeightsError(
                f"{part} is missing or empty, but {index} names it; get the model folder again"
            )
        if not any(path.suffix == ".safetensors" for path in files) and (
            unsafe := [path for path in files if path.suffix in UNSAFE]
        ):
            raise WeightsError(
                f"{unsafe[0]} is not safetensors and is never opened, because such a file can run code; "
                "convert the model with save_pretrained(..., safe_serialization=True)"
            )
        found += [
            path for path in files if path.suffix in {".safetensors", ".json", ".txt", ".model"}
        ]
    return found


def components(index: Path) -> list[str]:
    """Component folders that a ``model_index.json`` names, in order.

    Raises:
        WeightsError: It is not the index of a diffusers model.
    """
    content = _json_object(index)
    named = [
        name
        for name, value in content.items()
        if isinstance(value, list) and len(value) == 2 and value[0] is not None
    ]
    if not named or "_class_name" not in content:
        raise WeightsError(
            f"{index} names no pipeline and no components; it is not the index of a diffusers model"
        )
    bad = [name for name in named if Path(name).name != name or name in {".", ".."}]
    if bad:
        raise WeightsError(
            f"{index} names component {bad[0]!r}, which is not a plain folder name; do not trust it"
        )
    return sorted(named)


def _json_object(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise WeightsError(
            f"{path} cannot be read as JSON ({error}); get the model folder again"
        ) from None
    if not isinstance(content, dict):
        raise WeightsError(f"{path} holds no JSON object; get the model folder again")
    return content


def check_safetensors(path: Path) -> None:
    """Check that a safetensors file is whole, by its header and its size.

    Raises:
        WeightsError: It is truncated or damaged, or no such file.
    """
    # The format: eight bytes with the length of a JSON header, the header, then exactly the bytes it promises.
    size = path.stat().st_size
    cure = "the file is truncated or damaged; get it again"
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > min(size - 8, _MAX_HEADER):
            raise WeightsError(f"{path} has {size} bytes but its header wants {length}; {cure}")
        try:
            header = json.loads(file.read(length))
            ends = [
                part["data_offsets"][1] for name, part in header.items() if name != "__metadata__"
            ]
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            raise WeightsError(f"{path} has no readable safetensors header; {cure}") from None
    if not ends or size != 8 + length + max(ends):
        promised = 8 + length + max(ends, default=0)
        raise WeightsError(f"{path} has {size} bytes but its header promises {promised}; {cure}")
