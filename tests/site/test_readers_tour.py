"""Five real questions: from the home page, by the words that a reader sees, to a picture in at most two clicks."""

import pytest

pytestmark = pytest.mark.browser

TOUR = [
    (
        "Is step 10 of 25 the same as 10 steps?",
        ["step 10 of 25", "num_inference_steps = 10"],
        ["Learn", "What a Step Does"],
    ),
    (
        "Why is it another picture with every number of steps?",
        ["num_inference_steps = 20, sampler = euler_ancestral"],
        ["Symptoms", "The picture changes with every number of steps"],
    ),
    (
        "Why does my negative prompt do nothing?",
        ["negative_prompt = night, guidance_scale = 1"],
        ["Symptoms", "The negative prompt does nothing"],
    ),
    (
        "Same seed, same settings: why another picture?",
        ["width = 96", "width = 128"],
        ["Symptoms", "Same seed, other picture"],
    ),
]


@pytest.fixture
def home(browser, site_address):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(site_address + "/", wait_until="networkidle")
    yield page
    page.close()


def shows(page, captions) -> None:
    """The picture above each caption has arrived and can be seen."""
    for words in captions:
        figure = page.locator("figure", has=page.locator("figcaption code", has_text=words)).first
        figure.scroll_into_view_if_needed()
        picture = figure.locator("img")
        picture.wait_for(state="visible")
        page.wait_for_function(
            "image => image.complete && image.naturalWidth > 0", arg=picture.element_handle()
        )


@pytest.mark.parametrize(("question", "captions", "way"), TOUR, ids=[q for q, _, _ in TOUR])
def test_the_home_page_answers_it_with_a_picture_in_one_click(home, question, captions, way):
    home.get_by_role("link", name=question, exact=True).click()
    shows(home, captions)


@pytest.mark.parametrize(("question", "captions", "way"), TOUR, ids=[q for q, _, _ in TOUR])
def test_the_sections_lead_there_in_two(home, question, captions, way):
    section, entry = way
    home.locator(".d-tabs").get_by_role("link", name=section, exact=True).click()
    home.get_by_role("main").get_by_role("link", name=entry).first.click()
    shows(home, captions)


def test_strength_and_steps_are_a_grid_in_the_guide_one_click_away(home):
    home.get_by_role("link", name="Does the strength of image-to-image eat my steps?").click()
    picture = home.locator("#strength-and-steps .d-grid img").first
    picture.scroll_into_view_if_needed()
    home.wait_for_function(
        "image => image.complete && image.naturalWidth > 0", arg=picture.element_handle()
    )
    heads = home.locator("#strength-and-steps .d-grid th").all_inner_texts()
    assert {"strength", "num_inference_steps"} <= {
        *heads,
        *home.locator("#strength-and-steps .d-grid td code").all_inner_texts(),
    }


def test_the_sections_stand_on_one_line(home):
    tops = {round(box["y"]) for box in (t.bounding_box() for t in home.locator(".d-tabs li").all())}
    assert len(tops) == 1
    assert home.locator(".d-tabs li").count() <= 8


def test_print_shows_the_pictures_and_leaves_the_machinery_out(home, site_address):
    home.goto(site_address + "/symptoms/burned/", wait_until="networkidle")
    home.emulate_media(media="print")
    assert home.locator("figure img").first.is_visible()
    assert home.get_by_role("heading", name="Likely Causes, in Order").is_visible()
    assert not home.locator(".md-sidebar").first.is_visible()
    assert not home.locator(".md-search__input").is_visible()
