"""The explorer: choose, move, pin, compare, copy, and the same again from its address."""

import json
from urllib.parse import parse_qs, urldefrag

import pytest

from dialed_docs.comparison_view import comparison_views
from dialed_docs.explorer_page import PATH, explorer_data, explorer_page
from dialed_docs.links import SiteMap
from dialed_docs.pictures import seeds_of
from dialed_docs.side_by_side import partners

ADDRESS = "/explore/"
GRID = "num_inference_steps/steps-and-guidance"
STEPS = "num_inference_steps/separate-runs"


@pytest.fixture(scope="module")
def views(registry, manifest_for):
    manifest = manifest_for(registry)
    return {
        s.id: comparison_views(s, registry, manifest, allow_missing=False)
        for s in registry.settings.values()
    }


def test_the_list_holds_every_comparison_with_rows_that_are_written(registry, views):
    links = SiteMap().links_of(PATH)
    data = json.loads(explorer_data(registry, views, links))
    declared = {f"{s.id}/{c.id}": c for s in registry.settings.values() for c in s.comparisons}
    assert set(data) == set(declared)
    for name, entry in data.items():
        comparison = declared[name]
        assert [m["id"] for m in entry["models"]] == list(comparison.models)
        assert [len(a["labels"]) for a in entry["axes"]] == [len(a.values) for a in comparison.axes]
        assert entry["seeds"] == [str(s) for s in seeds_of(comparison)]
        setting, _, identifier = name.partition("/")
        folder = f"settings/{registry.settings[setting].group}/{setting}/{identifier}"
        assert all(m["rows"] == f"../{folder}/{m['id']}/" for m in entry["models"])
        for start, axis in zip(entry["start"], comparison.axes, strict=True):
            assert 0 <= start < len(axis.values)


def test_the_page_links_every_comparison_to_its_guide(registry, views):
    text = explorer_page(registry, views, SiteMap().links_of(PATH))
    for setting in registry.settings.values():
        for comparison in setting.comparisons:
            assert f'data-c="{setting.id}/{comparison.id}"' in text
            assert f"{setting.group}/{setting.id}/#{comparison.id}" in text


def test_models_stand_side_by_side_where_they_share_prompt_seed_and_values(views):
    steps = next(v for v in views["num_inference_steps"] if v.anchor == "separate-runs")
    found = partners(steps, views["num_inference_steps"])
    assert [(v.anchor, v.model) for v in found] == [("distilled-runs", "vignette-turbo")]
    film = next(v for v in views["num_inference_steps"] if v.comparison.kind == "filmstrip")
    assert partners(film, views["num_inference_steps"]) == []


def pictures(page):
    return [path for path in page.asked if path.endswith((".avif", ".webp"))]


def words(page):
    return page.locator("[data-left-words]").inner_text()


def at(page):
    return parse_qs(urldefrag(page.url)[1])["at"]


@pytest.mark.browser
def test_no_picture_and_no_list_is_loaded_before_it_is_asked_for(visit):
    page = visit(ADDRESS)
    assert pictures(page) == []
    assert not any(path.endswith(".json") and "/explore/" in path for path in page.asked)
    page.locator("select[name=c]").select_option(GRID)
    page.locator("[data-left] img").wait_for()
    page.wait_for_load_state("networkidle")
    assert len(set(pictures(page))) == 1
    assert (page.foreign, page.faults) == ([], [])


@pytest.mark.browser
def test_arrow_keys_move_along_both_axes_and_the_address_follows(visit):
    page = visit(f"{ADDRESS}#c={GRID}&at=8|4")
    page.locator("[data-left] img").wait_for()
    assert words(page) == "num_inference_steps = 8, guidance_scale = 4"
    outputs = page.locator("[data-axes] output")
    assert outputs.all_inner_texts() == ["8", "4"]
    page.locator("[data-stage]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelectorAll('[data-axes] output')[1].value !== '4'")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("document.querySelectorAll('[data-axes] output')[0].value !== '8'")
    moved = outputs.all_inner_texts()
    assert at(page) == ["|".join(moved)]
    page.wait_for_function(
        "w => document.querySelector('[data-left-words]').textContent === w",
        arg=f"num_inference_steps = {moved[0]}, guidance_scale = {moved[1]}",
    )
    slider = page.locator("[data-axes] input").first
    slider.focus()
    page.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext") == outputs.first.inner_text()
    assert page.faults == []


