"""The page builder as a pure function, on all records that there are."""

import html
import json
import re

import pytest

from dialed.execution_facts import read_table
from dialed_docs.execution_page import PATH as EXECUTION_PAGE
from dialed_docs.execution_page import families_of, family_path
from dialed_docs.explorer_page import PATH as EXPLORER_PAGE
from dialed_docs.inconsistency_page import PATH as INCONSISTENCIES_PAGE
from dialed_docs.json_api import KINDS
from dialed_docs.links import SiteMap, setting_page
from dialed_docs.model_values import MOST_ROWS
from dialed_docs.name_pages import letter_of, name_parts, part_of, part_page
from dialed_docs.names_view import known_names
from dialed_docs.pages import HAND_WRITTEN, build_pages, site_nav
from dialed_docs.paste_page import PATH as PASTE_PAGE
from dialed_docs.pictures import MissingPicturesError
from dialed_docs.reader_pages import read_texts, reader_nav
from dialed_docs.tool_pages import second_pages
from dialed_docs.translator_page import PATH as TRANSLATOR_PAGE
from dialed_generator.manifest import Manifest

GUIDE_HEADINGS = [
    "What It Does",
    "Visual Comparison",
    "Names and Values in Your Tool",
]


@pytest.fixture(scope="session")
def manifest(registry, manifest_for):
    return manifest_for(registry)


@pytest.fixture(scope="session")
def pages(registry, manifest, prose):
    return build_pages(registry, manifest, prose)


def guides(registry):
    return {setting_page(s.group, s.id): s for s in registry.settings.values()}


def test_every_record_has_its_page_and_its_json(pages, registry):
    expected = {"index.md", INCONSISTENCIES_PAGE, EXECUTION_PAGE, *guides(registry)}
    expected |= {family_path(family) for family in families_of(read_table(), registry)}
    expected |= {
        f"{kind}/index.md" for kind in ("settings", "models", "samplers", "tools", "checks")
    }
    expected |= {f"models/{m}.md" for m in registry.models}
    expected |= {f"samplers/{s}.md" for s in registry.samplers}
    expected |= {f"tools/{d}.md" for d in registry.dialects}
    expected |= {f"checks/{code}.md" for code in registry.rules}
    expected |= set(name_parts(registry).values())
    expected |= {page for section in reader_nav(read_texts()) for page in section}
    expected |= {EXPLORER_PAGE, TRANSLATOR_PAGE, PASTE_PAGE, "changes.md", *second_pages(registry)}
    crowded = [s for s in registry.settings.values() if len(s.values) > MOST_ROWS]
    assert crowded
    expected |= {f"settings/{s.group}/{s.id}/values.md" for s in crowded}
    expected |= {f"api/v1/{kind}/{r}.json" for kind in KINDS for r in getattr(registry, kind)}
    assert expected - set(pages) == set()
    others = {p for p in set(pages) - expected if p.endswith(".md")}
    grids = {
        f"{c.id}.md" for s in registry.settings.values() for c in s.comparisons if c.kind == "grid"
    }
    numbers = {
        f"{c.id}-numbers.md" for s in registry.settings.values() for c in s.comparisons if c.measure
    }
    assert {p.rsplit("/", 1)[1] for p in others} <= grids | numbers


def test_every_name_stands_under_its_letter_and_leads_to_its_guide(pages, registry):
    for setting in registry.settings.values():
        for name in known_names(setting):
            text = pages[part_page(part_of(letter_of(name)))]
            entry = f'{setting.group}/{setting.id}/"><code>{html.escape(name)}</code>'.casefold()
            assert entry in text.casefold().replace("&#39;", "&#x27;"), name


def test_a_guide_without_room_links_to_the_page_of_all_values(pages, registry):
    for setting in registry.settings.values():
        guide = pages[setting_page(setting.group, setting.id)]
        whole = pages.get(f"settings/{setting.group}/{setting.id}/values.md")
        assert (whole is not None) == (len(setting.values) > MOST_ROWS)
        rows = (whole or guide).count("<small>recommended</small>")
        assert rows == sum(value.recommended for value in setting.values)
        if whole is not None:
            assert "<small>recommended</small>" not in guide  # the answer box names them already
            assert f"All {len(setting.values)} values" in guide


def test_building_twice_gives_the_same_bytes(pages, registry, manifest, prose):
    assert build_pages(registry, manifest, prose) == pages


def test_every_guide_keeps_the_headings(pages, registry):
    for path, setting in guides(registry).items():
        text = pages[path]
        headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
        wanted = [*GUIDE_HEADINGS, *(["Value Ranges"] if setting.ranges else []), "Tips"]
        assert [h for h in wanted if h not in headings] == [], path
        assert "All Settings Guides</a>" in text
        assert "Also known as:" in text
        assert f"<h1>{html.escape(setting.title)}</h1>" in text


def test_the_caption_under_each_picture_is_the_setting(pages, registry):
    text = pages["settings/sampling/num_inference_steps.md"]
    for value in (4, 25, 50):
        assert f"<figcaption><code>num_inference_steps = {value}</code>" in text
    assert 'href="../../">All Settings Guides</a>' in text


