"""Symptoms: texts that name nothing that is not there, pages that show what they say, links from the guides."""

import re

import pytest
from markupsafe import Markup

from dialed import RecordError
from dialed_docs.comparison_view import comparison_views
from dialed_docs.guide_page import guide_page
from dialed_docs.links import COMPARISONS, SiteMap, setting_page
from dialed_docs.pictures import caption
from dialed_docs.reader_pages import ReaderTexts, read_texts, reader_pages, text_faults
from dialed_docs.reader_types import Cause, Shown, Symptom, read_symptoms
from dialed_docs.shown_pictures import values_of
from dialed_docs.symptom_links import SECTION, items_of, with_symptoms
from dialed_generator.manifest import read_manifest

SYMPTOMS = read_symptoms()
FEWEST = 16


@pytest.fixture(scope="module")
def manifest(repository):
    return read_manifest(repository / "docs" / COMPARISONS / "manifest.json")


@pytest.fixture(scope="module")
def views(registry, manifest):
    return {
        s.id: comparison_views(s, registry, manifest, allow_missing=False)
        for s in registry.settings.values()
    }


@pytest.fixture(scope="module")
def pages(registry, manifest, views):
    return reader_pages(read_texts(), views, registry, manifest, SiteMap().links_of)


def test_no_text_names_what_is_not_there(views, registry, manifest, prose):
    assert text_faults(read_texts(), views, registry, manifest, prose) == []


def test_there_are_enough_and_all_have_more_than_one_cause():
    assert len(SYMPTOMS) >= FEWEST
    assert all(len(symptom.cause) >= 2 for symptom in SYMPTOMS)


@pytest.mark.parametrize("symptom", SYMPTOMS, ids=lambda s: s.id)
def test_each_stands_on_what_a_guide_says_goes_wrong(symptom, prose):
    told = [cause.item for cause in symptom.cause if cause.item is not None]
    assert told, "no cause of it stands on an item of a guide"
    for cause in symptom.cause:
        text = prose.of("settings", cause.setting).get(SECTION, "")
        assert cause.item is None or cause.item in items_of(text)


@pytest.mark.parametrize("symptom", SYMPTOMS, ids=lambda s: s.id)
def test_the_page_holds_every_cause_its_value_and_its_cure(pages, registry, symptom):
    text = pages[f"symptoms/{symptom.id}.md"]
    body = text.split("## Likely Causes", 1)[1]
    assert body.count("<dt>Cure</dt>") == body.count("<dt>Look for</dt>") == len(symptom.cause)
    for cause in symptom.cause:
        setting = registry.settings[cause.setting]
        assert f"{setting.group}/{setting.id}/" in body
    for code in symptom.checks:
        assert f">{code}</a>" in body
    assert not re.search(r"<dd>(?:<b>)?<(?:ol|ul|p)\b", body), "a value was read as a list"


@pytest.mark.parametrize("symptom", SYMPTOMS, ids=lambda s: s.id)
def test_a_failure_is_shown_or_it_is_said_why_not(pages, registry, symptom):
    head = pages[f"symptoms/{symptom.id}.md"].split("## Likely Causes", 1)[0]
    if symptom.picture is None:
        assert "<img" not in head
        assert str(Markup.escape(symptom.no_picture)) in head
        return
    setting = registry.settings[symptom.picture.setting]
    comparison = next(c for c in setting.comparisons if c.id == symptom.picture.comparison)
    for value in symptom.picture.values:
        words = caption(comparison, values_of(value))
        assert f"<code>{Markup.escape(words)}</code>" in head


def test_a_guide_links_its_own_items_to_the_symptoms_that_they_are(
    registry, manifest, views, prose
):
    named = {c.setting for s in SYMPTOMS for c in s.cause if c.item is not None}
    for identifier in named:
        setting = registry.settings[identifier]
        links = SiteMap().links_of(setting_page(setting.group, identifier))
        sections = prose.of("settings", identifier)
        own = views[identifier]
        text = guide_page(setting, sections, own, registry, manifest, links, SYMPTOMS)
        told = text.split(f"## {SECTION}")[1].split("\n## ")[0]
        for symptom in SYMPTOMS:
            says = any(c.setting == identifier and c.item is not None for c in symptom.cause)
            assert (f"symptoms/{symptom.id}/" in told) == says


def test_only_the_item_that_says_the_same_gets_the_link():
    cause = {"setting": "eta", "item": "Too `much`.", "why": "a", "look": "b", "cure": "c"}
    one = Symptom(
        id="one",
        title="One <b>",
        also=("x",),
        see="s",
        no_picture="n",
        cause=(Cause(**cause, where="w"), Cause(**cause, where="w")),
    )
    html = Markup(
        "<ul>\n<li><strong>Too <code>much</code>.</strong> A.</li>\n"
        "<li><strong>Other.</strong> B.</li>\n</ul>"
    )
    links = SiteMap().links_of("settings/sampling/eta.md")
    linked = with_symptoms(html, "eta", [one], links)
    assert 'A. See <a href="../../../symptoms/one/">One &lt;b&gt;</a>.</li>' in linked
    assert linked.count("See ") == 1
    assert with_symptoms(html, "seed", [one], links) == html


def test_what_a_text_names_wrongly_is_said_with_its_place(views, registry, manifest, prose):
    known = SYMPTOMS[0]
    wrong = known.model_copy(
        update={
            "related": ("nowhere",),
            "checks": ("DIAL999",),
            "picture": Shown(
                setting="guidance_scale", comparison="separate-runs", values=(4.25,), text="t"
            ),
            "cause": (known.cause[0].model_copy(update={"item": "No such item."}),),
        }
    )
    faults = text_faults(ReaderTexts(symptoms=(wrong,)), views, registry, manifest, prose)
    assert [f for f in faults if "nowhere" in f]
    assert [f for f in faults if "DIAL999" in f]
    assert [f for f in faults if "No such item." in f]
    assert [f for f in faults if "4.25" in f]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[symptom]]\nid = 'x'\n", "Field required"),
        ("[[symptom]]\nid = 'X Y'\ntitle = 't'\n", "pattern"),
        ("symptom = [", "symptoms.toml"),
        ("other = 1\nsymptom = []\n", "Extra inputs"),
    ],
)
def test_a_wrong_file_is_told_apart_in_one_message(tmp_path, text, said):
    (tmp_path / "symptoms.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RecordError, match=re.escape(said)):
        read_symptoms(tmp_path)
