"""From a template and a context to the text of a page."""

from __future__ import annotations

import functools
import html
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dialed_docs.prose_html import line, prose
from dialed_docs.wording import limits_text, number, value_text

TEMPLATES = Path(__file__).parent / "templates"
TWINNED = frozenset({"guide.jinja", "model.jinja", "sampler.jinja", "tool.jinja", "check.jinja"})
"""Templates of pages that have a plain Markdown twin beside them."""
FENCE = re.compile(r"^([\s>]*)(```|~~~)", re.MULTILINE)


@functools.cache
def environment() -> Environment:
    """The template environment: everything printed is escaped, an unknown name is an error."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(
        value=value_text, number=number, limits=limits_text, prose=prose, line=line
    )
    return found


def page(
    template: str,
    *,
    title: str,
    description: str,
    tags: Sequence[str] = (),
    hide: Sequence[str] = (),
    boost: float = 1.0,
    preview: str = "",
    **context: Any,
) -> str:
    """The Markdown source of a page: front matter, raw HTML, and second-level headings in Markdown.

    Args:
        template: File name in the templates folder.
        title: Title for the window, the navigation and the search; plain text.
        description: One sentence for search engines and link previews; plain text.
        tags: Words that the search finds the page by although it does not show them.
        hide: Parts of the theme to leave out: ``navigation``, ``toc``.
        boost: How much more a find on this page weighs in the search.
        preview: Path of the picture that stands for the page where a link to it is shared.
        context: What the template prints.
    """
    # The theme prints front matter as it is, so it is escaped here. JSON is a part of YAML.
    front = {"title": html.escape(title), "description": html.escape(description)}
    lists = {"tags": [html.escape(tag) for tag in tags], "hide": list(hide)}
    matter: dict[str, object] = front | {name: value for name, value in lists.items() if value}
    if template in TWINNED:
        matter["twin"] = True
    if preview:
        matter["preview"] = preview
    if boost != 1.0:
        matter["search"] = {"boost": boost}
    header = "\n".join(f"{name}: {json.dumps(value)}" for name, value in matter.items())
    body = environment().get_template(template).render(title=title, **context)
    return f"---\n{header}\n---\n\n{_without_fences(body)}\n"


def _without_fences(body: str) -> str:
    """Pages hold no fenced code of their own: a fence that comes out of a record must not start one."""
    return FENCE.sub(lambda m: f"{m[1]}&#{ord(m[2][0])};{m[2][1:]}", body)
