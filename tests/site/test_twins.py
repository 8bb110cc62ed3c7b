"""Markdown twins: whole, without HTML, and every link of them leads somewhere."""

import re
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import pytest
from markdown import Markdown

from dialed_docs.links import SiteMap, setting_page
from dialed_docs.pages import HAND_WRITTEN, build_pages
from dialed_docs.twin_text import CODE, block, code, line, linked, plain, prose, table, twin_address
from dialed_docs.twins import FULL_LIMIT
from dialed_docs.wording import value_text

LINK = re.compile(r"(?<!\\)\]\(([^)\s]*)\)")
TAG = re.compile("<")


@pytest.fixture(scope="module")
def manifest(registry, manifest_for):
    return manifest_for(registry)


@pytest.fixture(scope="module")
def pages(registry, manifest, prose):
    return build_pages(registry, manifest, prose)


@pytest.fixture(scope="module")
def twins(pages):
    return {p: text for p, text in pages.items() if p.endswith(".twin") or p == "llms-full.txt"}


def without_code(text):
    parts = CODE.split(text)
    return " ".join(part for i, part in enumerate(parts) if i % 4 == 0)


def test_every_page_of_a_record_has_one(twins, registry):
    sources = [setting_page(s.group, s.id) for s in registry.settings.values()]
    sources += [f"models/{m}.md" for m in registry.models]
    sources += [f"samplers/{s}.md" for s in registry.samplers]
    sources += [f"tools/{d}.md" for d in registry.dialects]
    sources += [f"checks/{c}.md" for c in registry.rules]
    expected = {twin_address(SiteMap(), source).removesuffix(".md") + ".twin" for source in sources}
    assert set(twins) == {*expected, "llms-full.txt"}


def test_there_is_no_html_in_them(twins):
    for path, text in twins.items():
        found = TAG.search(without_code(text))
        assert found is None, (path, without_code(text)[found.start() - 80 : found.start() + 80])


def test_every_link_resolves(manifest, pages, twins):
    site = SiteMap()
    published = {site.address(path) for path in {*pages, *HAND_WRITTEN}} | set(pages)
    published |= {path.removesuffix(".twin") + ".md" for path in twins if path.endswith(".twin")}
    published |= {f"assets/comparisons/{f.path}" for i in manifest.images.values() for f in i.files}
    for path, text in twins.items():
        links = LINK.findall(without_code(text))
        assert links or path.startswith("checks/"), path
        for address in links:
            if not address.startswith("https://"):
                there = normpath(join(dirname(path), unquote(address)))
                ending = "/" if address.endswith("/") else ""
                assert there + ending in published, (path, address)


def test_a_guide_says_all_that_its_record_says(twins, registry):
    setting = registry.settings["clip_skip"]
    text = twins[f"settings/{setting.group}/clip_skip/index.twin"]
    assert text.startswith(f"# {setting.title}\n")
    for value in setting.values:
        assert f"`{value_text(value.value)}`" in text
        if value.evidence.url:
            assert value.evidence.url.replace("(", "%28") in text
    for alias in setting.aliases:
        assert code(alias.name).replace("|", r"\|") in text
    for heading in ("What It Does", "Values", "Names and Values in Your Tool", "Tips"):
        assert f"\n## {heading}\n" in text
    assert ".avif)" in text


def test_all_in_one_file_stays_below_two_megabytes(twins, registry):
    whole = twins["llms-full.txt"]
    assert len(whole.encode("utf-8")) < FULL_LIMIT
    for setting in registry.settings.values():
        assert f"# {plain(setting.title)}\n" in whole
    assert "](settings/sampling/num_inference_steps/index.md)" in whole


def test_the_map_names_them(registry, pages):
    text = pages["llms.txt"]
    for setting in registry.settings.values():
        assert f"([Markdown](settings/{setting.group}/{setting.id}/index.md))" in text
    assert "llms-full.txt" in text


EVIL = "</title><script>alert(1)</script> [a](javascript:alert(2)) `<b>` | x\n[r]: javascript:alert(3)\n"


@pytest.mark.parametrize("write", [prose, line, plain, lambda text: linked(text, "a b(c)")])
def test_nothing_breaks_out(write):
    html = Markdown().convert(write(EVIL))
    assert "<script" not in html
    assert 'href="javascript' not in html


@pytest.mark.parametrize("text", ["a`b", "``", "`x", "plain", "a ``` b"])
def test_code_holds_any_text(text):
    assert Markdown().convert(code(text)) == f"<p><code>{text.strip()}</code></p>"
    fenced = Markdown(extensions=["fenced_code"]).convert(block(f"```\n{text}"))
    assert fenced.count("<pre>") == 1


def test_a_bar_does_not_end_a_cell():
    html = Markdown(extensions=["tables"]).convert(table(["A"], [["a|b"], [code("c|d")]]))
    assert html.count("<td>") == 2


@pytest.mark.parametrize(
    ("directory_urls", "source", "address"),
    [
        (True, "models/bria-3.2.md", "models/bria-3.2/index.md"),
        (False, "models/bria-3.2.md", "models/bria-3.2.md"),
        (True, "checks/DIAL301.md", "checks/DIAL301/index.md"),
    ],
)
def test_addresses(directory_urls, source, address):
    assert twin_address(SiteMap(directory_urls=directory_urls), source) == address


def test_pages_name_their_twin_on_the_built_site(built_site):
    assert not list(built_site.rglob("*.twin"))
    named = 0
    for path in built_site.rglob("index.html"):
        text = path.read_text(encoding="utf-8")
        twin = re.search(
            r"<link rel=\"?\s*alternate\"? type=\"?text/markdown\"? href=\"?([^\s\">]+)", text
        )
        if twin is not None:
            assert (path.parent / twin[1]).is_file(), path
            named += 1
    assert named >= 390
