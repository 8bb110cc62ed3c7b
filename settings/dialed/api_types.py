"""The files of the static JSON API that are no records: its index and the look-up of names.

The site writes them, `dialed schema --typescript` describes them, and a test holds the two together.
"""

from __future__ import annotations

import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = 1
Kind = Literal["settings", "models", "samplers", "schedules", "dialects"]


class ApiPart(BaseModel):
    """Base: closed to unknown names, so that a new field cannot go undescribed."""

    model_config = ConfigDict(extra="forbid")


class Listed(ApiPart):
    """One record in the index."""

    id: str
    title: str
    href: str = Field(description="Path of its file below the site's root.")


class Totals(ApiPart):
    """How many there are of each."""

    settings: int
    models: int
    samplers: int
    schedules: int
    dialects: int
    pictures: int


class ApiIndex(ApiPart):
    """`/api/v1/index.json`: every record, and where the look-up of names is."""

    schema_version: Literal[1]
    updated: datetime.date | None = Field(description="Day on which a record last came or changed.")
    totals: Totals
    settings: list[Listed]
    models: list[Listed]
    samplers: list[Listed]
    schedules: list[Listed]
    dialects: list[Listed]
    aliases: str = Field(description="Path of the look-up.")


class AliasEntry(ApiPart):
    """One meaning of a name."""

    name: str = Field(description="As it is written.")
    setting: str = Field(description="Canonical id.")
    dialect: str = Field(description="Dialect id; empty for canonical ids and what people say.")
    href: str = Field(description="Address of the setting's guide.")


class ApiAliases(ApiPart):
    """`/api/v1/aliases.json`: what every name means; look up in lower case without blanks, _ and -."""

    schema_version: Literal[1]
    key: str
    total: int
    aliases: dict[str, list[AliasEntry]]
