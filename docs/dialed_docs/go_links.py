"""Short addresses that a program can make from any name, ``go/<name>/``, and old addresses of what was renamed.

Each is a tiny page that MkDocs knows nothing of: it leads on at once, and to a reader without that, by a link. A name
that means several settings leads to a choice.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from dialed.suggestion import fold
from dialed_docs.links import SiteMap, setting_page
from dialed_docs.site_records import Registry

PATH = re.compile(r"[a-z0-9](?:[a-z0-9_.+-]{0,78}[a-z0-9_+-])?")
"""Names that are a folder's name on every system and stand in an address as they are."""
DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
HEAD = (
    '<!doctype html><html lang="en"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width,initial-scale=1">'
    '<meta name="robots" content="noindex"><title>{title}</title>'
)


@dataclass(frozen=True, order=True)
class Meaning:
    """One thing that a name can mean: its title, its page, and the tools that call it so."""

    title: str
    page: str
    tools: tuple[str, ...] = ()


def go_pages(registry: Registry, site: SiteMap, root: str = "") -> dict[str, str]:
    """All short addresses and redirects as HTML, by path below the site's root.

    Args:
        registry: All records.
        site: For the addresses of pages; what is linked to is noted there.
        root: Address of the site with a slash at the end, where it is known.
    """
    pages = {}
    for name, meanings in sorted(_names(registry).items()):
        path = f"go/{name}/index.html"
        pages[path] = _page(name, meanings, path, site, root)
    return pages | _moved(registry, site, root)


def is_path(name: str) -> bool:
    """Whether a name can be a folder everywhere and needs no escapes in an address."""
    return PATH.fullmatch(name) is not None and DEVICES.fullmatch(name) is None


def _names(registry: Registry) -> dict[str, list[Meaning]]:
    """What each name that can be a path means. Ids come first: they mean one thing alone.

    After settings come samplers, models, tools and checks, each under its id where no name of a setting is the same.
    """
    meant: dict[str, list[Meaning]] = {}
    for folded, meanings in _setting_names(registry).items():
        meant[folded] = sorted(meanings)
    for setting in registry.settings.values():
        meant[setting.id] = [Meaning(setting.title, setting_page(setting.group, setting.id))]
    for identifier, meaning in _others(registry):
        meant.setdefault(identifier, [meaning])
    return {name: meanings for name, meanings in meant.items() if is_path(name)}


def _setting_names(registry: Registry) -> dict[str, list[Meaning]]:
    tools: dict[str, dict[str, dict[str, None]]] = {}
    for setting in registry.settings.values():
        for name in (setting.id, setting.title, *setting.also_known_as):
            tools.setdefault(fold(name), {}).setdefault(setting.id, {})
        for alias in setting.aliases:
            dialect = registry.dialects.get(alias.dialect)
            title = dialect.title if dialect else alias.dialect
            tools.setdefault(fold(alias.name), {}).setdefault(setting.id, {})[title] = None
    return {
        folded: [
            Meaning(
                registry.settings[identifier].title,
                setting_page(registry.settings[identifier].group, identifier),
                tuple(named),
            )
            for identifier, named in of_name.items()
        ]
        for folded, of_name in tools.items()
    }


def _others(registry: Registry) -> Iterator[tuple[str, Meaning]]:
    for sampler in registry.samplers.values():
        yield sampler.id, Meaning(sampler.title, f"samplers/{sampler.id}.md")
    for model in registry.models.values():
        yield model.id, Meaning(model.title, f"models/{model.id}.md")
    for dialect in registry.dialects.values():
        yield dialect.id, Meaning(dialect.title, f"tools/{dialect.id}.md")
    for code, rule in registry.rules.items():
        yield code.lower(), Meaning(f"{code} {rule.name}", f"checks/{code}.md")


def _moved(registry: Registry, site: SiteMap, root: str) -> dict[str, str]:
    """Redirects from the addresses that renamed records had; an id that is in use again is none."""
    moves: dict[str, Meaning] = {}
    for setting in registry.settings.values():
        page = setting_page(setting.group, setting.id)
        for old in set(setting.status.renamed_from) - set(registry.settings):
            moves[setting_page(setting.group, old)] = Meaning(setting.title, page)
    for kind, folder in (("models", "models"), ("samplers", "samplers"), ("dialects", "tools")):
        records = getattr(registry, kind)
        for record in records.values():
            for old in set(record.status.renamed_from) - set(records):
                page = f"{folder}/{record.id}.md"
                moves[f"{folder}/{old}.md"] = Meaning(record.title, page)
    pages = {}
    for old_page, meaning in sorted(moves.items()):
        path = site.address(old_page)
        path = f"{path}index.html" if path.endswith("/") else path
        pages[path] = _page(old_page, [meaning], path, site, root)
    return pages


def _page(name: str, meanings: list[Meaning], path: str, site: SiteMap, root: str) -> str:
    links = site.links_of(path)
    if len(meanings) == 1:
        meaning = meanings[0]
        there = html.escape(links.to(meaning.page))
        canonical = html.escape(
            f"{root}{site.address(meaning.page)}" if root else links.to(meaning.page)
        )
        title = html.escape(meaning.title)
        return (
            HEAD.format(title=title)
            + f'<meta http-equiv="refresh" content="0; url={there}"><link rel="canonical" href="{canonical}">'
            + f'<p><a href="{there}">{title}</a></p></html>\n'
        )
    choices = "".join(
        f'<li><a href="{html.escape(links.to(meaning.page))}">{html.escape(meaning.title)}</a>'
        f"{': ' if meaning.tools else ''}{html.escape(', '.join(meaning.tools))}</li>"
        for meaning in meanings
    )
    said = html.escape(name)
    return (
        HEAD.format(title=f"{said}: which one?")
        + f"<h1>{said} means several settings</h1><ul>{choices}</ul></html>\n"
    )
