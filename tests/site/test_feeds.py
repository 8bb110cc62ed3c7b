"""Feeds of what changed: valid, with ids that stay, and the page made from the same data."""

import datetime
import json
import re
from xml.etree import ElementTree as ET

import pytest

from dialed.record_registry import Registry
from dialed_docs.feeds import KINDS, MOST_ENTRIES, PATH, changes, changes_page, feed_files
from dialed_docs.links import SiteMap

ATOM = "{http://www.w3.org/2005/Atom}"
TAG_URI = re.compile(r"tag:[a-z0-9.-]+,\d{4}(-\d\d){0,2}:[\w.~!$&'()*+,;=:@/?%-]+")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ROOT = "https://example.org/guide/"


def one(parent, name):
    (found,) = parent.findall(ATOM + name)
    return found


@pytest.fixture(scope="module", params=["", ROOT])
def files(request, registry):
    return request.param, feed_files(registry, SiteMap(), request.param)


def test_there_are_two_feeds_for_each_kind(files):
    assert set(files[1]) == {f"feeds/{kind}.{e}" for kind in KINDS for e in ("atom", "json")}


def test_atom_has_all_that_rfc_4287_asks_for(files):
    root, written = files
    for kind in KINDS:
        feed = ET.fromstring(written[f"feeds/{kind}.atom"])
        assert feed.tag == f"{ATOM}feed"
        assert TAG_URI.fullmatch(one(feed, "id").text)
        assert one(feed, "title").text
        assert MOMENT.fullmatch(one(feed, "updated").text)
        assert one(one(feed, "author"), "name").text
        links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
        assert links["self"] == (f"{root}feeds/{kind}.atom" if root else f"{kind}.atom")
        entries = feed.findall(f"{ATOM}entry")
        assert 0 < len(entries) <= MOST_ENTRIES
        ids = [one(entry, "id").text for entry in entries]
        assert len(set(ids)) == len(ids)
        for entry in entries:
            assert TAG_URI.fullmatch(one(entry, "id").text)
            assert one(entry, "title").text
            assert one(entry, "summary").text
            assert MOMENT.fullmatch(one(entry, "updated").text)
            (link,) = entry.findall(f"{ATOM}link")
            assert (link.get("rel"), link.get("type")) == ("alternate", "text/html")
            assert link.get("href").startswith(root or "../")
        dates = [one(entry, "updated").text for entry in entries]
        assert dates == sorted(dates, reverse=True)
        assert one(feed, "updated").text == dates[0]


def test_json_says_the_same(files):
    _, written = files
    for kind in KINDS:
        feed = json.loads(written[f"feeds/{kind}.json"])
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        entries = ET.fromstring(written[f"feeds/{kind}.atom"]).findall(f"{ATOM}entry")
        assert [item["id"] for item in feed["items"]] == [one(e, "id").text for e in entries]
        for item, entry in zip(feed["items"], entries, strict=True):
            assert item["url"] == one(entry, "link").get("href")
            assert (
                item.get("date_published", item.get("date_modified")) == one(entry, "updated").text
            )


def test_a_change_comes_first_and_has_an_id_of_its_own(registry):
    old = registry.settings["seed"]
    day = datetime.date(2027, 1, 2)
    status = old.status.model_copy(update={"changed": day})
    title = old.model_copy(update={"status": status, "title": "A & <b>\x02"})
    newer = Registry({"settings": {**registry.settings, "seed": title}})
    feed = ET.fromstring(feed_files(newer, SiteMap())["feeds/settings.atom"])
    first = feed.findall(f"{ATOM}entry")[0]
    assert one(first, "title").text == "A & <b>  (changed)"
    assert one(first, "id").text.endswith("settings/seed/2027-01-02")
    before = {change.tag for change in changes(registry)}
    after = {change.tag for change in changes(newer) if change.kind == "settings"}
    assert len(after - before) == 1


def test_ids_do_not_depend_on_the_address(registry):
    ids = [
        [
            item["id"]
            for item in json.loads(feed_files(registry, SiteMap(), root)["feeds/models.json"])[
                "items"
            ]
        ]
        for root in ("", ROOT)
    ]
    assert ids[0] == ids[1]


def test_the_page_lists_every_change_once(registry):
    site = SiteMap()
    text = changes_page(registry, site.links_of(PATH))
    links = re.findall(r'<a href="([^"]+)">', text)
    for change in changes(registry):
        assert links.count(site.links_of(PATH).to(change.page)) == 1, change.id
    for kind in KINDS:
        assert f"../feeds/{kind}.atom" in links
    assert f"{len(registry.settings)} settings added" in text
