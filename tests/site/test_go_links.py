"""Short addresses: every one is followed, on the built site too."""

import re
import time
from html import unescape
from pathlib import PurePosixPath

import pytest

from dialed import load_records
from dialed.record_registry import Registry
from dialed.suggestion import fold
from dialed_docs.go_links import go_pages, is_path
from dialed_docs.links import SiteMap, setting_page
from dialed_docs.names_view import known_names

REFRESH = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"]+)">')
LINK = re.compile(r'<a href="([^"]+)">')


@pytest.fixture(scope="module")
def pages(registry):
    return go_pages(registry, SiteMap())


def resolved(path, address):
    """Where a relative address leads from a file, as a path below the root."""
    parts = []
    for part in (PurePosixPath(path).parent / unescape(address)).parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts) + ("/" if address.endswith("/") else "")


def test_every_name_leads_to_every_guide_that_bears_it(pages, registry):
    site = SiteMap()
    for setting in registry.settings.values():
        guide = site.address(setting_page(setting.group, setting.id))
        for name in {setting.title, *known_names(setting)}:
            if not is_path(fold(name)):
                continue
            path = f"go/{fold(name)}/index.html"
            led = {resolved(path, address) for address in LINK.findall(pages[path])}
            # Where the name is the id of another setting, the id wins.
            assert guide in led or fold(name) in registry.settings, name
        own = f"go/{setting.id}/index.html"
        assert [resolved(own, a) for a in REFRESH.findall(pages[own])] == [guide]


def test_models_samplers_tools_and_checks_have_theirs(pages, registry):
    for kind in (registry.models, registry.samplers, registry.dialects):
        for identifier in kind:
            assert f"go/{identifier}/index.html" in pages
    assert resolved(
        "go/dial301/index.html", REFRESH.findall(pages["go/dial301/index.html"])[0]
    ) == ("checks/DIAL301/")


def test_what_means_several_settings_is_a_choice_with_the_tools(pages, registry):
    text = pages["go/cfgscale/index.html"]
    assert "http-equiv" not in text
    led = {resolved("go/cfgscale/index.html", a) for a in LINK.findall(text)}
    assert led == {
        "settings/guidance/guidance_scale/",
        "settings/guidance/distilled_guidance_scale/",
    }
    assert "AUTOMATIC1111" in text


def test_each_page_is_small_and_kept_out_of_search_engines(pages):
    for path, text in pages.items():
        assert '<meta name="robots" content="noindex">' in text, path
        assert len(text) < 4000, path
        if REFRESH.search(text):
            assert (
                text.count(REFRESH.findall(text)[0]) >= 2
            )  # the link for those who are not led on
            assert '<link rel="canonical"' in text


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("cfg", True),
        ("dpm++2m", True),
        ("flux.1", True),
        ("..", False),
        (".hidden", False),
        ("a/b", False),
        ("end.", False),
        ("nul", False),
        ("com1.txt", False),
        ("[freeu]blockone", False),
        ("<script>", False),
        ("a" * 200, False),
        ("", False),
        ("ü", False),
    ],
)
def test_only_names_that_are_folders_everywhere(name, good):
    assert is_path(name) is good


def test_a_renamed_record_is_found_at_its_old_address(registry):
    old = registry.settings["guidance_scale"]
    status = old.status.model_copy(update={"renamed_from": ("cfg_strength", "seed")})
    settings = {**registry.settings, "guidance_scale": old.model_copy(update={"status": status})}
    renamed = Registry({"settings": settings, "dialects": registry.dialects})
    pages = go_pages(renamed, SiteMap(), "https://example.org/")
    text = pages["settings/guidance/cfg_strength/index.html"]
    assert 'url=../guidance_scale/"' in text
    assert 'rel="canonical" href="https://example.org/settings/guidance/guidance_scale/"' in text
    # The id of a setting that there is again leads nowhere else.
    assert "settings/guidance/seed/index.html" not in pages
    files = go_pages(renamed, SiteMap(directory_urls=False))
    assert 'url=guidance_scale.html"' in files["settings/guidance/cfg_strength.html"]


def test_they_cost_less_than_a_second():
    registry = load_records()
    start = time.process_time()
    go_pages(registry, SiteMap())
    assert time.process_time() - start < 1


def test_all_are_followed_on_the_built_site(built_site):
    found = list((built_site / "go").glob("*/index.html"))
    assert len(found) > 700
    for path in found:
        for address in LINK.findall(path.read_text(encoding="utf-8")):
            there = (path.parent / unescape(address)).resolve()
            assert (there / "index.html").is_file(), (path, address)
