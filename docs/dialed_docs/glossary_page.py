"""The glossary: words that tools and guides use, two sentences each, with the guide that each belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from dialed_docs.guide_page import Named
from dialed_docs.links import Links
from dialed_docs.reader_types import Term
from dialed_docs.rendering import page
from dialed_docs.site_records import Registry

PATH = "glossary.md"


def glossary_page(terms: Sequence[Term], registry: Registry, links: Links) -> str:
    """The Markdown source of the glossary."""
    return page(
        "glossary.jinja",
        title="Glossary",
        description="Words of diffusion models in two sentences each: latent, sigma, guidance, v-prediction, ancestral and more.",
        hide=["toc"],
        tags=[name for term in terms for name in (term.term, *term.also)],
        boost=0.4,
        terms=[
            {
                "term": term,
                "anchor": anchor_of(term),
                "find": " ".join((term.term, *term.also)).casefold(),
                "guide": _guide(term, registry, links),
            }
            for term in terms
        ],
        guide_link=lambda name: links.setting(registry, name),
        links=links,
    )


def _guide(term: Term, registry: Registry, links: Links) -> Named | None:
    known = registry.settings.get(term.guide or "")
    return Named(known.title, links.setting(registry, known.id)) if known else None


def anchor_of(term: Term) -> str:
    """Stable anchor of a term: its words in lower case with hyphens."""
    return "".join(c if c.isalnum() else "-" for c in term.term.casefold()).strip("-")
