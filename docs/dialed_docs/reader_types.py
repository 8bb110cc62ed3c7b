"""The reader's texts around the guides: symptoms, lessons and the glossary. Typed, read from TOML beside this module."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Self, TypeVar

from pydantic import Field, Strict, StringConstraints, ValidationError, model_validator

from dialed.errors import RecordError
from dialed.record_base import Id, Many, Record, Scalar, Text

TEXTS = Path(__file__).parent / "texts"

CheckCode = Annotated[str, StringConstraints(pattern=r"^DIAL\d{3}$")]
SweptValue = Scalar | Annotated[tuple[Scalar, ...], Strict(False)]


class Shown(Record):
    """Published pictures, named by what made them: a comparison, its values, and prompt and seed where not the first."""

    setting: Id
    comparison: Id
    values: Many[SweptValue] = Field(min_length=1, description="One of each axis for a grid.")
    text: Text = Field(description="What can be seen.")
    model: Id | None = None
    prompt: Id | None = None
    seed: int | None = None


class Cause(Record):
    """One likely cause of a symptom: a setting and what to do with it."""

    setting: Id
    item: Text | None = Field(
        default=None,
        description="The item of the guide's *When It Goes Wrong* that says the same.",
    )
    why: Text
    look: Text = Field(description="The value to look for.")
    cure: Text
    models: Many[Id] = ()
    where: Text | None = Field(default=None, description="What it holds for, beside the models.")

    @model_validator(mode="after")
    def _says_for_whom(self) -> Self:
        if not self.models and self.where is None:
            raise ValueError("a cause must say for which models it holds (models, where)")
        return self


class Symptom(Record):
    """What somebody sees, and the causes of it, the likeliest first."""

    id: Id
    title: Text
    also: Many[Text] = Field(min_length=1, description="Other words for it, for the search.")
    see: Text
    picture: Shown | None = None
    no_picture: Text | None = Field(default=None, description="Why there is no picture.")
    checks: Many[CheckCode] = ()
    related: Many[Id] = ()
    cause: Many[Cause] = Field(min_length=2)

    @model_validator(mode="after")
    def _shows_or_says_why_not(self) -> Self:
        if (self.picture is None) == (self.no_picture is None):
            raise ValueError("a symptom has either a picture or a reason why it has none")
        return self


class Part(Record):
    """A piece of a lesson: a heading, prose in Markdown, and pictures under it."""

    title: Text
    text: Text
    pictures: Shown | None = None


class Lesson(Record):
    """One short lesson."""

    id: Id
    title: Text
    summary: Text
    part: Many[Part] = Field(min_length=2)
    attempt: Text = Field(alias="try", description="One small thing to try, in Markdown.")
    guide: Id = Field(description="The setting whose guide goes on from here.")
    onward: Text = Field(alias="next", description="Why to go there.")


class Term(Record):
    """A word of the glossary; its guide is the setting that it belongs to."""

    term: Text
    text: Text
    also: Many[Text] = ()
    guide: Id | None = None


class _Symptoms(Record):
    symptom: Many[Symptom]


class _Lessons(Record):
    lesson: Many[Lesson]


class _Glossary(Record):
    term: Many[Term]


T = TypeVar("T", bound=Record)


def read_symptoms(folder: Path = TEXTS) -> tuple[Symptom, ...]:
    """All symptoms in reading order.

    Raises:
        RecordError: The file is no TOML or says something else than a symptom has; all faults at once.
    """
    return _read(folder / "symptoms.toml", _Symptoms).symptom


def read_lessons(folder: Path = TEXTS) -> tuple[Lesson, ...]:
    """All lessons in order. Raises `RecordError` as `read_symptoms` does."""
    return _read(folder / "lessons.toml", _Lessons).lesson


def read_glossary(folder: Path = TEXTS) -> tuple[Term, ...]:
    """All terms from A to Z. Raises `RecordError` as `read_symptoms` does."""
    return tuple(
        sorted(_read(folder / "glossary.toml", _Glossary).term, key=lambda t: t.term.casefold())
    )


def _read(path: Path, kind: type[T]) -> T:
    try:
        return kind.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise RecordError([f"{path.name}: {error}"]) from error
    except ValidationError as error:
        faults = [
            f"{path.name}: {'.'.join(str(place) for place in fault['loc'])}: {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False)
        ]
        raise RecordError(faults) from error
