"""What every record shares: the strict base class, identifiers and evidence."""

from __future__ import annotations

import datetime
import math
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints, model_validator

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=64)]
"""Canonical identifier: lower case letters, digits, ``_``, ``-`` and ``.``; the file stem of its record."""

Url = Annotated[str, StringConstraints(pattern=r"^https://[^\s<>\"']+$", max_length=400)]
"""An https address without white space or quotes."""

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
"""Text for people: never empty."""

Scalar = bool | int | float | str
"""A single setting value as records and payloads carry it."""

Number = int | float
"""A bound: an integer stays one, so that 2**64 - 1 keeps its last digit."""

Value = Scalar | tuple[Scalar, ...]
"""A setting value: one scalar, or a list of them (custom timesteps, control scales)."""


class Record(BaseModel):
    """Base of all record parts: immutable, strict about types, closed to unknown keys."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        populate_by_name=True,
        allow_inf_nan=False,
        defer_build=True,  # a look-up builds the one record type it needs, not all thirty
    )


T = TypeVar("T")
Many = Annotated[tuple[T, ...], Strict(False)]
"""A list in TOML, an immutable tuple in Python (the elements stay strict)."""


def is_finite(value: Any) -> bool:
    """Whether ``value`` is not a NaN or an infinity (anything that is not a float is)."""
    return not isinstance(value, float) or math.isfinite(value)


EvidenceKind = Literal["signature", "config", "vendor", "measured", "community"]


class Evidence(Record):
    """Where a number comes from, in a form that somebody can read again.

    Each kind has its own duty:

    * ``signature``: ``callable`` and ``argument``; a test reads the default from the installed diffusers;
    * ``config``: ``url`` of a file of the model's own repository, or of the copy of it that a tool ships
      (``file`` for the built-in model), with ``field``;
    * ``vendor``: ``url`` of a model card or the vendor's documentation;
    * ``measured``: ``comparison`` that this project's generator ran; holds only for the model of that run;
    * ``community``: ``url`` of a discussion, a tool's source or a user guide.
    """

    kind: EvidenceKind
    url: Url | None = None
    file: str | None = Field(
        default=None,
        pattern=r"^[\w.-]+(/[\w.-]+)*$",
        description="File of this repository, for the built-in model: a test reads it.",
    )
    read: datetime.date | None = Field(
        default=None, description="Day on which a person or test read it."
    )
    callable: str | None = Field(
        default=None,
        description="Dotted name below diffusers, e.g. StableDiffusionPipeline.__call__.",
    )
    argument: str | None = Field(
        default=None, description="Argument of the callable whose default it is."
    )
    field: str | None = Field(default=None, description="Key inside the configuration file.")
    comparison: str | None = Field(
        default=None, description="setting/comparison whose run measured it."
    )
    quote: Text | None = Field(
        default=None, description="The few words of the source that state it."
    )

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        needs = {
            "signature": ("callable", "argument"),
            "config": ("file", "field") if self.file else ("url", "read", "field"),
            "vendor": ("url", "read"),
            "measured": ("comparison",),
            "community": ("url", "read"),
        }[self.kind]
        missing = [name for name in needs if getattr(self, name) is None]
        if missing:
            raise ValueError(f"evidence of kind {self.kind!r} must state {', '.join(missing)}")
        return self


class Source(Record):
    """A work cited on the page: paper, specification, repository file or documentation."""

    title: Text
    url: Url
    read: datetime.date = Field(
        description="Day on which title and address were checked; it does not say the whole was read."
    )


class Status(Record):
    """Life of a record: when it came, when its meaning changed, whether something replaces it."""

    added: datetime.date
    changed: datetime.date | None = None
    reviewed: datetime.date | None = None
    deprecated: datetime.date | None = None
    replaced_by: Id | None = None
    renamed_from: Many[Id] = ()
