"""The digest that names everything of a checkpoint that decides pixels, without reading gigabytes twice."""

import hashlib
import json
from pathlib import Path
from typing import Any

from dialed_generator.folder import Folder
from dialed_generator.own_model import Loading, Located
from dialed_generator.weights import weights_digest

CACHE = ".dialed/digests.json"


def checkpoint_digest(located: Located, loading: Loading, out: Folder | None) -> str:
    """SHA-256 over the checkpoint, what is put on it, and the number format it is loaded in.

    Args:
        located: The checkpoint.
        loading: How it is loaded.
        out: Folder that remembers digests of files by size and time, so that a second run does not read them again.
    """
    known = _read(out)
    before = dict(known)
    total = hashlib.sha256()
    total.update(_digest(located.path, known).encode())
    for text in (
        *(f"{one.source}" for one in loading.loras),
        *([loading.controlnet] if loading.controlnet else []),
        *([loading.ip_adapter.source] if loading.ip_adapter else []),
    ):
        total.update(f"\0{_digest(Path(text).expanduser(), known)}".encode())
    if located.kind == "file" and loading.config is not None:
        total.update(f"\0{_texts(Path(loading.config))}".encode())
    weights = [one.weight for one in loading.loras]
    if loading.ip_adapter is not None:
        weights.append(loading.ip_adapter.weight)
    how = [weights, loading.dtype, loading.quantize, loading.variant]
    total.update(b"\0" + json.dumps(how).encode())
    if out is not None and known != before:
        out.write(CACHE, json.dumps(known, indent=1, sort_keys=True).encode("utf-8"))
    return total.hexdigest()


def _digest(path: Path, known: dict[str, str]) -> str:
    files = [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file())
    seen = hashlib.sha256()
    for one in files:
        state = one.stat()
        seen.update(f"{one}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    name = seen.hexdigest()
    if name not in known:
        known[name] = _of_files(path, files)
    return known[name]


def _of_files(path: Path, files: list[Path]) -> str:
    if (path / "model_index.json").is_file():
        return weights_digest(path)
    total = hashlib.sha256()
    for one in files:
        if one.suffix in {".safetensors", ".json"}:
            with one.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            name = one.relative_to(path).as_posix() if path.is_dir() else "file"
            total.update(f"{name}\0{digest}\n".encode())
    return total.hexdigest()


def _texts(folder: Path) -> str:
    """Digest of the configurations and vocabularies that a single file is used with."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".json", ".txt", ".model"}:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            total.update(f"{path.relative_to(folder).as_posix()}\0{digest}\n".encode())
    return total.hexdigest()


def _read(out: Folder | None) -> dict[str, str]:
    data = out.read(CACHE) if out is not None else None
    try:
        content: Any = json.loads(data) if data is not None else {}
    except ValueError:
        return {}
    if not isinstance(content, dict):
        return {}
    return {name: value for name, value in content.items() if isinstance(value, str)}
