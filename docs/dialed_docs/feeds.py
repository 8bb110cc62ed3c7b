"""What was added or changed, as feeds (Atom and JSON Feed) and as a page: all from the dates that records state."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from xml.etree import ElementTree as ET

from dialed.record_base import Status
from dialed_docs.links import Links, SiteMap, setting_page
from dialed_docs.rendering import page
from dialed_docs.site_records import Registry

PATH = "changes.md"
MOST_ENTRIES = 200
ATOM = "http://www.w3.org/2005/Atom"
AUTHORITY = "dialed,2026"
"""Head of every id (tag URIs, RFC 4151): ids outlive the address of the site."""
KINDS = ("settings", "models", "checks")


@dataclass(frozen=True)
class Change:
    """One record on the day on which it came or last changed."""

    kind: str
    id: str
    title: str
    summary: str
    page: str
    day: datetime.date
    is_new: bool

    @property
    def tag(self) -> str:
        """Stable id: the same for ever for this record and day."""
        return f"tag:{AUTHORITY}:{self.kind}/{self.id}/{self.day.isoformat()}"


def changes(registry: Registry) -> list[Change]:
    """Settings, models and checks by the day on which they came or last changed, the newest first."""
    found = [*_settings(registry), *_models(registry), *_checks(registry)]
    order = list(KINDS)
    return sorted(
        found, key=lambda c: (-c.day.toordinal(), order.index(c.kind), c.title.casefold())
    )


def _settings(registry: Registry) -> Iterator[Change]:
    for s in registry.settings.values():
        day, is_new = _when(s.status)
        place = setting_page(s.group, s.id)
        yield Change("settings", s.id, s.title, s.summary, place, day, is_new)


def _models(registry: Registry) -> Iterator[Change]:
    for m in registry.models.values():
        day, is_new = _when(m.status)
        yield Change("models", m.id, m.title, m.summary, f"models/{m.id}.md", day, is_new)


def _checks(registry: Registry) -> Iterator[Change]:
    for code, rule in registry.rules.items():
        title = f"{code} {rule.name}"
        yield Change("checks", code, title, rule.what, f"checks/{code}.md", rule.added, is_new=True)


def _when(status: Status) -> tuple[datetime.date, bool]:
    if status.changed is not None and status.changed > status.added:
        return status.changed, False
    return status.added, True


def changes_page(registry: Registry, links: Links) -> str:
    """The Markdown source of the page of all changes, day by day."""
    days = []
    for day, of_day in groupby(changes(registry), key=lambda change: change.day):
        kinds = []
        listed = list(of_day)
        for is_new, verb in ((True, "added"), (False, "changed")):
            for kind in KINDS:
                members = [c for c in listed if c.kind == kind and c.is_new == is_new]
                if members:
                    told = [(c.title, links.to(c.page)) for c in members]
                    kinds.append((f"{len(members)} {_counted(kind, len(members))} {verb}", told))
        days.append((day.isoformat(), kinds))
    return page(
        "changes.jinja",
        title="Changes of the Data",
        description="Settings, models and checks by the day on which they were added or changed.",
        days=days,
        feeds=[
            (kind, links.to(f"feeds/{kind}.atom"), links.to(f"feeds/{kind}.json")) for kind in KINDS
        ],
        links=links,
    )


def _counted(kind: str, number: int) -> str:
    return kind if number != 1 else kind.removesuffix("s")


def feed_files(registry: Registry, site: SiteMap, site_url: str = "") -> dict[str, bytes]:
    """An Atom and a JSON feed for each kind of record that a reader may follow.

    Args:
        registry: All records.
        site: For addresses; what is linked to is noted there.
        site_url: Where the site will stand, with a slash at the end; empty: addresses are relative to the feed.
    """
    every = changes(registry)
    files = {}
    for kind in KINDS:
        own = [change for change in every if change.kind == kind][:MOST_ENTRIES]
        for ending, write in (("atom", _atom), ("json", _json)):
            path = f"feeds/{kind}.{ending}"
            files[path] = write(kind, own, _Addresses(site.links_of(path), site_url, path))
    return files


@dataclass(frozen=True)
class _Addresses:
    """Addresses as a feed writes them: whole where the site's is known, else as seen from the feed."""

    links: Links
    root: str
    path: str

    def of(self, target: str) -> str:
        relative = self.links.to(target)
        return self.root + self.links.site.address(target) if self.root else relative

    @property
    def own(self) -> str:
        return self.root + self.path if self.root else self.path.rpartition("/")[2]


def _atom(kind: str, entries: list[Change], addresses: _Addresses) -> bytes:
    feed = ET.Element("feed", xmlns=ATOM)
    _text(feed, "id", f"tag:{AUTHORITY}:{kind}")
    _text(feed, "title", f"Dialed: {kind} added and changed")
    _text(
        feed, "updated", _moment(max((c.day for c in entries), default=datetime.date(2026, 1, 1)))
    )
    ET.SubElement(feed, "link", rel="self", type="application/atom+xml", href=addresses.own)
    ET.SubElement(feed, "link", rel="alternate", type="text/html", href=addresses.of(PATH))
    _text(ET.SubElement(feed, "author"), "name", "Dialed")
    for change in entries:
        entry = ET.SubElement(feed, "entry")
        _text(entry, "id", change.tag)
        _text(entry, "title", f"{change.title} ({'new' if change.is_new else 'changed'})")
        _text(entry, "updated", _moment(change.day))
        ET.SubElement(
            entry, "link", rel="alternate", type="text/html", href=addresses.of(change.page)
        )
        _text(entry, "summary", change.summary)
    ET.indent(feed, " ")
    written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _json(kind: str, entries: list[Change], addresses: _Addresses) -> bytes:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"Dialed: {kind} added and changed",
        "home_page_url": addresses.of(PATH),
        "feed_url": addresses.own,
        "language": "en",
        "items": [
            {
                "id": change.tag,
                "url": addresses.of(change.page),
                "title": change.title,
                "content_text": change.summary,
                "date_published" if change.is_new else "date_modified": _moment(change.day),
                "tags": ["new" if change.is_new else "changed"],
            }
            for change in entries
        ],
    }
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _text(parent: ET.Element, name: str, text: str) -> None:
    # A character that XML has none for would make the whole feed unreadable.
    ET.SubElement(parent, name).text = "".join(
        c
        if c in "\t\n"
        or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) not in {0xFFFE, 0xFFFF})
        else " "
        for c in text
    )


def _moment(day: datetime.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
