"""How a value written in one dialect becomes the canonical value, and back.

A name alone is not a translation: clip skip 2 in A1111 is -2 in ComfyUI and 1 in diffusers. Every alias therefore
names its conversion. ``linear`` and ``table`` are pure data; ``function`` names one of the few conversions that need
other settings too (they live in code and are tested there).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dialed.record_base import Many, Record, Scalar, Text


class Linear(Record):
    """canonical = factor * written + offset; the inverse is exact because factor is never 0."""

    how: Literal["linear"]
    factor: float = 1.0
    offset: float = 0.0

    @model_validator(mode="after")
    def _invertible(self) -> Self:
        if self.factor == 0:
            raise ValueError("a linear conversion with factor 0 cannot be undone")
        return self


class TableRow(Record):
    """One pair of a table: what the dialect writes, and the canonical value."""

    written: Scalar
    canonical: Scalar


class Table(Record):
    """A finite list of pairs; the first row with a canonical value is the one written back."""

    how: Literal["table"]
    rows: Many[TableRow] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_meaning_each(self) -> Self:
        written = [repr(row.written) for row in self.rows]
        if twice := next((text for text in written if written.count(text) > 1), None):
            raise ValueError(f"{twice} stands twice among the written values of the table")
        return self


class Names(Record):
    """The value is a name that sampler, schedule or model records list for this dialect.

    ``combined`` says that one written name may state sampler and schedule together ("DPM++ 2M Karras").
    """

    how: Literal["names"]
    of: Literal["samplers", "schedules", "models"]
    combined: bool = False


class Pair(Record):
    """One text states two settings: ``512x768`` is width and height."""

    how: Literal["pair"]
    parts: Many[str] = Field(min_length=2, max_length=2)
    separator: Text = "x"


class Function(Record):
    """A named conversion in code, for meanings that depend on other settings (``steps_run``: steps x strength)."""

    how: Literal["function"]
    name: Literal[
        "steps_run",
        "hires_steps_asked",
        "share_of_steps",
        "generator_seed",
        "text_seed",
        "whole_number",
        "first_pass_size",
    ]


Conversion = Annotated[Linear | Table | Names | Pair | Function, Field(discriminator="how")]
