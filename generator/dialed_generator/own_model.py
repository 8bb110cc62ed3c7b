"""A checkpoint of somebody's own: what was asked for, where it lies, and what the registry takes it for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from dialed_generator.errors import WeightsError

if TYPE_CHECKING:
    from dialed.model_types import Model

SourceKind = Literal["folder", "file", "hub"]


class OwnModelError(WeightsError):
    """A checkpoint, or something put on it, that cannot be used. Says thing, value, rule, place and cure."""


@dataclass(frozen=True)
class Adapter:
    """A small file over the checkpoint.

    Attributes:
        source: A safetensors file, a folder, or a hub id, as it was typed.
        weight: How strongly it acts.
    """

    source: str
    weight: float = 1.0


@dataclass(frozen=True)
class Loading:
    """How a checkpoint is to be loaded: every option of the command line that decides what is in memory.

    Attributes:
        model: Folder, ``.safetensors`` file or hub id, as it was typed.
        revision: Branch, tag or commit of the hub repository.
        variant: Middle part of the weight files' names, such as ``fp16``.
        config: For a single file: folder or hub id of the configurations it belongs to.
        loras: Low-rank adapters, in order.
        controlnet: Folder or hub id of a ControlNet.
        ip_adapter: safetensors file, or hub id, of an IP-Adapter.
        dtype: Number format of the weights.
        device: As torch names it.
        offload: Which parts wait in main memory while they are not used.
        quantize: Bits of the denoiser's weights, ``none`` for those of ``dtype``.
    """

    model: str
    revision: str | None = None
    variant: str | None = None
    config: str | None = None
    loras: tuple[Adapter, ...] = ()
    controlnet: str | None = None
    ip_adapter: Adapter | None = None
    dtype: str = "float32"
    device: str = "cpu"
    offload: str = "none"
    quantize: str = "none"

    def told(self) -> dict[str, Any]:
        """What differs from a plain load, for provenance."""
        plain = Loading(self.model)
        names = ("variant", "dtype", "offload", "quantize", "controlnet")
        found: dict[str, Any] = {
            name: getattr(self, name)
            for name in names
            if getattr(self, name) != getattr(plain, name) or name == "dtype"
        }
        if self.loras:
            found["loras"] = [f"{Path(one.source).name}:{one.weight:g}" for one in self.loras]
        if self.ip_adapter is not None:
            found["ip_adapter"] = Path(self.ip_adapter.source).name
        return found


@dataclass(frozen=True)
class Located:
    """Where a checkpoint lies on this machine.

    Attributes:
        name: What to call it: name of the folder or file, or the hub id.
        kind: How it was named.
        path: The folder or the file.
        hub: Hub repository, where it came from one.
        revision: Commit of that repository: 40 hexadecimal digits.
    """

    name: str
    kind: SourceKind
    path: Path
    hub: str | None = None
    revision: str | None = None


@dataclass(frozen=True)
class Configuration:
    """What a checkpoint says of itself, read from JSON alone.

    Attributes:
        pipeline: Class name of ``model_index.json``.
        index: All of that file.
        parts: Configuration by component folder (``unet``, ``scheduler``, ...).
    """

    pipeline: str
    index: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def part(self, *names: str) -> Mapping[str, Any]:
        """Configuration of the first of these components that is there; empty where none is."""
        return next((self.parts[name] for name in names if name in self.parts), {})


@dataclass(frozen=True)
class Recognised:
    """What the registry takes a checkpoint for.

    Attributes:
        record: Record whose facts and recommended values hold.
        how: Why, in words.
        exact: The very model, not only one like it.
    """

    record: "Model"
    how: str
    exact: bool


@dataclass(frozen=True)
class OwnModel:
    """A checkpoint that is ready to be planned for.

    Attributes:
        located: Where it lies.
        loading: How to load it.
        configuration: What it says of itself.
        recognised: What the registry takes it for.
        digest: Names everything that decides pixels: weights, configurations, adapters, number format.
    """

    located: Located
    loading: Loading
    configuration: Configuration
    recognised: Recognised
    digest: str

    @property
    def record(self) -> "Model":
        """The record that it is read as."""
        return self.recognised.record