@pytest.mark.browser
def test_pin_difference_and_the_whole_state_survive_a_reload(visit):
    page = visit(f"{ADDRESS}#c={STEPS}&p=castle&s=2&at=25")
    page.locator("[data-left] img").wait_for()
    page.locator("[data-stage]").focus()
    page.keyboard.press("p")
    page.locator("[data-right] img").wait_for()
    page.keyboard.press("Home")
    page.wait_for_function(
        "document.querySelector('[data-left-words]').textContent.endsWith('= 1')"
    )
    page.keyboard.press("d")
    page.locator(".d-blend").wait_for()
    assert words(page) == "num_inference_steps = 1, difference"
    blend = "getComputedStyle(document.querySelector('[data-left] img')).mixBlendMode"
    assert page.evaluate(blend) == "difference"
    before = page.url
    page.reload(wait_until="networkidle")
    page.locator(".d-blend").wait_for()
    assert page.url == before
    assert words(page) == "num_inference_steps = 1, difference"
    assert page.locator("[data-right-words]").inner_text() == "num_inference_steps = 25, pinned"
    assert page.locator("select[name=p]").input_value() == "castle"
    assert page.locator("select[name=s]").input_value() == "2"
    assert page.evaluate("window.__shift") <= 0.01


@pytest.mark.browser
def test_back_brings_the_last_comparison(visit):
    page = visit(ADDRESS)
    page.locator("select[name=c]").select_option(GRID)
    page.locator("[data-left] img").wait_for()
    page.locator("select[name=c]").select_option(STEPS)
    page.wait_for_function(
        "!document.querySelector('[data-left-words]').textContent.includes('guidance')"
    )
    page.go_back()
    page.wait_for_function(
        "document.querySelector('[data-left-words]').textContent.includes('guidance')"
    )
    assert page.locator("select[name=c]").input_value() == GRID


@pytest.mark.browser
def test_another_model_stands_beside_at_the_same_value(visit):
    page = visit(f"{ADDRESS}#c={STEPS}&at=4")
    page.locator("[data-left] img").wait_for()
    page.locator("select[name=w]").select_option(label="Vignette Turbo")
    page.wait_for_function(
        "document.querySelector('[data-right-words]').textContent === 'Vignette Turbo, num_inference_steps = 4'"
    )
    page.locator("[data-stage]").focus()
    page.keyboard.press("End")
    page.get_by_text("Vignette Turbo was not run at 100.").wait_for()
    assert page.faults == []


@pytest.mark.browser
def test_what_made_the_picture_and_its_copies(visit):
    page = visit(f"{ADDRESS}#c={GRID}", permissions=["clipboard-read", "clipboard-write"])
    about = page.locator("[data-about]")
    about.get_by_text("Copy as").wait_for()
    for fact in ("Prompt", "Seed", "Key", "Pixels", "Made"):
        assert about.get_by_text(fact, exact=True).is_visible()
    for name, begins in (
        ("diffusers", "import torch"),
        ("AUTOMATIC1111", "a red house"),
        ("command", "dialed images"),
    ):
        about.get_by_role("button", name=name, exact=True).click()
        about.get_by_text("Copied.").wait_for()
        assert page.evaluate("navigator.clipboard.readText()").startswith(begins)
    about.get_by_role("button", name="ComfyUI", exact=True).click()
    page.wait_for_function("document.querySelector('[data-about] pre').textContent.startsWith('{')")
    graph = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert {node["class_type"] for node in graph.values()} >= {"KSampler", "CLIPTextEncode"}


@pytest.mark.browser
@pytest.mark.parametrize("fragment", ["#c=nothing/here", "#c=&at=%", "#at=<img src=x>", "#c=a"])
def test_an_address_that_means_nothing_shows_the_empty_explorer(visit, fragment):
    page = visit(ADDRESS + fragment)
    assert page.get_by_text("No picture is loaded before you choose.").is_visible()
    assert page.faults == []


@pytest.mark.browser
def test_without_a_script_every_comparison_is_a_link(visit, registry):
    page = visit(ADDRESS, java_script_enabled=False)
    assert not page.locator(".d-explore").is_visible()
    declared = sum(len(s.comparisons) for s in registry.settings.values())
    assert page.locator(".d-all a:visible").count() == declared
