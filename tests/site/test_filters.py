"""Filters of the index of guides; and the pages that list names and values for a tool or a model."""

import json
import re

import pytest

from dialed import translate
from dialed_docs.links import SiteMap
from dialed_docs.model_presets import presets, recommended
from dialed_docs.model_values import best_value
from dialed_docs.names_view import different_names
from dialed_docs.settings_filter import filter_data, named_in, settings_in_order
from dialed_docs.tool_pages import MOST_NAMES, name_groups, second_page, second_pages, split_groups

INDEX = "/settings/"


@pytest.fixture(scope="module")
def data(registry):
    text = filter_data(registry).decode("utf-8")
    assert text.startswith("globalThis.dialedFilter = ")
    return json.loads(text.removeprefix("globalThis.dialedFilter = ").rstrip(";\n"))


def test_the_data_of_the_filters_are_the_records(data, registry):
    assert sorted(data["ids"]) == sorted(registry.settings)
    assert data["ids"] == settings_in_order(registry)
    for identifier, names in zip(data["ids"], data["names"], strict=True):
        for name in different_names(registry.settings[identifier]):
            assert name.lower() in names
    for tool, numbers in data["tools"].items():
        assert {data["ids"][n] for n in numbers} == named_in(registry)[tool]
    for model, _, numbers in data["models"]:
        for number in numbers:
            setting = registry.settings[data["ids"][number]]
            assert best_value(setting, registry.models[model], registry) is not None
            assert setting.id not in {i.setting for i in registry.models[model].ignores}


def test_a_tool_has_every_name_once_on_one_of_its_pages(registry):
    split = set(second_pages(registry))
    for dialect in registry.dialects.values():
        links = SiteMap().links_of(f"tools/{dialect.id}.md")
        groups = name_groups(dialect, registry, links)
        first, later = split_groups(groups)
        assert first + later == groups
        assert bool(later) == (second_page(dialect.id) in split)
        names = [row["name"].name for group in groups for row in group.rows]
        stated = [
            a.name for s in registry.settings.values() for a in s.aliases if a.dialect == dialect.id
        ]
        assert sorted(names) == sorted(stated)
        if len(stated) > MOST_NAMES:
            assert sum(len(group.rows) for group in first) <= MOST_NAMES
    assert "tools/diffusers-more.md" in split


@pytest.mark.parametrize("model", ["sdxl", "flux-dev", "sd15", "sd35-large", "vignette"])
def test_a_preset_is_what_the_library_writes(registry, model):
    record = registry.models[model]
    settings = recommended(record, registry)
    assert {"num_inference_steps", "width", "height"} <= set(settings)
    found = {preset.title.split(",")[0]: preset for preset in presets(record, registry)}
    told = translate({"prompt": "your prompt", **settings, "model": model}, to="a1111", model=model)
    assert found["AUTOMATIC1111"].text == told.text
    graph = json.loads(found["ComfyUI"].text)
    assert all({"class_type", "inputs"} <= set(node) for node in graph.values())


def test_every_preset_of_every_model_can_be_pasted(registry):
    for model in registry.models.values():
        found = presets(model, registry)
        assert bool(found) != model.abstract, model.id
        for preset in found:
            if preset.text.startswith("{"):
                json.loads(preset.text)
            elif "program" in preset.title:
                compile(preset.text, model.id, "exec")


def shown(page):
    return page.locator(".d-cards li:visible b").all_inner_texts()


@pytest.mark.browser
def test_filters_work_together_and_the_address_keeps_them(visit, data, registry, site_address):
    page = visit(INDEX)
    assert not any(path.endswith("filter.js") for path in page.asked)
    page.get_by_label("Group").select_option("guidance")
    of_group = [s.id for s in registry.settings.values() if s.group == "guidance"]
    page.get_by_text(f"{len(of_group)} of {len(registry.settings)} guides").wait_for()
    page.get_by_label("Named in").select_option("comfyui")
    both = {registry.settings[s].title for s in of_group if s in named_in(registry)["comfyui"]}
    page.get_by_text(f"{len(both)} of ").wait_for()
    assert set(shown(page)) == both
    page.get_by_label("With values for").select_option("flux-dev")
    numbers = next(n for identifier, _, n in data["models"] if identifier == "flux-dev")
    titles = {registry.settings[data["ids"][n]].title for n in numbers}
    page.get_by_text(f"{len(both & titles)} of ").wait_for()
    assert set(shown(page)) == both & titles
    assert re.search(r"\?group=guidance&tool=comfyui&model=flux-dev$", page.url)
    again = visit(page.url.removeprefix(site_address))
    again.get_by_text(f"{len(both & titles)} of ").wait_for()
    assert set(shown(again)) == both & titles
    again.get_by_role("button", name="Clear the filters").click()
    again.wait_for_function("!document.querySelector('[data-found]').textContent")
    assert len(shown(again)) == len(registry.settings)
    assert again.url.endswith(INDEX)
    assert (page.foreign, page.faults) == ([], [])


@pytest.mark.browser
def test_a_shared_filter_opens_nothing_else_and_empty_groups_go(visit, registry):
    page = visit(f"{INDEX}?name=denoise")
    page.get_by_text(f" of {len(registry.settings)} guides").wait_for()
    assert "Strength" in shown(page)
    assert not page.locator(".md-search__output").is_visible()
    visible = page.locator(".d-cards:visible").count()
    assert page.locator("h2[id]:visible").count() == visible + 1  # and A to Z
    assert visible < 5


@pytest.mark.browser
@pytest.mark.parametrize("query", ["?group=none", "?model=%3Cb%3E", "?tool=&name=%00"])
def test_a_filter_that_means_nothing_hides_nothing_for_ever(visit, registry, query):
    page = visit(INDEX + query)
    page.get_by_role("button", name="Clear the filters").click()
    page.wait_for_function(
        "n => document.querySelectorAll('.d-cards li:not([hidden])').length === n",
        arg=len(registry.settings),
    )
    assert page.faults == []


@pytest.mark.browser
def test_without_a_script_all_guides_stand_there(visit, registry):
    page = visit(INDEX, java_script_enabled=False)
    assert not page.locator("[data-filters]").is_visible()
    assert len(shown(page)) == len(registry.settings)


@pytest.mark.browser
def test_a_preset_is_copied(visit):
    page = visit("/models/sdxl/", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_text("Preset for AUTOMATIC1111").click()
    page.get_by_role("button", name="Copy preset").locator("visible=true").click()
    page.get_by_text("Copied").wait_for()
    assert "Steps: " in page.evaluate("navigator.clipboard.readText()")
