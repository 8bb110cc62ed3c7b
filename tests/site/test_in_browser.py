"""The site in a real browser: weight, calm, access, keys, touch, and reading without a script."""

import gzip
import mimetypes

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

KB = 1000
FIRST_VIEW = 150 * KB
AFTER_USE = 300 * KB
GUIDE = "/settings/sampling/num_inference_steps/"
KINDS = {
    "home": "/",
    "index": "/settings/",
    "guide": GUIDE,
    "model": "/models/vignette/",
    "samplers": "/samplers/",
    "translator": "/samplers/translator/",
    "explorer": "/explore/",
    "tool": "/tools/comfyui/",
    "check": "/checks/DIAL201/",
    "methods": "/methods/",
    "paste": "/paste/",
    "symptoms": "/symptoms/",
    "symptom": "/symptoms/seed-differs/",
    "lesson": "/learn/sizes-and-seeds/",
    "glossary": "/glossary/",
}


def weight(built_site, asked) -> int:
    """Bytes on the wire: text gzipped as servers do, pictures as they are."""
    total = 0
    for path in set(asked):
        file = built_site / path.lstrip("/")
        content = (file / "index.html" if file.is_dir() else file).read_bytes()
        kind = mimetypes.guess_type(file.name)[0] or "text/html"
        is_picture = (
            kind.startswith("image/") and not kind.endswith("svg+xml")
        ) or file.suffix == ".avif"
        total += len(content) if is_picture else len(gzip.compress(content))
    return total


