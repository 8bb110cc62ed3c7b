"""Models that are small files over another model: LoRAs, a ControlNet, a scheduler of their own.

Such a folder holds ``member.json`` instead of a pipeline's ``model_index.json``. It names the base
model, whose folder lies beside it, and what is put on top:

    {"base": "vignette", "loras": [{"file": "pytorch_lora_weights.safetensors", "weight": 1.0}],
     "controlnet": null, "scheduler": "scheduler"}
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialed_generator.errors import WeightsError

MEMBER_FILE = "member.json"
_ID = re.compile(r"[a-z0-9][a-z0-9.-]*")
_MAX_BYTES = 100_000


@dataclass(frozen=True)
class Lora:
    """One low-rank adapter: a safetensors file in the member's folder, and how strongly it acts."""

    file: str
    weight: float


@dataclass(frozen=True)
class Member:
    """What a member folder says.

    Attributes:
        folder: Where it lies.
        base: Id of the base model, the name of a folder beside this one.
        loras: Adapters, in the order in which they are loaded.
        controlnet: Folder of a ControlNet inside the member's folder, or None.
        scheduler: Folder of a scheduler inside the member's folder, or None for the base's own.
    """

    folder: Path
    base: str
    loras: tuple[Lora, ...] = ()
    controlnet: str | None = None
    scheduler: str | None = None

    @property
    def base_folder(self) -> Path:
        """Folder of the base model."""
        return self.folder.parent / self.base

    def files(self) -> list[Path]:
        """Every file of the member that decides pixels, those of the base model left out.

        Raises:
            WeightsError: One that it names is missing, or is not safetensors.
        """
        found = [self.folder / MEMBER_FILE]
        for lora in self.loras:
            path = self.folder / lora.file
            if path.suffix != ".safetensors":
                raise WeightsError(
                    f"{path} is not safetensors and is never opened, because such a file can run "
                    "code; save the LoRA with safe_serialization=True"
                )
            if not path.is_file():
                raise WeightsError(
                    f"{path} is missing, but {found[0]} names it; get the folder again"
                )
            found.append(path)
        for name, wanted in ((self.controlnet, ".safetensors"), (self.scheduler, ".json")):
            if name is None:
                continue
            part = self.folder / name
            inside = [
                path for path in sorted(part.glob("*")) if path.suffix in {".safetensors", ".json"}
            ]
            if not any(path.suffix == wanted for path in inside):
                raise WeightsError(
                    f"{part} holds no {wanted} file, but {found[0]} names it; get the folder again"
                )
            found += inside
        return found


def read_member(folder: Path) -> Member | None:
    """Read a member folder; None where ``folder`` holds a whole model or nothing.

    Raises:
        WeightsError: ``member.json`` cannot be read or does not say what it must.
    """
    path = folder / MEMBER_FILE
    if (folder / "model_index.json").is_file() or not path.is_file():
        return None
    try:
        content: Any = json.loads(path.read_bytes()[:_MAX_BYTES])
    except (OSError, ValueError) as error:
        raise WeightsError(
            f"{path} cannot be read as JSON ({error}); get the folder again"
        ) from None
    known = {"base", "loras", "controlnet", "scheduler"}
    if not isinstance(content, dict) or not content.keys() <= known:
        raise WeightsError(
            f"{path} must hold a JSON object with the keys {', '.join(sorted(known))} and no other"
        )
    base = content.get("base")
    if not isinstance(base, str) or not _ID.fullmatch(base) or base == folder.name:
        raise WeightsError(
            f"{path}: base is {base!r}; it must be the id of another model, whose folder lies beside "
            "this one"
        )
    loras = tuple(_lora(path, item) for item in _listed(path, content.get("loras", [])))
    return Member(
        folder,
        base,
        loras,
        _inside(path, "controlnet", content.get("controlnet")),
        _inside(path, "scheduler", content.get("scheduler")),
    )


def _listed(path: Path, value: object) -> list[Any]:
    if not isinstance(value, list):
        raise WeightsError(f"{path}: loras is {value!r}; it must be a list")
    return value


def _lora(path: Path, item: object) -> Lora:
    if not isinstance(item, dict) or item.keys() != {"file", "weight"}:
        raise WeightsError(f"{path}: a LoRA is {item!r}; it must have a file and a weight")
    weight = item["weight"]
    if isinstance(weight, bool) or not isinstance(weight, int | float) or abs(weight) > 10:
        raise WeightsError(f"{path}: the weight {weight!r} of a LoRA must be a number up to 10")
    file = _inside(path, "file", item["file"])
    if file is None:
        raise WeightsError(f"{path}: a LoRA names no file")
    return Lora(file, float(weight))


def _inside(path: Path, key: str, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or Path(value).name != value or value in {".", "..", ""}:
        raise WeightsError(
            f"{path}: {key} is {value!r}, which is not a plain name in this folder; do not trust it"
        )
    return value
