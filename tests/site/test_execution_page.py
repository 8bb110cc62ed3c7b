"""The pages of what was proved by running it: every verdict stands on one, escaped, and none is large."""

import re
from html.parser import HTMLParser

import pytest

import dialed
from dialed.execution_facts import Asked, Row, Table, Verdict, read_table
from dialed_docs.execution_page import PATH, execution_pages, families_of, family_path
from dialed_docs.links import SiteMap
from dialed_docs.pages import site_nav

FRAME = 14_000
"""Bytes that the theme puts around a page, generously."""


class Cells(HTMLParser):
    """The rows of a page's tables, each a list of texts."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._inside = False

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        if tag == "br":
            self.rows[-1][-1] += "\n"
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self._inside = True

    def handle_endtag(self, tag):
        if tag in {"td", "th"}:
            self._inside = False

    def handle_data(self, data):
        if self._inside:
            self.rows[-1][-1] += data


def pages(table):
    return execution_pages(table, dialed.registry, SiteMap().links_of)


@pytest.fixture(scope="module")
def table():
    return read_table()


@pytest.fixture(scope="module")
def built(table):
    return pages(table)


def rows_of(text):
    cells = Cells()
    cells.feed(text)
    return cells.rows


def test_every_verdict_stands_on_the_page_of_its_family(table, built):
    words = {"used": "used", "ignored": "ignored", "refused": "refused", "unprobed": "not probed"}
    for family, rows in families_of(table, dialed.registry).items():
        text = built[family_path(family)]
        found = {row[0].split("\n")[0]: row[1:] for row in rows_of(text)}
        assert found["Setting"] == list(rows)
        for place, row in enumerate(rows.values()):
            for setting, verdict in row.verdicts.items():
                if verdict.answer != "missing":
                    assert found[setting][place].startswith(words[verdict.answer]), setting
                elif setting in found:
                    assert found[setting][place] == "–"
                else:
                    assert re.search(rf"No pipeline here takes .*>{setting}<", text), setting


def test_the_overview_has_every_family_and_every_ignored_setting(table, built):
    rows = rows_of(built[PATH])
    families = families_of(table, dialed.registry)
    counts = {row[0]: row[1:] for row in rows}
    for rows_of_family in families.values():
        totals = Table({}, rows_of_family, {}, {}).totals()
        wanted = [len(rows_of_family), *(totals[a] for a in totals)]
        assert [str(number) for number in wanted] in counts.values()
    silent = {
        s for r in table.rows.values() for s, v in r.verdicts.items() if v.answer == "ignored"
    }
    assert silent
    assert silent <= set(counts)


def test_no_page_is_large(built):
    for path, text in built.items():
        assert len(text.encode()) + FRAME <= 60_000, path


def test_settings_and_models_lead_to_their_pages(built):
    text = built["used-or-ignored/sdxl.md"]
    assert '<a href="../../settings/guidance/guidance_scale/">guidance_scale</a>' in text
    assert '<a href="../../models/sdxl/">' in text
    assert '<a href="../">' in text


def test_what_comes_from_files_is_escaped():
    evil = "<script>alert(1)</script>"
    verdicts = {"eta": Verdict("refused", f"{evil}; {evil}"), "seed": Verdict("unprobed", evil)}
    row = Row(evil, evil, ("sdxl",), verdicts, ((evil, evil, f"https://a/{evil}"),), evil)
    asked = {"eta": Asked((evil, evil)), "seed": Asked((1, 2))}
    for path, text in pages(Table({"diffusers": evil}, {evil: row}, asked, {"vae": evil})).items():
        assert "<script>" not in text, path
        assert "&lt;script&gt;" in text, path


def test_the_navigation_has_them_in_about(table):
    (about,) = [entry["About"] for entry in site_nav(dialed.registry) if "About" in entry]
    branches = [entry for entry in about if isinstance(entry, dict)]
    (listed,) = [pages for one in branches for title, pages in one.items() if "proved" in title]
    assert set(listed) == set(pages(table))
