"""Links from the guides to symptoms: at each item of *When It Goes Wrong* that is a symptom of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup

from dialed_docs.links import Links
from dialed_docs.prose_html import line
from dialed_docs.reader_types import Symptom

SECTION = "When It Goes Wrong"
ITEM = re.compile(r"<li>(?:\s*<p>)?\s*<strong>(.*?)</strong>.*?</li>", re.DOTALL)


def symptom_path(identifier: str) -> str:
    """Source path of the page of one symptom."""
    return f"symptoms/{identifier}.md"


def with_symptoms(html: Markup, setting: str, symptoms: Sequence[Symptom], links: Links) -> Markup:
    """A guide's *When It Goes Wrong* with a link at each item that is a symptom with a page of its own."""
    found: dict[str, list[Symptom]] = {}
    for symptom in symptoms:
        for cause in symptom.cause:
            if cause.setting == setting and cause.item is not None:
                same = found.setdefault(line(cause.item).striptags(), [])
                same.extend([] if symptom in same else [symptom])

    def linked(match: re.Match[str]) -> str:
        told = found.get(Markup(match[1]).striptags())  # noqa: S704 - only to read its text
        if not told:
            return match[0]
        addresses = Markup(", ").join(
            Markup('<a href="{}">{}</a>').format(links.to(symptom_path(s.id)), s.title)
            for s in told
        )
        end = "</p>\n</li>" if match[0].endswith("</p>\n</li>") else "</li>"
        return f"{match[0].removesuffix(end)} See {addresses}.{end}"

    return Markup(ITEM.sub(linked, html))  # noqa: S704 - escaped by `prose` and `format`


def items_of(text: str) -> list[str]:
    """The words in bold at the beginning of the items of a guide's *When It Goes Wrong*."""
    return re.findall(r"^- \*\*(.+?)\*\*", text, re.MULTILINE)
