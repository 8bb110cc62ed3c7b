"""The glossary: enough words, two sentences each, sorted, each with its guide."""

import re
from types import SimpleNamespace

import pytest

from dialed_docs.glossary_page import anchor_of, glossary_page
from dialed_docs.links import SiteMap
from dialed_docs.reader_types import read_glossary

TERMS = read_glossary()
FEWEST = 60
WANTED = {
    "latent",
    "sigma",
    "timestep",
    "CFG",
    "flow matching",
    "v-prediction",
    "VAE",
    "token",
    "ancestral",
}


def test_there_are_enough_and_the_best_known_are_among_them():
    assert len(TERMS) >= FEWEST
    assert {term.term for term in TERMS} >= WANTED


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.term)
def test_a_word_has_two_sentences(term):
    plain = term.text.replace("et al.", "et al").replace("FLUX.1", "FLUX").replace("1.x", "1")
    assert len(re.findall(r"[.?!](?:\s|$)", plain)) == 2, term.text


def test_they_stand_from_a_to_z_with_anchors_of_their_own(registry):
    text = glossary_page(TERMS, registry, SiteMap().links_of("glossary.md"))
    anchors = re.findall(r'<dt id="([^"]+)"', text)
    assert anchors == [anchor_of(term) for term in TERMS]
    assert len(set(anchors)) == len(anchors)
    names = [term.term.casefold() for term in TERMS]
    assert names == sorted(names)


def test_a_word_leads_to_the_guide_that_it_belongs_to(registry):
    text = glossary_page(TERMS, registry, SiteMap().links_of("glossary.md"))
    for term in TERMS:
        if term.guide is not None:
            setting = registry.settings[term.guide]
            entry = text.split(f'<dt id="{anchor_of(term)}"')[1].split("</dd>")[0]
            assert f"settings/{setting.group}/{setting.id}/" in entry


def test_records_without_these_settings_leave_out_the_links(registry):
    bare = SimpleNamespace(settings={}, models=registry.models)
    text = glossary_page(TERMS, bare, SiteMap().links_of("glossary.md"))
    assert "settings/" not in text.split("---", 2)[2]
