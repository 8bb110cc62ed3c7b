"""What a guide hands out: copies for other tools, the difference of two pictures, another model beside."""

import json

import pytest

from dialed import translate
from dialed_docs.comparison_rows import row_files
from dialed_docs.comparison_view import comparison_views
from dialed_docs.gathering import COMPARISONS
from dialed_docs.picture_copies import TOOLS, Copies
from dialed_generator.manifest import read_manifest

GUIDE = "/settings/sampling/num_inference_steps/"


@pytest.fixture(scope="module")
def published(repository):
    return read_manifest(repository / "docs" / COMPARISONS / "manifest.json")


def written(image, tool, registry):
    settings = {**image.settings, "model": image.model}
    told = translate(settings, to=tool, model=image.model, registry=registry)
    text = told.text or json.dumps(told.payload, ensure_ascii=False, indent=1)
    return text, {note.setting for note in told.notes if note.kind == "lost"}


@pytest.mark.parametrize("tool", TOOLS)
def test_a_copy_is_what_the_library_writes(published, registry, tool):
    """Copies put prompt and seed into a text written once; this asks for each picture anew."""
    copies = Copies(registry)
    images = [i for i in published.images.values() if i.model in registry.models]
    assert len(images) > 1000
    chosen = [*images[::17], *(i for i in images if "negative_prompt" in i.settings)][:150]
    for image in chosen:
        found = copies.of(image)[tool]
        assert (found.text, set(found.lost)) == written(image, tool, registry), image.key


@pytest.mark.parametrize(
    "prompt",
    [
        "a (red:1.3) house",
        "a \\(house\\)",
        'said "no"',
        "two\nlines",
        "<lora:x:1>",
        "",
        " x ",
        "ünï [a|b]",
    ],
)
@pytest.mark.parametrize("tool", TOOLS)
def test_a_prompt_that_a_tool_reads_is_not_put_in_by_hand(published, registry, tool, prompt):
    some = next(iter(published.images.values()))
    copies = Copies(registry)
    copies.of(some)  # the plain text is known by now
    image = some.model_copy(update={"settings": some.settings | {"prompt": prompt, "seed": 7}})
    assert copies.of(image)[tool].text == written(image, tool, registry)[0]


def test_a_picture_of_an_unknown_model_has_no_copies(published, registry):
    image = next(iter(published.images.values())).model_copy(update={"model": "nobody"})
    assert Copies(registry).of(image) == {}


def test_rows_carry_copies_and_all_that_made_the_picture(registry, manifest_for):
    manifest = manifest_for(registry)
    setting = registry.settings["num_inference_steps"]
    views = comparison_views(setting, registry, manifest, allow_missing=False)
    files = row_files(views, registry, manifest, Copies(registry))
    for content in files.values():
        row = json.loads(content)
        assert row["command"] == "dialed images build --force num_inference_steps"
        assert "torch" in row["versions"]
        for cell in row["cells"]:
            assert f"Seed: {row['seed']}" in cell["a1111"]
            assert json.loads(cell["comfyui"])


@pytest.mark.browser
def test_a_picture_is_copied_for_each_tool(visit):
    page = visit(GUIDE, permissions=["clipboard-read", "clipboard-write"])
    page.locator(".d-row .d-open").first.press("Enter")
    dialog = page.get_by_role("dialog", name="num_inference_steps = 4")
    dialog.get_by_text("Copy as").wait_for()
    for name, part in (
        ("diffusers", "num_inference_steps=4"),
        ("ComfyUI", '"steps": 4'),
        ("AUTOMATIC1111", "Steps: 4, "),
        ("command", "dialed images build --force num_inference_steps"),
    ):
        dialog.get_by_role("button", name=name, exact=True).click()
        page.wait_for_function(
            "p => document.querySelector('.d-zoom pre').innerText.includes(p)", arg=part
        )
        dialog.get_by_text("Copied.").wait_for()
        assert part in page.evaluate("navigator.clipboard.readText()")
    assert page.faults == []


def dial(page):
    return page.locator(".d-cmp.d-runs .d-dial").first


@pytest.mark.browser
def test_the_difference_is_black_where_nothing_changed(visit):
    page = visit(GUIDE)
    one = dial(page)
    slider = one.locator("input[type=range]")
    slider.focus()
    page.keyboard.press("Home")
    button = one.get_by_role("button", name="Difference")
    button.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    assert (
        one.locator("figcaption code").first.inner_text() == "num_inference_steps = 1, difference"
    )
    image = one.locator("img").first
    assert image.evaluate("i => getComputedStyle(i).mixBlendMode") == "difference"
    one.get_by_role("button", name="Pin this value").click()
    page.wait_for_load_state("networkidle")
    shot = one.locator("figure a").first.screenshot()
    assert brightness(shot) < 4  # a picture and itself
    button.click()
    assert brightness(one.locator("figure a").first.screenshot()) > 20
    assert page.faults == []


def brightness(png: bytes) -> float:
    import io

    from PIL import Image, ImageStat

    image = Image.open(io.BytesIO(png)).convert("L")
    width, height = image.size
    middle = image.crop((width // 8, height // 8, width * 7 // 8, height * 7 // 8))
    return ImageStat.Stat(middle).mean[0]


@pytest.mark.browser
def test_another_model_stands_beside_and_says_where_it_was_not_run(visit):
    page = visit(GUIDE)
    one = dial(page)
    one.get_by_label("Right").select_option(label="Vignette Turbo")
    right = one.locator(".d-pinned figcaption code")
    slider = one.locator("input[type=range]")
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_function(
        "e => e.textContent === 'Vignette Turbo, num_inference_steps = 1'",
        arg=right.element_handle(),
    )
    page.keyboard.press("End")
    assert right.inner_text() == "Vignette Turbo was not run at 100"
    block = page.locator(".d-cmp.d-runs").first
    block.locator("[data-prompt-choice]").select_option(index=1)
    one.get_by_text("Vignette Turbo was not run with this prompt and seed.").wait_for()
    assert page.faults == []


@pytest.mark.browser
def test_every_model_can_be_picked_and_the_others_are_listed(visit, registry):
    page = visit(GUIDE)
    options = page.locator("select[data-model] option").count()
    assert options > 60
    page.get_by_text("more models").click()
    listed = page.locator(".d-alike").inner_text()
    assert "Vignette Turbo" in listed
    assert (
        page.locator(".d-models-say li").count()
        + listed.count(",")
        + page.locator(".d-alike li").count()
        == options
    )


@pytest.mark.browser
def test_without_a_script_the_values_of_all_models_are_a_link_away(visit):
    page = visit(GUIDE, java_script_enabled=False)
    page.get_by_text("more models").click()
    assert page.get_by_role("link", name="All values with their sources").is_visible()
