"""The five kinds of record: their folders, types, what a member inherits and the headings of their prose."""

from __future__ import annotations

from typing import Final, Literal

from dialed.dialect_types import Dialect
from dialed.model_types import Model
from dialed.record_base import Record
from dialed.sampler_types import Sampler, Schedule
from dialed.setting_types import Setting

Kind = Literal["settings", "models", "samplers", "schedules", "dialects"]

RECORD_TYPES: Final[dict[Kind, type[Record]]] = {
    "settings": Setting,
    "models": Model,
    "samplers": Sampler,
    "schedules": Schedule,
    "dialects": Dialect,
}
"""Folder name -> type of its records, in the order in which kinds are listed."""

SINGULAR: Final[dict[Kind, str]] = {
    "settings": "setting",
    "models": "model",
    "samplers": "sampler",
    "schedules": "schedule",
    "dialects": "dialect",
}
"""Folder name -> the word for one record; also the stem of its JSON Schema."""

NEVER_INHERITED: Final = frozenset({
    "id", "title", "summary", "abstract", "inherits", "aliases", "hub", "revision", "built_in", "base", "adapter", "status",
})  # fmt: skip
"""Fields that are about one record alone. Every other field is taken over whole where it is not stated."""

PROSE_HEADINGS: Final[dict[Kind, tuple[str, ...]]] = {
    "settings": ("What It Does", "Tips", "Under the Hood", "When It Goes Wrong"),
    "models": ("In Short",),
    "samplers": ("In Short",),
    "schedules": ("In Short",),
    "dialects": ("In Short",),
}
"""Second-level headings that the Markdown of a kind has, all of them, in this order."""

PROSE_REQUIRED: Final[frozenset[Kind]] = frozenset({"settings", "models"})
"""Kinds whose records must have a Markdown file; a family among the models needs none."""
