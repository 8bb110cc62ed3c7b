"""Markdown prose of records as HTML that cannot carry markup, scripts or pictures of its own."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

import markdown
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup, escape

CODE_SPAN = re.compile(r"<a\b.*?</a>|(?<!<pre>)<code>([a-z0-9][a-z0-9_.-]*)</code>", re.DOTALL)
"""A code span with one word in it; a whole link matches too, without the group: links do not nest."""


class _PlainLinks(Treeprocessor):
    """Keeps links to https addresses and drops every other address (``javascript:`` and the like)."""

    def run(self, root: Element) -> None:
        for link in root.iter("a"):
            if not link.get("href", "").startswith("https://"):
                link.attrib.pop("href", None)
            else:
                link.set("rel", "noopener")


@functools.cache
def _reader() -> markdown.Markdown:
    reader = markdown.Markdown(extensions=["sane_lists", "tables", "fenced_code"])
    reader.preprocessors.deregister("html_block")
    reader.inlinePatterns.deregister("html")
    for pattern in ("image_link", "image_reference", "short_image_ref"):
        reader.inlinePatterns.deregister(pattern)
    # After `inline`, which makes the links, and before what resolves escapes.
    reader.treeprocessors.register(_PlainLinks(reader), "plain_links", 15)
    return reader


def prose(text: str, link: Callable[[str], str | None] | None = None) -> Markup:
    """HTML of a Markdown text from a record; raw HTML in it is shown as text.

    Args:
        text: The Markdown.
        link: Gives the address of a guide for a canonical id; the first time an id stands in code
            type it becomes a link.
    """
    html = _reader().reset().convert(text)
    if link is not None:
        html = _linked(html, link)
    # The reader escapes all text, knows no raw HTML and keeps https links alone.
    return Markup(html)  # noqa: S704


def line(text: str, link: Callable[[str], str | None] | None = None) -> Markup:
    """Like `prose` for a text of one paragraph: without the paragraph around it."""
    html = prose(text, link)
    inner = html.removeprefix("<p>").removesuffix("</p>")
    return Markup(inner) if "<p>" not in inner else html  # noqa: S704


def _linked(html: str, link: Callable[[str], str | None]) -> str:
    seen: set[str] = set()

    def wrap(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return match[0]
        address = None if name in seen else link(name)
        seen.add(name)
        return match[0] if address is None else f'<a href="{escape(address)}">{match[0]}</a>'

    return CODE_SPAN.sub(wrap, html)
