"""Addresses inside the site. Pages hold raw HTML, which MkDocs neither rewrites nor checks: so this module does."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from dialed_docs.site_records import Registry

COMPARISONS = "assets/comparisons"


def setting_page(group: str, identifier: str) -> str:
    """Source path of a setting's guide."""
    return f"settings/{group}/{identifier}.md"


@dataclass
class SiteMap:
    """All pages and files of the site, and which of them were linked to.

    Args:
        directory_urls: Whether ``a/b.md`` is served as ``a/b/`` (a site) or as ``a/b.html`` (a folder of files).
    """

    directory_urls: bool = True
    wanted: dict[str, str] = field(default_factory=dict)

    def address(self, source: str) -> str:
        """Address of a page or file from the root of the site, without a leading slash."""
        if not source.endswith(".md"):
            return source
        stem = source.removesuffix(".md")
        if stem == "index" or stem.endswith("/index"):
            folder = stem.removesuffix("index")
            return folder if self.directory_urls else f"{folder}index.html"
        return f"{stem}/" if self.directory_urls else f"{stem}.html"

    def links_of(self, source: str) -> Links:
        """The links as they must be written on one page."""
        return Links(self, source)

    def broken(self, present: set[str]) -> list[str]:
        """What pages link to although it is not there, each with one page that does."""
        return [f"{by} -> {target}" for target, by in self.wanted.items() if target not in present]


@dataclass(frozen=True)
class Links:
    """Relative addresses as seen from one page."""

    site: SiteMap
    source: str

    def to(self, target: str, anchor: str = "") -> str:
        """Relative address of another page or file of the site."""
        self.site.wanted.setdefault(target, self.source)
        return self.file(target) + (f"#{anchor}" if anchor else "")

    def file(self, target: str) -> str:
        """Relative address of a file that is published beside the pages."""
        here = self.site.address(self.source)
        there = self.site.address(target)
        relative = posixpath.relpath(there or ".", posixpath.dirname(here) or ".")
        return f"{relative}/" if there.endswith("/") or not there else relative

    def picture(self, path: str) -> str:
        """Relative address of a published picture; ``path`` as the manifest writes it."""
        return self.file(f"{COMPARISONS}/{path}")

    def setting(self, registry: Registry, identifier: str, anchor: str = "") -> str | None:
        """Guide of a setting, where there is one."""
        setting = registry.settings.get(identifier)
        return self.to(setting_page(setting.group, setting.id), anchor) if setting else None

    def model(self, registry: Registry, identifier: str) -> str | None:
        """Page of a model or family, where there is one."""
        return self.to(f"models/{identifier}.md") if identifier in registry.models else None

    def sampler(self, registry: Registry, identifier: str) -> str | None:
        """Page of a sampler, or its place among the schedules, where there is one."""
        if identifier in registry.samplers:
            return self.to(f"samplers/{identifier}.md")
        if identifier in registry.schedules:
            return self.to("samplers/index.md", f"schedule-{identifier}")
        return None

    def dialect(self, registry: Registry, identifier: str) -> str | None:
        """Page of a tool, where there is one."""
        return self.to(f"tools/{identifier}.md") if identifier in registry.dialects else None