@pytest.mark.parametrize("kind", KINDS)
def test_first_view_is_light_calm_and_at_home(visit, built_site, kind):
    page = visit(KINDS[kind])
    assert weight(built_site, page.asked) <= FIRST_VIEW
    assert page.evaluate("window.__shift") <= 0.01
    assert (page.foreign, page.faults) == ([], [])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "kind", ["index", "guide", "samplers", "tool", "checks", "translator", "explorer"]
)
def test_nothing_moves_while_a_page_arrives(browser, slow_address, layout_shifts, kind, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.add_init_script(layout_shifts)
    page.goto(slow_address + (KINDS | {"checks": "/checks/"})[kind], wait_until="networkidle")
    assert page.evaluate("window.__shift") <= 0.01
    page.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_anybody_out(visit, kind, scheme):
    page = visit(KINDS[kind], color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    serious = [
        f"{v['id']}: {v['nodes'][0]['html'][:120]}"
        for v in found
        if v["impact"] in {"serious", "critical"}
    ]
    assert serious == []


@pytest.mark.parametrize(
    "kind", ["home", "index", "guide", "model", "samplers", "translator", "explorer"]
)
def test_a_phone_shows_all_of_it(visit, kind):
    page = visit(
        KINDS[kind], viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("window.__shift") <= 0.01


def dial(page):
    return page.locator(".d-cmp.d-runs .d-dial").first


def test_keys_move_the_slider(visit, built_site):
    page = visit(GUIDE)
    slider = dial(page).locator("input[type=range]")
    labels = dial(page).locator(".d-ticks li").all_inner_texts()
    start = int(slider.input_value())
    slider.focus()
    page.keyboard.press("ArrowRight")
    value = labels[start + 1]
    assert slider.get_attribute("aria-valuetext") == value
    caption = dial(page).locator("figcaption code").first
    assert caption.inner_text() == f"num_inference_steps = {value}"
    assert page.url.endswith(f"#num_inference_steps={value}")
    picture = dial(page).locator("img").first
    first = picture.evaluate("image => image.currentSrc")
    page.keyboard.press("Home")
    assert caption.inner_text() == f"num_inference_steps = {labels[0]}"
    page.wait_for_function(
        "([i, old]) => i.currentSrc !== old && i.complete", arg=[picture.element_handle(), first]
    )
    page.wait_for_load_state("networkidle")
    assert weight(built_site, page.asked) <= AFTER_USE
    assert (page.foreign, page.faults) == ([], [])


def test_a_finger_picks_a_value(visit):
    page = visit(GUIDE, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    tick = dial(page).locator(".d-ticks li").first
    tick.scroll_into_view_if_needed()
    tick.tap()
    assert dial(page).locator("input").input_value() == "0"


def test_a_value_can_be_pinned(visit):
    page = visit(GUIDE)
    slider = dial(page).locator("input[type=range]")
    slider.focus()
    page.keyboard.press("Home")
    dial(page).get_by_role("button", name="Pin this value").click()
    captions = dial(page).locator("figcaption code").all_inner_texts()
    assert captions[0] == captions[1]


def test_a_deep_link_opens_at_its_value_without_a_jump(visit):
    page = visit(GUIDE + "#num_inference_steps=4")
    assert dial(page).locator("figcaption code").first.inner_text() == "num_inference_steps = 4"
    assert dial(page).locator("input").is_visible()
    assert page.evaluate("window.__shift") <= 0.01


def test_without_a_script_the_pictures_stand_in_a_row(visit):
    page = visit(GUIDE, java_script_enabled=False)
    captions = page.locator(".d-row figcaption code").all_inner_texts()
    for value in (4, 25, 50):
        assert f"num_inference_steps = {value}" in captions
    assert not dial(page).is_visible()
    assert not page.locator(".d-choose").first.is_visible()
    assert page.locator(".d-models-say").is_visible()
    assert page.locator("#tips").is_visible()


def test_another_prompt_is_fetched_when_asked_for(visit):
    page = visit(GUIDE)
    block = page.locator(".d-cmp.d-runs").first
    assert not any(path.endswith(".json") and path.startswith(GUIDE) for path in page.asked)
    old = block.locator(".d-row img").first.get_attribute("src")
    select = block.locator("[data-prompt-choice]")
    wanted = select.locator("option").nth(1).inner_text()
    select.select_option(index=1)
    page.wait_for_function(
        "([b, t]) => b.querySelector('[data-say-prompt]').textContent === t",
        arg=[block.element_handle(), wanted],
    )
    assert block.locator(".d-row img").first.get_attribute("src") != old
    assert (page.foreign, page.faults) == ([], [])


def test_a_picture_opens_with_what_made_it(visit):
    page = visit(GUIDE)
    page.locator(".d-row .d-open").first.press("Enter")
    dialog = page.get_by_role("dialog", name="num_inference_steps = 4")
    dialog.get_by_text("Copy as").wait_for()
    assert "import torch" in dialog.inner_text()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_the_model_is_remembered_from_page_to_page(visit, site_address):
    page = visit(GUIDE)
    page.locator("[data-model]").first.select_option("flux-schnell")
    assert page.locator(".d-big").inner_text() == "4"
    page.goto(site_address + "/settings/guidance/guidance_scale/", wait_until="networkidle")
    assert page.locator("select[data-model]").input_value() == "flux-schnell"
    assert page.evaluate("window.__shift") <= 0.01


def test_the_index_finds_a_setting_by_any_spelling(visit):
    page = visit("/settings/")
    page.get_by_label("Find a setting by any name").fill("CFG Scale")
    shown = page.locator(".d-cards li:visible b").all_inner_texts()
    assert "Guidance Scale" in shown
    assert all("Guidance" in title for title in shown)  # all have names that hold it
    assert len(shown) < 10


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("cfg", "Guidance Scale"),
        ("CFG scale", "Guidance Scale"),
        ("denoise", "Strength"),
        ("steps", "Inference Steps"),
    ],
)
def test_the_search_finds_a_setting_by_an_alias_first(visit, query, first):
    page = visit("/")
    page.locator(".md-search__input").click()
    page.keyboard.type(query, delay=30)  # the theme listens to keys, not to a value that appears
    page.locator(".md-search-result__item h1").first.wait_for()
    assert page.locator(".md-search-result__item h1").first.inner_text() == first
