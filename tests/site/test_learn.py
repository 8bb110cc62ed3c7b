"""Lessons: five, short, each with real pictures, one thing to try and one link on."""

import itertools

import pytest

from dialed_docs.comparison_view import comparison_views
from dialed_docs.lesson_pages import words_of
from dialed_docs.links import COMPARISONS, SiteMap
from dialed_docs.reader_pages import read_texts, reader_pages
from dialed_docs.reader_types import read_lessons
from dialed_generator.manifest import read_manifest

LESSONS = read_lessons()
FEWEST, MOST = 300, 500


@pytest.fixture(scope="module")
def pages(registry, repository):
    manifest = read_manifest(repository / "docs" / COMPARISONS / "manifest.json")
    views = {
        s.id: comparison_views(s, registry, manifest, allow_missing=False)
        for s in registry.settings.values()
    }
    return reader_pages(read_texts(), views, registry, manifest, SiteMap().links_of)


def test_there_are_five():
    assert len(LESSONS) == 5


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_a_lesson_is_short(lesson):
    assert FEWEST <= words_of(lesson) <= MOST


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_a_lesson_shows_what_it_says(pages, lesson):
    text = pages[f"learn/{lesson.id}.md"]
    wanted = sum(len(part.pictures.values) for part in lesson.part if part.pictures)
    assert wanted >= 3
    assert text.count("<figure") == wanted
    assert "## Try It" in text
    assert "## Go On" in text


def test_the_first_two_stand_on_one_run_stopped_along_the_way(pages):
    for lesson in LESSONS[:2]:
        assert "step 10 of 25</code>" in pages[f"learn/{lesson.id}.md"]


def test_each_leads_to_the_next_and_the_last_to_none(pages):
    for lesson, follower in itertools.pairwise(LESSONS):
        assert f'href="../{follower.id}/"' in pages[f"learn/{lesson.id}.md"]
    assert "Next lesson" not in pages[f"learn/{LESSONS[-1].id}.md"]


def test_the_front_page_lists_them_in_order(pages):
    text = pages["learn/index.md"]
    places = [text.index(f'href="{lesson.id}/"') for lesson in LESSONS]
    assert places == sorted(places)
