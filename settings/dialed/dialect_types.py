"""The record of a dialect: a tool's way to write settings."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dialed.record_base import Id, Many, Record, Source, Status, Text, Url


class OtherArgument(Record):
    """A name in this dialect that is no setting, and what it is instead."""

    name: Text
    role: Literal["input", "output", "callback", "embedding", "internal", "prompt-part"]


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
    ignores_unknown: bool = Field(
        default=False, description="Unknown names are dropped without a word."
    )
    other_arguments: Many[OtherArgument] = ()
    sources: Many[Source] = ()
    status: Status
