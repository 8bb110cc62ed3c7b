"""What a shared link shows: title, words and a picture of the site's own, in escaped attributes."""

import re

import pytest
from jinja2 import Environment, FileSystemLoader

from dialed_docs.links import setting_page
from dialed_docs.pages import build_pages

META = re.compile(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">')


@pytest.fixture(scope="module")
def card(repository):
    # As MkDocs makes its own: nothing is escaped here.
    environment = Environment(
        loader=FileSystemLoader(repository / "docs/dialed_docs/theme/partials"), autoescape=False
    )
    template = environment.get_template("social.html")

    def read(url, **meta):
        config = {"site_name": "Dialed", "site_description": "About.", "site_url": url}
        page = {"meta": meta, "title": None, "canonical_url": f"{url}a/"}
        return dict(META.findall(template.render(config=config, page=page)))

    return read


def test_a_guide_shows_its_own_picture(card):
    found = card(
        "https://example.org/x/", title="Seed", description="What.", preview="assets/a.webp"
    )
    assert found["og:title"] == "Seed"
    assert found["og:description"] == "What."
    assert found["og:image"] == "https://example.org/x/assets/a.webp"
    assert found["og:url"] == "https://example.org/x/a/"
    assert found["twitter:card"] == "summary"


def test_a_page_without_one_shows_the_strip_of_the_site(card, repository):
    found = card("https://example.org/")
    assert found["og:title"] == "Dialed"
    assert (repository / "docs" / found["og:image"].removeprefix("https://example.org/")).is_file()


def test_without_an_address_there_is_no_picture(card):
    assert "og:image" not in card("", title="Seed", preview="assets/a.webp")


def test_every_guide_with_pictures_names_a_published_one(registry, manifest_for, prose):
    manifest = manifest_for(registry)
    published = {f"assets/comparisons/{f.path}" for i in manifest.images.values() for f in i.files}
    pages = build_pages(registry, manifest, prose)
    for setting in registry.settings.values():
        text = pages[setting_page(setting.group, setting.id)]
        named = re.search(r'^preview: "([^"]+)"$', text, re.MULTILINE)
        if any(c.kind == "runs" for c in setting.comparisons):
            assert named, setting.id
        if named:
            assert named[1] in published
            assert named[1].endswith(".webp")


def test_every_built_page_has_its_words(built_site):
    for path in built_site.rglob("index.html"):
        if (built_site / "go") not in path.parents:
            text = path.read_text(encoding="utf-8")
            assert text.count("og:title") == 1, path
            assert text.count("og:description") == 1, path