def test_inside_one_run_is_told_apart_from_separate_runs(pages):
    text = pages["settings/sampling/num_inference_steps.md"]
    assert "One run, stopped along the way" in text
    assert "Each picture is a run of its own" in text
    assert re.search(r"<code>step \d+ of \d+</code>", text)


def test_each_caption_block_names_the_model_that_made_it(pages, registry):
    for path in guides(registry):
        blocks = pages[path].split('<section class="d-cmp')[1:]
        for block in blocks:
            assert re.search(r'Made by <a href="[^"]+">[^<]+</a> at \d+ × \d+ pixels', block), path


def test_range_names_its_models(pages, registry):
    for path, setting in guides(registry).items():
        assert pages[path].count("Holds for ") == len(setting.ranges)


def test_rows_are_fragments_with_a_program_for_each_picture(pages, registry):
    setting = registry.settings["num_inference_steps"]
    comparison = setting.comparisons[0]
    folder = f"settings/{setting.group}/{setting.id}/{comparison.id}/{comparison.models[0]}"
    for prompt in comparison.prompts:
        for seed in comparison.seeds:
            row = json.loads(pages[f"{folder}/{prompt.id}/{seed}.json"])
            assert [c["caption"] for c in row["cells"]] == [
                f"num_inference_steps = {v}" for v in comparison.axes[0].values
            ]
            assert (row["prompt"], row["seed"]) == (prompt.text, seed)
            for cell in row["cells"]:
                compile(cell["code"], "cell", "exec")


def test_an_unpublished_comparison_stops_the_build_with_its_cure(registry, prose):
    with pytest.raises(MissingPicturesError, match="dialed images build") as caught:
        build_pages(registry, Manifest(), prose)
    first = min(n for n, s in registry.settings.items() if s.comparisons)
    assert f"{first}/" in str(caught.value)


def test_a_hole_in_a_comparison_stops_the_build(registry, manifest, prose):
    name = next(n for n in manifest.comparisons if n.startswith("num_inference_steps/"))
    entry = manifest.comparisons[name]
    fewer = entry.model_copy(update={"cells": entry.cells[:-1]})
    broken = manifest.model_copy(update={"comparisons": manifest.comparisons | {name: fewer}})
    with pytest.raises(MissingPicturesError, match=re.escape(name)) as caught:
        build_pages(registry, broken, prose)
    assert "seed" in str(caught.value)


def test_development_may_leave_pictures_out(registry, prose):
    pages = build_pages(registry, Manifest(), prose, allow_missing=True)
    assert "<figure" not in pages["settings/sampling/num_inference_steps.md"]


def test_a_folder_of_files_has_links_to_files(registry, manifest, prose):
    pages = build_pages(registry, manifest, prose, directory_urls=False)
    text = pages["settings/sampling/num_inference_steps.md"]
    assert 'href="../index.html">All Settings Guides</a>' in text
    assert "../../assets/comparisons/" in text
    assert "../../../assets/" not in text


@pytest.mark.parametrize(
    ("source", "target", "folders", "files"),
    [
        ("index.md", "settings/index.md", "settings/", "settings/index.html"),
        ("settings/index.md", "index.md", "../", "../index.html"),
        ("settings/index.md", "settings/a/b.md", "a/b/", "a/b.html"),
        ("settings/a/b.md", "settings/a/c.md", "../c/", "c.html"),
        ("settings/a/b.md", "methods.md", "../../../methods/", "../../methods.html"),
        ("settings/a/b.md", "api/x.json", "../../../api/x.json", "../../api/x.json"),
        ("settings/a/b.md", "settings/a/b.md", "./", "b.html"),
    ],
)
def test_relative_addresses(source, target, folders, files):
    assert SiteMap(directory_urls=True).links_of(source).to(target) == folders
    assert SiteMap(directory_urls=False).links_of(source).to(target) == files


def test_aliases_find_settings_as_the_library_does(pages):
    found = json.loads(pages["api/v1/aliases.json"])["aliases"]
    # For FLUX.1 some services write the distilled guidance so.
    meant = {e["setting"] for e in found["cfgscale"]}
    assert meant == {"guidance_scale", "distilled_guidance_scale"}
    assert found["steps"][0]["href"] == "settings/sampling/num_inference_steps/"


def test_the_index_of_the_api_counts_what_it_lists(pages):
    index = json.loads(pages["api/v1/index.json"])
    for kind in KINDS:
        assert index["totals"][kind] == len(index[kind])
        assert all(entry["href"] in pages for entry in index[kind])


def test_the_navigation_holds_every_page_once(registry, pages):
    def leaves(branch):
        for item in branch:
            for value in item.values() if isinstance(item, dict) else [item]:
                yield from leaves(value) if isinstance(value, list) else [value]

    listed = list(leaves(site_nav(registry)))
    assert len(listed) == len(set(listed))
    grid_pages = {
        p for p in pages if p.endswith(".md") and p.startswith("settings/") and p.count("/") == 3
    }
    built = {p for p in pages if p.endswith(".md")} | set(HAND_WRITTEN)
    assert set(listed) == built - grid_pages


def test_the_map_for_readers_of_text_names_every_setting(pages, registry):
    for setting in registry.settings.values():
        assert f"(settings/{setting.group}/{setting.id}/)" in pages["llms.txt"]
