"""The sampler translator: its data is the library's own index, its page looks up, shares and comes back."""

import json

import pytest

from dialed import translate
from dialed_docs.json_api import json_bytes
from dialed_docs.links import SiteMap
from dialed_docs.sampler_translations import alias_in, misleading_names, naming_tools, translations
from dialed_docs.translator_page import PATH

ADDRESS = "/samplers/translator/"


@pytest.fixture(scope="module")
def data(registry):
    links = SiteMap().links_of(PATH)
    return json.loads(json_bytes(translations(registry, links)))


def test_every_name_is_read_as_the_library_reads_it(data, registry):
    read = 0
    for tool in data["tools"]:
        if not hasattr(alias_in("sampler", tool["id"], registry).convert, "combined"):
            continue
        for name, sampler, schedule in tool["reads"]:
            found = registry.written.find("samplers", tool["id"], name, combined=True)
            assert (found.record, found.schedule) == (sampler, schedule), (tool["id"], name)
            read += 1
    assert read > 300


@pytest.mark.parametrize("tool", ["a1111", "comfyui", "invokeai", "drawthings", "fooocus"])
@pytest.mark.parametrize("sampler", ["euler", "euler_ancestral", "dpmpp_2m", "uni_pc", "ddim"])
def test_what_is_written_is_what_translate_writes(data, registry, tool, sampler):
    told = next(t for t in data["tools"] if t["id"] == tool)
    if sampler not in told["writes"]:
        pytest.skip(f"{tool} has no {sampler}")
    payload = translate({"sampler": sampler}, to=tool, registry=registry).payload
    text = json.dumps(payload)
    assert json.dumps(told["writes"][sampler][0]) in text


def test_names_that_state_a_schedule_are_kept_apart(data):
    tools = {t["id"]: t for t in data["tools"]}
    assert tools["invokeai"]["writes"]["dpmpp_2m"][:2] == ["dpmpp_2m", {"karras": "dpmpp_2m_k"}]
    assert tools["drawthings"]["writes"]["dpmpp_2m"][1]["karras"] == "DPM++ 2M Karras"
    assert tools["a1111"]["writes"]["dpmpp_2m"][1] == {}
    assert tools["a1111"]["writes_schedule"]["karras"][0] == "Karras"


def test_names_that_mislead_are_found(registry):
    found = {one.name.lower(): one for one in misleading_names(registry)}
    meant = dict(found["unipc"].meanings)
    assert "SD.Next infotext" in meant["uni_pc_bh2"]
    assert "ComfyUI" in meant["uni_pc"]


def test_tools_without_samplers_are_left_out(registry):
    assert "openai" not in naming_tools(registry)
    assert {"a1111", "comfyui", "forge", "replicate"} <= set(naming_tools(registry))


CASES = [
    ("a1111", "DPM++ 2M Karras", "DPM++ 2M with schedule Karras"),
    ("", "k_dpmpp_2m", "DPM++ 2M"),
    ("", "dpmpp_2m karras", "DPM++ 2M with schedule Karras"),
    ("diffusers", "DPMSolverMultistepScheduler + use_karras_sigmas", "DPM++ 2M with schedule"),
    (
        "diffusers",
        "DPMSolverMultistepScheduler(algorithm_type='sde-dpmsolver++', use_karras_sigmas=True)",
        "DPM++ 2M SDE with schedule Karras",
    ),
    ("comfyui", "euler_ancestral", "Euler Ancestral"),
    ("sdnext", "UniPC", "UniPC (bh2)"),
    ("comfyui", "uni_pc", "UniPC (bh1)"),
    ("replicate", "K_EULER", "Euler"),
]


@pytest.mark.browser
def test_each_way_of_writing_is_understood(visit):
    page = visit(ADDRESS)
    for tool, name, heading in CASES:
        page.locator("select[name=from]").select_option(tool)
        page.locator("input[name=name]").fill(name)
        page.locator("#d-answer", has_text=heading).wait_for(timeout=4000)
        assert page.locator(".d-translated tbody tr").count() >= 13
    assert (page.foreign, page.faults) == ([], [])


@pytest.mark.browser
def test_nothing_is_fetched_before_it_is_asked_and_the_answer_can_be_shared(visit, site_address):
    page = visit(ADDRESS)
    assert not any(path.endswith("translator.json") for path in page.asked)
    page.locator("select[name=from]").select_option("a1111")
    page.locator("input[name=name]").fill("DPM++ 2M")
    page.locator("#d-answer").wait_for()
    page.locator("select[name=schedule]").select_option("karras")
    page.locator("#d-answer", has_text="Karras").wait_for()
    assert "from=a1111" in page.url
    assert "schedule=karras" in page.url
    row = page.locator(".d-translated tr", has=page.get_by_text("ComfyUI", exact=True))
    assert row.locator("code").all_inner_texts() == ["dpmpp_2m", "karras"]
    shared = page.url
    again = visit(shared.removeprefix(site_address))
    again.locator("#d-answer", has_text="DPM++ 2M with schedule Karras").wait_for()
    assert again.locator("select[name=from]").input_value() == "a1111"
    assert again.evaluate("window.__shift") <= 0.01


@pytest.mark.browser
def test_back_shows_the_last_question(visit):
    page = visit(ADDRESS)
    page.get_by_role("button", name="ddim").click()
    page.locator("#d-answer", has_text="DDIM").wait_for()
    page.get_by_role("button", name="k_dpmpp_2m").click()
    page.locator("#d-answer", has_text="DPM++ 2M").wait_for()
    page.go_back()
    page.locator("#d-answer", has_text="DDIM").wait_for()
    assert page.locator("input[name=name]").input_value() == "ddim"


@pytest.mark.browser
def test_a_conflict_and_a_loss_are_said(visit):
    page = visit(ADDRESS + "#from=comfyui&name=euler")
    page.locator("#d-answer").wait_for()
    assert "The tools disagree" not in page.locator("[data-out]").inner_text()
    page.locator("select[name=from]").select_option("")
    page.locator("input[name=name]").fill("UniPC")
    page.get_by_text("The tools disagree").wait_for()
    page.goto(page.url.split("#")[0] + "#from=a1111&name=DPM%2B%2B+2M+Karras")
    row = page.locator(".d-translated tr", has=page.get_by_text("Replicate", exact=True))
    row.wait_for()
    assert "schedule none" in row.inner_text()


@pytest.mark.browser
def test_an_unknown_name_is_answered_with_near_ones_and_stays_text(visit):
    page = visit(ADDRESS)
    field = page.locator("input[name=name]")
    field.fill("dpmpp_2mm")
    near = page.locator("[data-out] .d-try", has_text="dpmpp_2m").first
    near.click()
    page.locator("#d-answer").wait_for()
    field.fill('<img src=x onerror="window.__bad = 1">')
    page.get_by_text("No tool has a sampler of that name.").wait_for()
    assert page.evaluate("window.__bad") is None
    assert page.faults == []


@pytest.mark.browser
def test_keys_alone_do_it(visit):
    page = visit(ADDRESS)
    page.locator("select[name=from]").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("euler a")
    page.keyboard.press("Enter")
    page.locator("#d-answer", has_text="Euler Ancestral").wait_for()


@pytest.mark.browser
def test_without_a_script_the_table_is_one_link_away(visit):
    page = visit(ADDRESS, java_script_enabled=False)
    assert not page.locator(".d-translator form").is_visible()
    assert page.get_by_role("link", name="The table of all names").is_visible()
    assert page.get_by_role("heading", name="One Name, Two Samplers").is_visible()
