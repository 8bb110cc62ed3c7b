"""The record of a dialect: a tool's way to write settings."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dialed.record_base import Id, Many, Record, Source, Status, Text, Url

Role = Literal[
    "input",
    "output",
    "callback",
    "embedding",
    "internal",
    "prompt-part",
    "prompt-handling",
    "other-medium",
    "own-method",
]
"""What an argument is that is no setting of this catalogue.

``input``: pictures, masks, latents, labels. ``output``: form of the result. ``embedding``: encoded prompts and their
masks. ``internal``: how it is computed, not what. ``prompt-part``: a further text. ``prompt-handling``: how texts are
cleaned, templated or rewritten. ``other-medium``: a setting of pipelines for video, sound, text, solids or proteins.
``own-method``: a setting of one method or model family alone, for which no other tool has a word.
"""


class OtherArgument(Record):
    """A name in this dialect that is no setting, and what it is instead."""

    name: Text
    role: Role = Field(description="What it is instead of a setting.")
    pipelines: Many[str] = Field(
        default=(),
        description="Classes (fnmatch patterns) that alone take it; elsewhere the name means nothing.",
    )


class Dialect(Record):
    """A tool's or service's way to name settings and to write values."""

    id: Id
    title: Text
    kind: Literal["library", "application", "api", "file"]
    summary: Text
    homepage: Url
    written_as: Text = Field(
        description="Where settings stand: keyword arguments, last line of infotext, ..."
    )
    like: Id | None = Field(
        default=None,
        description="Dialect that it took its names from: what it does not name itself is called as there.",
    )
    ignores_unknown: bool = Field(
        default=False, description="Unknown names are dropped without a word."
    )
    other_arguments: Many[OtherArgument] = ()
    sources: Many[Source] = ()
    status: Status
