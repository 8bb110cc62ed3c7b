"""Evidence as a reader sees it: what kind, where to read it, when it was read."""

from __future__ import annotations

from dataclasses import dataclass

from dialed.record_base import Evidence
from dialed_docs.links import Links
from dialed_docs.site_records import Registry

KINDS = {
    "signature": "signature",
    "config": "config file",
    "vendor": "vendor",
    "measured": "measured",
    "community": "community",
}


@dataclass(frozen=True)
class EvidenceView:
    """One piece of evidence, ready to print."""

    kind: str
    label: str
    place: str
    address: str | None
    read: str
    quote: str


def evidence_view(evidence: Evidence, registry: Registry, links: Links) -> EvidenceView:
    """Describe where a number was read."""
    address: str | None = evidence.url
    place = ""
    if evidence.kind == "signature":
        place = f"{evidence.callable} · {evidence.argument}"
    elif evidence.kind == "config" and evidence.file:
        place = f"{evidence.file} · {evidence.field}"
    elif evidence.kind == "config" and evidence.url:
        place = f"{place_of(evidence.url)} · {evidence.field}"
    elif evidence.kind == "measured" and evidence.comparison:
        setting, _, comparison = evidence.comparison.partition("/")
        known = registry.settings.get(setting)
        shown = known and any(c.id == comparison for c in known.comparisons)
        address = links.setting(registry, setting, comparison) if shown else None
        place = evidence.comparison
    elif evidence.url:
        place = place_of(evidence.url)
    return EvidenceView(
        kind=evidence.kind,
        label=KINDS[evidence.kind],
        place=place,
        address=address,
        read=evidence.read.isoformat() if evidence.read else "",
        quote=evidence.quote or "",
    )


def place_of(url: str) -> str:
    """A short name of a page: the repository and file, the paper's number, or the host."""
    host, _, path = url.removeprefix("https://").removeprefix("www.").partition("/")
    parts = [part for part in path.split("#")[0].split("?")[0].split("/") if part]
    if host in {"github.com", "huggingface.co"} and len(parts) >= 2:
        return parts[1] if len(parts) < 5 else f"{parts[1]}, {parts[-1]}"
    if host == "raw.githubusercontent.com" and len(parts) >= 4:
        return f"{parts[1]}, {parts[-1]}"
    if host == "arxiv.org" and parts:
        return f"arXiv {parts[-1]}"
    return host
