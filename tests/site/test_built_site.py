"""The built site as files: what `mkdocs build --strict` does not look at, because pages hold raw HTML."""

import gzip
import json
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

from dialed.execution_facts import read_table
from dialed_docs.comparison_view import MOST_NUMBERS
from dialed_docs.execution_page import families_of, family_path
from dialed_docs.model_values import MOST_ROWS
from dialed_docs.name_pages import name_parts
from dialed_docs.pages import HAND_WRITTEN
from dialed_docs.reader_pages import read_texts, reader_nav
from dialed_docs.tool_pages import second_pages

KB = 1000
PAGE_LIMIT = 60 * KB
SCRIPT_LIMIT = 6 * KB
INDEX_LIMIT = 45 * KB


class Page(HTMLParser):
    """Addresses, anchors and faults of one page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.unnamed: list[str] = []
        self.unsized: list[str] = []
        self.repeated: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        if identifier := values.get("id"):
            if identifier in self.anchors:
                self.repeated.append(identifier)
            self.anchors.add(identifier)
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag == "link" and values.get("rel") != "canonical" and "href" in values:
            self.loaded.append(values["href"])
        if "src" in values:
            self.loaded.append(values["src"])
        if "srcset" in values:
            self.loaded += [part.split()[0] for part in values["srcset"].split(",")]
        if tag == "img":
            if "alt" not in values:
                self.unnamed.append(values.get("src", ""))
            if not ("width" in values and "height" in values):
                self.unsized.append(values.get("src", ""))

    handle_startendtag = handle_starttag


@pytest.fixture(scope="module")
def pages(built_site) -> dict[Path, Page]:
    found = {path: Page(path.read_text(encoding="utf-8")) for path in built_site.rglob("*.html")}
    short = built_site / "go"  # tests of their own follow these
    return {
        path: page
        for path, page in found.items()
        if path.name != "404.html" and short not in path.parents
    }


def is_foreign(address: str) -> bool:
    return "//" in address or address.startswith(("data:", "mailto:"))


def target(site: Path, path: Path, address: str) -> Path:
    found = (path.parent / unquote(address)).resolve() if address else path
    if address.startswith("/"):
        found = site / address.lstrip("/")
    return found / "index.html" if found.is_dir() or address.endswith("/") else found


def test_every_link_picture_and_anchor_is_there(built_site, pages):
    broken = []
    for path, page in pages.items():
        for address in {*page.links, *page.loaded}:
            plain, anchor = urldefrag(address)
            if is_foreign(address):
                continue
            there = target(built_site, path, plain)
            if not there.is_file():
                broken.append(f"{path.relative_to(built_site)}: {address}")
            # An anchor with = is a value for the slider of the page, not an element.
            elif (
                anchor
                and "=" not in anchor
                and there in pages
                and unquote(anchor) not in pages[there].anchors
            ):
                broken.append(f"{path.relative_to(built_site)}: {address} (no such anchor)")
    assert broken == []


def test_deep_links_to_a_slider_name_a_value_that_it_has(pages):
    for path, page in pages.items():
        text = path.read_text(encoding="utf-8")
        for address in page.links:
            if address.startswith("#") and "=" in address:
                setting, value = unquote(address[1:]).split("=", 1)
                assert f"data-dial={setting}" in text, path
                assert json.dumps(value, ensure_ascii=False) in text, path


def test_every_record_has_a_built_page(built_site, registry, pages):
    expected = {
        "index.html",
        "diffusers-inconsistencies/index.html",
        "used-or-ignored/index.html",
        "changes/index.html",
    }
    proofs = [family_path(family) for family in families_of(read_table(), registry)]
    expected |= {f"{page.removesuffix('.md')}/index.html" for page in proofs}
    expected |= {f"{page.removesuffix('.md')}/index.html" for page in HAND_WRITTEN}
    expected |= {f"{p.removesuffix('.md')}/index.html" for p in second_pages(registry)}
    expected |= {"paste/index.html", "explore/index.html", "samplers/translator/index.html"}
    expected |= {f"{p.removesuffix('.md')}/index.html" for p in name_parts(registry).values()}
    expected |= {f"{k}/index.html" for k in ("settings", "models", "samplers", "tools", "checks")}
    around = [page for section in reader_nav(read_texts()) for page in section]
    expected |= {f"{p.removesuffix('.md').removesuffix('/index')}/index.html" for p in around}
    expected |= {f"settings/{s.group}/{s.id}/index.html" for s in registry.settings.values()}
    expected |= {f"models/{m}/index.html" for m in registry.models}
    expected |= {f"samplers/{s}/index.html" for s in registry.samplers}
    expected |= {f"tools/{d}/index.html" for d in registry.dialects}
    expected |= {f"checks/{code}/index.html" for code in registry.rules}
    for setting in registry.settings.values():
        folder = f"settings/{setting.group}/{setting.id}"
        if len(setting.values) > MOST_ROWS:
            expected.add(f"{folder}/values/index.html")
        for comparison in setting.comparisons:
            long = len(comparison.axes[0].values) > MOST_NUMBERS
            if long and comparison.measure and comparison.kind == "runs":
                expected.add(f"{folder}/{comparison.id}-numbers/index.html")
            cells = 1
            for axis in comparison.axes:
                cells *= len(axis.values)
            if comparison.kind == "grid" and cells > 12:
                expected.add(f"settings/{setting.group}/{setting.id}/{comparison.id}/index.html")
    assert {path.relative_to(built_site).as_posix() for path in pages} == expected


def test_pages_load_nothing_from_another_host(pages):
    for path, page in pages.items():
        assert [a for a in page.loaded if is_foreign(a) and not a.startswith("data:")] == [], path


def test_every_picture_has_its_size_and_its_words(pages):
    for path, page in pages.items():
        own = [src for src in page.unsized if not src.endswith("mark.svg")]
        assert (own, page.unnamed) == ([], []), path


def test_ids_are_unique(pages):
    for path, page in pages.items():
        assert page.repeated == [], path


def test_every_page_is_small(built_site, pages):
    sizes = {path.relative_to(built_site).as_posix(): path.stat().st_size for path in pages}
    assert {path: size for path, size in sizes.items() if size > PAGE_LIMIT} == {}


def test_our_own_script_is_small(built_site):
    assert len(gzip.compress((built_site / "assets/dialed.js").read_bytes())) <= SCRIPT_LIMIT


def test_the_search_index_is_small_and_knows_every_name(built_site, registry):
    content = (built_site / "search/search_index.json").read_bytes()
    assert len(gzip.compress(content)) <= INDEX_LIMIT
    docs = {doc["location"]: doc for doc in json.loads(content)["docs"]}
    for setting in registry.settings.values():
        tags = docs[f"settings/{setting.group}/{setting.id}/"]["tags"]
        for alias in setting.aliases:
            assert alias.name.replace("&", "&amp;") in tags


def test_the_page_builder_itself_is_not_published(built_site):
    assert [p.name for p in built_site.rglob("*") if p.suffix in {".py", ".jinja", ".pyc"}] == []


def test_json_is_published(built_site):
    for path in (built_site / "api").rglob("*.json"):
        told = json.loads(path.read_bytes())
        assert told.get("schema_version", told.get("x-schema-version")) == 1, path
