"""The record of a setting: what it is, what it is called, what to set it to, and what shows it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from dialed.comparison_types import Comparison
from dialed.conversion import Conversion
from dialed.record_base import (
    Evidence,
    Id,
    Many,
    Number,
    Record,
    Scalar,
    Source,
    Status,
    Text,
    Url,
    is_finite,
)

Group = Literal[
    "sampling",
    "guidance",
    "prompt",
    "size",
    "image-to-image",
    "control",
    "schedule",
    "flow",
    "refine",
    "performance",
    "output",
]
Kind = Literal["integer", "number", "flag", "choice", "text", "image", "size", "list"]
Task = Literal["text-to-image", "image-to-image", "inpainting", "control", "upscaling"]


class Limits(Record):
    """Values that can work at all (not the usual ones). Bounds are inclusive unless ``exclusive_*`` says otherwise."""

    min: Number | None = None
    max: Number | None = None
    exclusive_min: bool = False
    exclusive_max: bool = False
    multiple_of: float | None = Field(default=None, gt=0)
    choices: Many[Scalar] = ()
    max_length: int | None = Field(default=None, gt=0, description="Longest text, in characters.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not all(is_finite(bound) for bound in (self.min, self.max)):
            raise ValueError("a limit must be finite; leave it out where there is none")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        if (self.exclusive_min and self.min is None) or (self.exclusive_max and self.max is None):
            raise ValueError("an exclusive bound needs the bound")
        return self


class View(Record):
    """What a user interface should offer: slider range and step, narrower than the limits."""

    min: Number
    max: Number
    step: float = Field(gt=0)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min >= self.max:
            raise ValueError(f"the view's min {self.min} is not below its max {self.max}")
        return self


class Where(Record):
    """The place in which an alias holds; what is not stated holds everywhere in the dialect."""

    node: Many[str] = Field(default=(), description="ComfyUI node classes.")
    endpoint: Many[str] = Field(default=(), description="Endpoints of a hosted API.")
    pipeline: Many[str] = Field(
        default=(),
        description="diffusers classes (fnmatch patterns): pipelines whose call takes it, or *Scheduler "
        "whose constructor or step does, or *.method of the pipelines.",
    )
    family: Many[Id] = Field(default=(), description="Model families.")
    model: Many[Id] = ()
    task: Many[Task] = ()
    version: str | None = Field(
        default=None, description="Version specifier of the tool, e.g. >=1.9."
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not any(getattr(self, name) for name in type(self).model_fields):
            raise ValueError("an empty `where` holds everywhere; leave it out")
        return self


class Alias(Record):
    """A name that a dialect gives to this setting, with the meaning of its values."""

    dialect: Id
    name: Text
    primary: bool = Field(default=False, description="Wins where the name means several settings.")
    convert: Conversion | None = Field(
        default=None, description="Left out: the value is the canonical one."
    )
    off: Scalar | None = Field(default=None, description="Written value that means: not used.")
    default: Scalar | None = Field(
        default=None, description="What the tool itself uses, as the tool writes it."
    )
    where: Where | None = None
    note: Text | None = None
    evidence: Evidence | None = None

    @model_validator(mode="after")
    def _default_has_evidence(self) -> Self:
        if self.default is not None and self.evidence is None:
            raise ValueError(
                f"alias {self.name!r} ({self.dialect}) states a default without evidence"
            )
        return self


class ValueRange(Record):
    """A named stretch of values and the model families for which it holds."""

    label: Text
    low: Number | None = Field(default=None, alias="from")
    high: Number | None = Field(default=None, alias="to")
    values: Many[Scalar] = Field(
        default=(), description="For settings whose values are not numbers."
    )
    families: Many[Id] = Field(min_length=1)
    text: Text
    evidence: Many[Evidence] = Field(min_length=1)

    @model_validator(mode="after")
    def _states_a_stretch(self) -> Self:
        if not self.values and self.low is None and self.high is None:
            raise ValueError(f"value range {self.label!r} states neither bounds nor values")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"value range {self.label!r}: from {self.low} is above to {self.high}")
        return self


class ModelValue(Record):
    """What to set it to with one model or family. Where sources disagree there are several, one recommended."""

    model: Id = Field(description="Model or family id.")
    task: Task | None = None
    value: Scalar
    low: Number | None = None
    high: Number | None = None
    recommended: bool = False
    evidence: Evidence
    note: Text | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low {self.low} is above high {self.high}")
        return self


class Interaction(Record):
    """Another setting that changes what this one does."""

    setting: Id = Field(alias="with")
    text: Text
    comparison: Id | None = Field(
        default=None, description="Comparison of this record that shows it."
    )


class Condition(Record):
    """When something holds. All that is stated must hold at once."""

    setting: Id | None = None
    op: Literal["absent", "present", "equals", "at_most", "at_least", "in"] | None = None
    value: Scalar | None = None
    values: Many[Scalar] = ()
    families: Many[Id] = ()
    models: Many[Id] = ()
    tasks: Many[Task] = ()
    guidance: Many[Literal["none", "cfg", "embedded", "both"]] = Field(
        default=(), description="How guidance works in the model."
    )
    sampler_stochastic: bool | None = None
    dialects: Many[Id] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (self.setting is None) != (self.op is None):
            raise ValueError("a condition on a setting needs both setting and op")
        if self == Condition.model_construct():
            raise ValueError("a condition must state something")
        return self


class NoEffect(Record):
    """A case in which the setting does nothing."""

    when: Condition
    text: Text
    evidence: Evidence | None = None


class Setting(Record):
    """A setting: one thing that a person or a program can choose for a generation."""

    id: Id
    title: Text
    group: Group
    kind: Kind
    unit: Text | None = None
    summary: Text = Field(description="One or two sentences: the first thing a reader sees.")
    limits: Limits = Limits()
    view: View | None = None
    off: Scalar | None = Field(default=None, description="Canonical value that switches it off.")
    also_known_as: Many[str] = Field(
        default=(), description="Names people type that belong to no one tool."
    )
    aliases: Many[Alias] = Field(min_length=1)
    ranges: Many[ValueRange] = ()
    values: Many[ModelValue] = ()
    interactions: Many[Interaction] = ()
    does_nothing: Many[NoEffect] = ()
    comparisons: Many[Comparison] = ()
    no_picture: Text | None = Field(default=None, description="Why no picture can show it.")
    sources: Many[Source] = ()
    edit: Url | None = Field(
        default=None, description="Where a change can be proposed, if not in the record's own file."
    )
    status: Status

    @model_validator(mode="after")
    def _one_comparison_an_id(self) -> Self:
        ids = [comparison.id for comparison in self.comparisons]
        if len(set(ids)) != len(ids):
            raise ValueError("two comparisons share an id")
        return self
