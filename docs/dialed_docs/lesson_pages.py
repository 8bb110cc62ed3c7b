"""Learn: five short lessons from noise to image, each with published pictures and one small thing to try."""

from __future__ import annotations

from collections.abc import Sequence

from dialed_docs.guide_page import Named
from dialed_docs.links import Links
from dialed_docs.prose_html import line, prose
from dialed_docs.reader_types import Lesson
from dialed_docs.rendering import page
from dialed_docs.shown_pictures import Views, shown_view
from dialed_docs.site_records import Registry
from dialed_generator.manifest import Manifest

INDEX = "learn/index.md"


def lesson_path(identifier: str) -> str:
    """Source path of a lesson."""
    return f"learn/{identifier}.md"


def lessons_index(
    lessons: Sequence[Lesson], views: Views, registry: Registry, manifest: Manifest, links: Links
) -> str:
    """The Markdown source of the list of lessons."""
    first = [next((p.pictures for p in lesson.part if p.pictures), None) for lesson in lessons]
    return page(
        "lessons_index.jinja",
        title="Learn",
        description="From noise to image in five short lessons with real pictures.",
        hide=["toc"],
        lessons=[
            (
                lesson,
                links.to(lesson_path(lesson.id)),
                shown and shown_view(shown, views, registry, manifest, links),
            )
            for lesson, shown in zip(lessons, first, strict=True)
        ],
        links=links,
    )


def lesson_page(
    number: int,
    lessons: Sequence[Lesson],
    views: Views,
    registry: Registry,
    manifest: Manifest,
    links: Links,
) -> str:
    """The Markdown source of one lesson; `number` counts from 0."""

    def guide_link(name: str) -> str | None:
        return links.setting(registry, name)

    lesson = lessons[number]
    known = registry.settings.get(lesson.guide)
    return page(
        "lesson.jinja",
        title=lesson.title,
        description=lesson.summary,
        boost=0.6,
        lesson=lesson,
        number=number + 1,
        count=len(lessons),
        parts=[
            (
                part.title,
                prose(part.text, guide_link),
                part.pictures and shown_view(part.pictures, views, registry, manifest, links),
            )
            for part in lesson.part
        ],
        attempt=prose(lesson.attempt, guide_link),
        onward=line(lesson.onward),
        guide=Named(known.title if known else lesson.guide, guide_link(lesson.guide)),
        follows=[
            Named(other.title, links.to(lesson_path(other.id)))
            for other in lessons[number + 1 : number + 2]
        ],
        links=links,
    )


def words_of(lesson: Lesson) -> int:
    """Words that a reader of the lesson reads."""
    parts = [part.text for part in lesson.part]
    told = [part.pictures.text for part in lesson.part if part.pictures]
    return sum(len(t.split()) for t in (*parts, *told, lesson.attempt, lesson.onward))
