"""The record of a model or of a family of models: facts, not advice (advice lives in the setting records)."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from dialed.record_base import Evidence, Id, Many, Record, Scalar, Source, Status, Text
from dialed.setting_types import Task


class Ignored(Record):
    """A setting that this model does not use, and why."""

    setting: Id
    why: Text
    evidence: Evidence


class Pipeline(Record):
    """The diffusers pipeline class that serves one task."""

    task: Task
    name: Text


class NativeSize(Record):
    """A size the model was trained at, in pixels."""

    width: int = Field(gt=0)
    height: int = Field(gt=0)


class TextEncoder(Record):
    """One text encoder and how many tokens it reads."""

    name: Text
    tokens: int = Field(gt=0)


class Memory(Record):
    """The least GPU memory with which a source ran the model, and how it was loaded there."""

    gigabytes: float = Field(gt=0, description="As the source writes it: GB or GiB.")
    using: Text = Field(description="Precision, quantization or offload with which that holds.")
    evidence: Evidence


class Model(Record):
    """A model or, where ``abstract``, a family. Members inherit every field they do not state (``inherits``)."""

    id: Id
    title: Text
    abstract: bool = Field(
        default=False, description="A family: holds facts for members, is no model itself."
    )
    inherits: Id | None = Field(
        default=None, description="Family or model whose fields are taken over."
    )
    family: Id
    summary: Text
    aliases: Many[str] = Field(
        default=(), description="Hub repositories and the names people type."
    )
    architecture: Literal["unet", "dit", "mmdit", "other"]
    text_to_image: bool = True
    pipelines: Many[Pipeline] = Field(min_length=1)
    native_sizes: Many[NativeSize] = Field(min_length=1)
    size_multiple: int = Field(gt=0)
    prediction: Literal["epsilon", "v_prediction", "sample", "flow"]
    distilled: bool
    guidance: Literal["none", "cfg", "embedded", "both"] = Field(
        description="none: no guidance at all; cfg: classifier-free; embedded: distilled into the model."
    )
    cfg_argument: str | None = Field(
        default="guidance_scale",
        validate_default=True,
        description="diffusers argument that carries classifier-free guidance. None (in TOML an empty text) where no "
        "argument does; always none where guidance is embedded only.",
    )
    embedded_argument: str | None = Field(
        default=None, description="diffusers argument that carries embedded guidance."
    )
    guidance_offset: float = Field(
        default=0.0, description="canonical guidance_scale = diffusers value + offset (Z-Image: 1)."
    )
    sampler: Id = Field(description="Sampler of the published scheduler config.")
    schedule: Id
    scheduler_arguments: dict[str, Scalar] = Field(
        default_factory=dict, description="Scheduler arguments of the published config that matter."
    )
    ignores: Many[Ignored] = ()
    text_encoders: Many[TextEncoder] = ()
    memory: Memory | None = Field(
        default=None, description="Least GPU memory that a source states."
    )
    licence: Text
    hub: str | None = Field(default=None, pattern=r"^[\w.-]+/[\w.-]+$")
    revision: str | None = Field(default=None, pattern=r"^[0-9a-f]{40}$")
    built_in: bool = False
    base: Id | None = Field(
        default=None, description="Model that this one is put on, where it is an adapter."
    )
    adapter: Literal["lora", "controlnet"] | None = Field(
        default=None, description="What is put on the base."
    )
    evidence: Many[Evidence] = Field(min_length=1, description="Where the facts above were read.")
    sources: Many[Source] = ()
    status: Status

    # A validator that runs before all others would make pydantic forget that it reads JSON, and refuse the dates.
    @field_validator("cfg_argument")
    @classmethod
    def _no_argument_is_none(cls, argument: str | None, info: ValidationInfo) -> str | None:
        """TOML cannot say none, and a family's argument would be taken over: what is embedded only has none."""
        return None if info.data.get("guidance") == "embedded" else argument or None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.revision is not None and self.hub is None:
            raise ValueError("a revision without a hub repository")
        if self.guidance in {"embedded", "both"} and self.embedded_argument is None:
            raise ValueError("a model with embedded guidance names the argument that carries it")
        if (self.base is None) != (self.adapter is None):
            raise ValueError(
                "an adapter names its base, and a model with a base what it puts there"
            )
        return self
