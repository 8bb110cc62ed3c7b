"""The files of the static JSON API that are no records: its index, the look-up of names, and what was proved by running.

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
    openapi: str = Field(description="Path of the description of the API, OpenAPI 3.1.")


class ApiListing(ApiPart):
    """`/api/v1/<kind>/index.json`: the records of one kind."""

    schema_version: Literal[1]
    updated: datetime.date | None = Field(description="Day on which one last came or changed.")
    record: Kind
    total: int
    records: list[Listed]


class AliasEntry(ApiPart):
    """One meaning of a name."""

    name: str = Field(description="As it is written.")
    setting: str = Field(description="Canonical id.")
    dialect: str = Field(description="Dialect id; empty for canonical ids and what people say.")
    href: str = Field(description="Address of the setting's guide.")


class ApiAliases(ApiPart):
    """`/api/v1/aliases.json`: what every name means; look up in lower case without blanks, _ and -."""

    schema_version: Literal[1]
    updated: datetime.date | None = Field(description="Day on which a record last came or changed.")
    key: str
    total: int
    aliases: dict[str, list[AliasEntry]]


class DialectAlias(ApiPart):
    """One meaning of a name in one dialect."""

    name: str = Field(description="As it is written.")
    setting: str = Field(description="Canonical id.")
    primary: bool = Field(description="Wins where the name means several settings.")
    own: bool = Field(description="Named by the dialect itself, not by the one it is like.")
    converts: bool = Field(description="Its values are not the canonical ones.")
    where: dict[str, str | list[str]] = Field(
        description="The place in which it holds; empty: everywhere."
    )
    href: str = Field(description="Address of the setting's guide.")


class ApiDialectAliases(ApiPart):
    """`/api/v1/aliases/<dialect>.json`: what every name means in one dialect."""

    schema_version: Literal[1]
    updated: datetime.date | None = Field(description="Day on which a record last came or changed.")
    dialect: str
    key: str
    total: int
    aliases: dict[str, list[DialectAlias]]


class ExecutionAnswer(ApiPart):
    """What a run of a pipeline with two values of a setting showed."""

    answer: Literal["used", "ignored", "refused", "missing", "unprobed"]
    detail: str = Field(description="Where the value was written, or why there is no other answer.")


class ExecutionModel(ApiPart):
    """What the pipeline of one model answered; a setting that is absent has no argument there."""

    pipeline: str = Field(description="diffusers class that ran.")
    task: str
    stands_for: list[str] = Field(description="Ids of models.")
    note: str
    answers: dict[str, ExecutionAnswer]


class ApiExecution(ApiPart):
    """`/api/v1/execution.json`: which settings pipelines use, found out by running them."""

    schema_version: Literal[1]
    updated: datetime.date | None = Field(description="Day on which a record last came or changed.")
    versions: dict[str, str] = Field(description="Package and version that ran.")
    total: int
    models: dict[str, ExecutionModel]
