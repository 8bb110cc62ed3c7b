"""All pages around the guides that are written for readers, and the proof that their texts name what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dialed_docs.glossary_page import PATH as GLOSSARY
from dialed_docs.glossary_page import anchor_of, glossary_page
from dialed_docs.lesson_pages import INDEX as LESSONS
from dialed_docs.lesson_pages import lesson_page, lesson_path, lessons_index
from dialed_docs.links import Links
from dialed_docs.reader_types import (
    Lesson,
    Shown,
    Symptom,
    Term,
    read_glossary,
    read_lessons,
    read_symptoms,
)
from dialed_docs.shown_pictures import Views, missing_pictures
from dialed_docs.site_records import Prose, Registry
from dialed_docs.symptom_links import SECTION, items_of, symptom_path
from dialed_docs.symptom_pages import INDEX as SYMPTOMS
from dialed_docs.symptom_pages import symptom_page, symptoms_index
from dialed_generator.manifest import Manifest


@dataclass(frozen=True)
class ReaderTexts:
    """Everything that is written for readers beside the guides."""

    symptoms: tuple[Symptom, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    terms: tuple[Term, ...] = ()


def read_texts() -> ReaderTexts:
    """All texts. Raises `dialed.RecordError` where one is not what it should be."""
    return ReaderTexts(read_symptoms(), read_lessons(), read_glossary())


def reader_pages(
    texts: ReaderTexts,
    views: Views,
    registry: Registry,
    manifest: Manifest,
    links_of: Callable[[str], Links],
) -> dict[str, str | bytes]:
    """The pages of symptoms, lessons and the glossary by their paths."""
    symptoms, lessons = texts.symptoms, texts.lessons
    pages: dict[str, str | bytes] = {
        SYMPTOMS: symptoms_index(symptoms, views, registry, manifest, links_of(SYMPTOMS)),
        LESSONS: lessons_index(lessons, views, registry, manifest, links_of(LESSONS)),
        GLOSSARY: glossary_page(texts.terms, registry, links_of(GLOSSARY)),
    }
    for symptom in symptoms:
        path = symptom_path(symptom.id)
        pages[path] = symptom_page(symptom, symptoms, views, registry, manifest, links_of(path))
    for number, lesson in enumerate(lessons):
        path = lesson_path(lesson.id)
        pages[path] = lesson_page(number, lessons, views, registry, manifest, links_of(path))
    return pages


def reader_nav(texts: ReaderTexts) -> tuple[list[str], list[str]]:
    """The pages of the sections *Symptoms* and *Learn*, each with its own front page first."""
    return (
        [SYMPTOMS, *(symptom_path(symptom.id) for symptom in texts.symptoms)],
        [LESSONS, *(lesson_path(lesson.id) for lesson in texts.lessons), GLOSSARY],
    )


def text_faults(
    texts: ReaderTexts, views: Views, registry: Registry, manifest: Manifest, prose: Prose
) -> list[str]:
    """Every name in the texts that leads nowhere: settings, models, checks, items of guides, pictures."""
    return [
        *_symptom_faults(texts.symptoms, registry, prose),
        *_twice("symptom", [s.id for s in texts.symptoms]),
        *_twice("lesson", [lesson.id for lesson in texts.lessons]),
        *_twice("term", [anchor_of(term) for term in texts.terms]),
        *(
            f"lesson {lesson.id}: there is no setting {lesson.guide!r}"
            for lesson in texts.lessons
            if lesson.guide not in registry.settings
        ),
        *(
            f"term {term.term}: there is no setting {term.guide!r}"
            for term in texts.terms
            if term.guide is not None and term.guide not in registry.settings
        ),
        *(
            f"{place}: {fault}"
            for place, shown in _all_shown(texts)
            for fault in missing_pictures(shown, views, manifest)
        ),
    ]


def _symptom_faults(
    symptoms: tuple[Symptom, ...], registry: Registry, prose: Prose
) -> Iterator[str]:
    known = {symptom.id for symptom in symptoms}
    for symptom in symptoms:
        name = f"symptom {symptom.id}"
        yield from (f"{name}: no symptom {r!r}" for r in symptom.related if r not in known)
        yield from (f"{name}: no check {c}" for c in symptom.checks if c not in registry.rules)
        for cause in symptom.cause:
            if cause.setting not in registry.settings:
                yield f"{name}: there is no setting {cause.setting!r}"
            yield from (f"{name}: no model {m!r}" for m in cause.models if m not in registry.models)
            told = prose.of("settings", cause.setting).get(SECTION, "")
            if cause.item is not None and cause.item not in items_of(told):
                yield f"{name}: the guide to {cause.setting} has no item {cause.item!r} under {SECTION}"


def _twice(kind: str, names: list[str]) -> list[str]:
    return [f"{kind} {name} stands twice" for name in sorted(set(names)) if names.count(name) > 1]


def _all_shown(texts: ReaderTexts) -> Iterator[tuple[str, Shown]]:
    for symptom in texts.symptoms:
        if symptom.picture is not None:
            yield f"symptom {symptom.id}", symptom.picture
    for lesson in texts.lessons:
        for part in lesson.part:
            if part.pictures is not None:
                yield f"lesson {lesson.id}, {part.title}", part.pictures
