"""The page that explains pasted settings: the glue in Python here, the whole of it in a real browser."""

import io
import json
import zipfile

import pytest

from dialed_docs.browser.explain import choices, explain, translated
from dialed_docs.browser_bundle import library_archive
from dialed_docs.paste_page import EXAMPLES

READY = "document.querySelector('[data-paste]').dataset.state !== 'busy' && document.querySelector('[data-paste]').dataset.state"


@pytest.mark.parametrize("text", EXAMPLES.values(), ids=EXAMPLES)
def test_every_example_is_read_and_has_something_to_say(text):
    told = json.loads(explain(text))
    assert "error" not in told
    assert len(told["settings"]) >= 4
    assert all(one["address"] for one in told["settings"])
    for to in ("diffusers", "comfyui", "a1111"):
        answer = json.loads(translated(text, to, model=told["model"]))
        assert answer["text"], answer


def test_a_request_to_a_distilled_model_is_told_what_it_ignores():
    told = json.loads(explain(EXAMPLES["A request body"]))
    assert told["model"] == "flux-schnell"
    assert {one["severity"] for one in told["problems"]} & {"warning", "error"}


@pytest.mark.parametrize(
    "content", ["", "\0\0", b"", b"\x89PNG\r\n\x1a\n", b"RIFF", "{", "[" * 5000, "{}"]
)
def test_what_cannot_be_read_is_said_in_one_answer(content):
    told = json.loads(explain(content))
    assert told.get("error") or "settings" in told


def test_a_dialect_that_is_chosen_counts():
    text = '{"prompt": "a house", "steps": 20, "seed": 1}'
    assert json.loads(explain(text, "swarmui")).get("dialect") == "swarmui"
    assert "no dialect is called" in json.loads(explain(text, "no-such-tool"))["error"]


def test_the_choices_are_the_records():
    found = json.loads(choices())
    assert len(found["dialects"]) >= 25
    assert found["dialects"][0]["id"] == "diffusers"
    assert {"id": "sdxl", "title": "Stable Diffusion XL 1.0"} in found["models"]


def test_the_archive_is_the_library_and_always_the_same():
    content = library_archive()
    assert content == library_archive()
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert {"dialed/__init__.py", "dialed/parsing.py", "explain.py"} <= set(names)
    assert not [name for name in names if "records/" in name or "lint/" in name]


@pytest.mark.browser
def test_the_page_reads_checks_and_translates_in_the_browser(browser, site_address, built_site):
    if not (built_site / "assets/paste/runtime/runtime.json").is_file():
        pytest.skip("the Python for the browser could not be fetched (npm package pyodide)")
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    foreign, faults = [], []
    page.on(
        "request",
        lambda r: r.url.startswith((site_address, "blob:", "data:")) or foreign.append(r.url),
    )
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{site_address}/paste/", wait_until="networkidle")
    page.get_by_role("button", name="Infotext").click()
    page.wait_for_function(READY, timeout=120_000)
    assert page.locator("[data-say]").inner_text() == "Read in your browser. Nothing was sent."
    out = page.locator("[data-out]")
    assert "Written by AUTOMATIC1111" in out.inner_text()
    assert (
        out.get_by_role("link", name="CFG Scale", exact=False)
        .or_(out.get_by_role("link", name="Guidance Scale"))
        .count()
        >= 1
    )
    page.wait_for_selector("#d-translated pre")
    assert "StableDiffusionXLPipeline" in page.locator("#d-translated").inner_text()
    page.get_by_role("button", name="diffusers").click()
    page.wait_for_function("document.querySelector('[data-out]').innerText.includes('SDXL Turbo')")
    # What a stranger wrote stays text.
    page.locator("[data-text]").fill(
        '<img src=x onerror="window.__bad=1">\nSteps: 20, Sampler: <b>Euler</b>, Seed: 1'
    )
    page.get_by_role("button", name="Explain").click()
    page.wait_for_function(READY)
    page.wait_for_function("document.querySelector('[data-out]').innerText.includes('onerror')")
    assert page.evaluate("window.__bad") is None
    # A picture of this site says how it was made.
    picture = next((built_site / "assets/comparisons").rglob("*.webp"))
    page.locator("[data-file]").set_input_files(str(picture))
    page.wait_for_function(
        "document.querySelector('[data-out]').innerText.includes('num_inference_steps')"
    )
    assert (foreign, faults) == ([], [])
    page.close()
