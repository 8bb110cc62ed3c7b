"""Pieces of plain Markdown for programs that read text: escaped, without any HTML, with links that resolve."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dialed.record_base import Evidence
from dialed_docs.evidence_view import evidence_view
from dialed_docs.links import Links, SiteMap
from dialed_docs.site_records import Registry

ENDING = ".twin"
"""What a twin is called until MkDocs is done, which would take Markdown for a page of its own."""
CODE = re.compile(r"(^(```|~~~).*?(?:^\2|\Z)|(`+)(?!`).+?(?<!`)\3(?!`))", re.DOTALL | re.MULTILINE)
UNSAFE_LINK = re.compile(r"\]\((?!https://)")
MARKS = re.compile(r"([>\[\]`\\*])")
REFERENCE = re.compile(r"^(\s*)\[", re.MULTILINE)


def twin_file(site: SiteMap, source: str) -> str:
    """Path of the twin of a page, as the builder writes it: beside the page, ``index.twin`` in its folder."""
    address = site.address(source)
    if address.endswith("/"):
        return f"{address}index{ENDING}"
    return address.removesuffix(".html") + ENDING


def twin_address(site: SiteMap, source: str) -> str:
    """Address of the twin of a page below the site's root, as it is served."""
    return twin_file(site, source).removesuffix(ENDING) + ".md"


@dataclass(frozen=True)
class TwinLinks(Links):
    """Relative addresses as seen from a twin: to other twins where there are any, else to pages.

    Args:
        twinned: Source paths of all pages that have a twin.
    """

    twinned: frozenset[str] = frozenset()

    def to(self, target: str, anchor: str = "") -> str:
        """Relative address of the twin of a page, or of the page or file itself."""
        if target not in self.twinned:
            return super().to(target, anchor)
        self.site.wanted.setdefault(target, self.source)
        return self.file(twin_file(self.site, target)).removesuffix(ENDING) + ".md"


def plain(text: str) -> str:
    """Text of one line in which nothing is markup."""
    return MARKS.sub(r"\\\1", " ".join(text.split())).replace("<", "&lt;")


def code(text: str) -> str:
    """A code span that holds any text."""
    text = " ".join(text.split())
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def block(text: str) -> str:
    """A code block that holds any text."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}\n{text}\n{fence}"


def prose(text: str) -> str:
    """Markdown of a record: kept, but for tags and for links to anything but https addresses."""
    parts = CODE.split(text.strip())
    # Each match adds the code and the two groups that mark its ends: text, code, mark, mark, text, ...
    kept = [_without_tags(p) if i % 4 == 0 else p for i, p in enumerate(parts) if i % 4 <= 1]
    return "".join(part or "" for part in kept)


def line(text: str) -> str:
    """The same on one line."""
    return " ".join(prose(text).split())


def _without_tags(text: str) -> str:
    text = REFERENCE.sub(r"\1\\[", text.replace("<", "&lt;"))
    return UNSAFE_LINK.sub(r"]\\(", text)


def linked(title: str, address: str | None) -> str:
    """A link, or its words alone."""
    return f"[{plain(title)}]({_destination(address)})" if address else plain(title)


def _destination(address: str) -> str:
    """An address that ends where it should: blanks and brackets in it are written as the standard says."""
    return address.replace(" ", "%20").replace("(", "%28").replace(")", "%29").replace("<", "%3C")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; empty without rows. A cell's bars are escaped, also within code."""
    lines = [_row(cells) for cells in rows]
    if not lines:
        return ""
    return "\n".join([_row(head), _row(["---"] * len(head)), *lines])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def evidence(stated: Evidence, registry: Registry, links: Links) -> str:
    """What kind of evidence, where it stands, when it was read, and its words."""
    view = evidence_view(stated, registry, links)
    place = linked(view.place, view.address) if view.place else ""
    read = f"read {view.read}" if view.read else ""
    quote = f"“{plain(view.quote)}”" if view.quote else ""
    said = ", ".join(filter(None, [place, read, quote]))
    return f"{view.label}: {said}" if said else view.label


def document(parts: Iterable[str | None]) -> str:
    """A whole text of its paragraphs, tables and headings; what is empty is left out."""
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def section(heading: str, *parts: str | None) -> str | None:
    """A second-level heading with what stands below it; nothing where nothing does."""
    body = "\n\n".join(part.strip("\n") for part in parts if part)
    return f"## {plain(heading)}\n\n{body}" if body else None
