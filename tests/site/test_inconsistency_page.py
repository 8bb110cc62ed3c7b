"""The page of diffusers' inconsistencies: every finding stands on it, escaped, and it is small."""

from html.parser import HTMLParser

import dialed
from dialed.diffusers_inconsistencies import (
    Docstring,
    Inconsistencies,
    Place,
    Siblings,
    read_inconsistencies,
)
from dialed_docs.inconsistency_page import PATH, inconsistency_page, where
from dialed_docs.links import SiteMap
from dialed_docs.pages import site_nav

FRAME = 14_000
"""Bytes that the theme puts around a page, generously."""


class Cells(HTMLParser):
    """The number of rows and the texts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.rows, self.texts = 0, set()

    def handle_starttag(self, tag, attrs):
        self.rows += tag == "tr"

    def handle_data(self, data):
        self.texts.add(data)


def page(found):
    return inconsistency_page(found, dialed.registry, SiteMap().links_of(PATH))


def test_every_finding_stands_on_the_page():
    found = read_inconsistencies()
    text = page(found)
    cells = Cells()
    cells.feed(text)
    files = {d.place.file for d in found.docstrings}
    rows = sum(len(s.defaults) for s in found.siblings) + len(found.docstrings) + len(files)
    assert cells.rows == rows + 2  # and two rows of headings
    for siblings in found.siblings:
        for places in siblings.defaults.values():
            assert all(where(place) in cells.texts for place in places)
    assert len(text.encode()) + FRAME <= 60_000


def test_arguments_lead_to_guides():
    text = page(read_inconsistencies())
    assert '<a href="../settings/guidance/guidance_scale/"><code>guidance_scale</code></a>' in text


def test_what_comes_from_files_is_escaped():
    evil = "<script>alert(1)</script>"
    place = Place(evil, evil, 1)
    text = page(
        Inconsistencies(
            "1", [Siblings(evil, evil, {evil: [place]})], [Docstring(place, evil, evil, evil, 2)]
        )
    )
    assert "<script>" not in text
    assert text.count("&lt;script&gt;") >= 8


def test_the_navigation_has_it_under_tools():
    (tools,) = [entry["Tools"] for entry in site_nav(dialed.registry) if "Tools" in entry]
    assert PATH in tools
