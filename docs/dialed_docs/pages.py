"""The whole site as one pure function: records, prose and manifest in, files out."""

from __future__ import annotations

from typing import Any

from dialed.diffusers_inconsistencies import read_inconsistencies
from dialed.execution_facts import read_table
from dialed_docs.check_pages import check_page, checks_index
from dialed_docs.comparison_rows import row_files
from dialed_docs.comparison_view import ComparisonView, comparison_views
from dialed_docs.execution_page import PATH as EXECUTION_PAGE
from dialed_docs.execution_page import execution_pages, families_of, family_path
from dialed_docs.explorer_page import DATA as EXPLORER_DATA
from dialed_docs.explorer_page import PATH as EXPLORER_PAGE
from dialed_docs.explorer_page import explorer_data, explorer_page
from dialed_docs.feeds import PATH as CHANGES_PAGE
from dialed_docs.feeds import changes_page
from dialed_docs.for_programs import program_files
from dialed_docs.grid_page import grid_page, numbers_page
from dialed_docs.guide_page import guide_page
from dialed_docs.home_page import home_page
from dialed_docs.inconsistency_page import PATH as INCONSISTENCIES_PAGE
from dialed_docs.inconsistency_page import inconsistency_page
from dialed_docs.links import SiteMap, setting_page
from dialed_docs.model_pages import model_page, models_index
from dialed_docs.model_values import values_page_path
from dialed_docs.more_models import more_models, more_models_path
from dialed_docs.name_pages import name_pages, name_parts
from dialed_docs.paste_page import PATH as PASTE_PAGE
from dialed_docs.paste_page import paste_page
from dialed_docs.picture_copies import Copies
from dialed_docs.pictures import MissingPicturesError
from dialed_docs.proof_view import model_proofs, setting_proof
from dialed_docs.reader_pages import read_texts, reader_nav, reader_pages
from dialed_docs.sampler_pages import sampler_page, samplers_index
from dialed_docs.settings_filter import DATA as FILTER_DATA
from dialed_docs.settings_filter import filter_data
from dialed_docs.settings_index import settings_index
from dialed_docs.site_records import GROUP_TITLES, Prose, Registry, by_group
from dialed_docs.tool_pages import (
    more_names_page,
    second_page,
    second_pages,
    tool_page,
    tools_index,
)
from dialed_docs.translator_page import DATA as TRANSLATOR_DATA
from dialed_docs.translator_page import PATH as TRANSLATOR_PAGE
from dialed_docs.translator_page import translator_data, translator_page
from dialed_docs.values_page import values_page
from dialed_generator.manifest import Manifest

HAND_WRITTEN = (
    "methods.md",
    "vignette.md",
    "review-of-records.md",
    "review-of-models.md",
    "your-model.md",
    "many-machines.md",
    "same-seed.md",
    "contribute.md",
)
"""Pages that lie in the documentation folder as they are."""

Nav = list[dict[str, Any]]


class BrokenLinkError(Exception):
    """A page links to a page or file that is not built: a fault of the page builder."""


def build_pages(
    registry: Registry,
    manifest: Manifest,
    prose: Prose | None = None,
    *,
    directory_urls: bool = True,
    allow_missing: bool = False,
    browser_runtime: bool = False,
    site_url: str = "",
) -> dict[str, str | bytes]:
    """Every generated file of the site by its path below the documentation folder.

    Args:
        registry: All records.
        manifest: What was published.
        prose: The Markdown beside the records.
        directory_urls: Whether pages are served as folders (a web server) or as files (a local copy).
        allow_missing: Leave out comparisons that are not published instead of refusing to build.
        browser_runtime: Whether the Python that reads settings in the browser lies in the documentation folder.
        site_url: Where the site will stand, with a slash at the end; empty where that is not known.

    Raises:
        MissingPicturesError: A declared comparison is not published in full.
        BrokenLinkError: A page links to nothing.
    """
    prose = prose or Prose()
    site = SiteMap(directory_urls=directory_urls)
    views = _views(registry, manifest, allow_missing=allow_missing)
    pages: dict[str, str | bytes] = {
        "index.md": home_page(registry, views, manifest, site.links_of("index.md")),
        "settings/index.md": settings_index(registry, views, site.links_of("settings/index.md")),
        "models/index.md": models_index(registry, site.links_of("models/index.md")),
        "samplers/index.md": samplers_index(registry, site.links_of("samplers/index.md")),
        "tools/index.md": tools_index(registry, site.links_of("tools/index.md")),
        "checks/index.md": checks_index(registry, site.links_of("checks/index.md")),
        PASTE_PAGE: paste_page(registry, site.links_of(PASTE_PAGE), runtime=browser_runtime),
        CHANGES_PAGE: changes_page(registry, site.links_of(CHANGES_PAGE)),
    }
    pages[FILTER_DATA] = filter_data(registry)
    texts, proved = read_texts(), read_table()
    pages |= reader_pages(texts, views, registry, manifest, site.links_of)
    links = site.links_of(EXPLORER_PAGE)
    pages[EXPLORER_PAGE] = explorer_page(registry, views, links)
    pages[EXPLORER_DATA] = explorer_data(registry, views, links)
    links = site.links_of(TRANSLATOR_PAGE)
    pages[TRANSLATOR_PAGE] = translator_page(registry, links)
    pages[TRANSLATOR_DATA] = translator_data(registry, links)
    pages |= name_pages(registry, site.links_of)
    copies = Copies(registry)
    for setting in registry.settings.values():
        path = setting_page(setting.group, setting.id)
        sections = prose.of("settings", setting.id)
        own = views[setting.id]
        links = site.links_of(path)
        pages[path] = guide_page(
            setting,
            sections,
            own,
            registry,
            manifest,
            links,
            texts.symptoms,
            setting_proof(proved, setting.id, registry, links),
        )
        if (more := more_models(setting, registry, site.links_of(path))) is not None:
            pages[more_models_path(setting)] = more
        pages |= row_files(own, registry, manifest, copies)
        if (values := values_page_path(setting)) is not None:
            pages[values] = values_page(setting, registry, site.links_of(values))
        for view in own:
            if (numbers := view.numbers_page) is not None:
                pages[numbers] = numbers_page(setting, view, registry, site.links_of(numbers))
            if view.has_page:
                links = site.links_of(view.page)
                pages[view.page] = grid_page(setting, view, registry, links)
    for model in registry.models.values():
        path = f"models/{model.id}.md"
        sections = prose.of("models", model.id)
        links = site.links_of(path)
        proofs = model_proofs(proved, model, registry, links)
        pages[path] = model_page(model, sections, views, registry, links, proofs)
    for sampler in registry.samplers.values():
        path = f"samplers/{sampler.id}.md"
        sections = prose.of("samplers", sampler.id)
        pages[path] = sampler_page(sampler, sections, views, registry, site.links_of(path))
    seconds = second_pages(registry)
    for dialect in registry.dialects.values():
        path = f"tools/{dialect.id}.md"
        pages[path] = tool_page(dialect, registry, site.links_of(path))
        if (more_path := second_page(dialect.id)) in seconds:
            pages[more_path] = more_names_page(dialect, registry, site.links_of(more_path))
    for code, rule in registry.rules.items():
        path = f"checks/{code}.md"
        pages[path] = check_page(rule, registry, site.links_of(path))
    inconsistencies, links = read_inconsistencies(), site.links_of(INCONSISTENCIES_PAGE)
    pages[INCONSISTENCIES_PAGE] = inconsistency_page(inconsistencies, registry, links)
    pages |= execution_pages(proved, registry, site.links_of)
    pages |= program_files(registry, manifest, prose, views, site, proved=proved, site_url=site_url)
    if broken := site.broken({*pages, *HAND_WRITTEN}):
        raise BrokenLinkError("pages link to what is not built: " + "; ".join(broken[:5]))
    return pages


def _views(
    registry: Registry, manifest: Manifest, *, allow_missing: bool
) -> dict[str, list[ComparisonView]]:
    views: dict[str, list[ComparisonView]] = {}
    missing: list[str] = []
    for setting in registry.settings.values():
        try:
            views[setting.id] = comparison_views(
                setting, registry, manifest, allow_missing=allow_missing
            )
        except MissingPicturesError as error:
            missing += error.missing
    if missing:
        raise MissingPicturesError(missing)
    return views


def site_nav(registry: Registry) -> Nav:
    """The navigation: nested, so that a page carries its own branch and not the whole tree."""
    settings: list[Any] = ["settings/index.md", {"Two settings at once": EXPLORER_PAGE}]
    for group, members in by_group(registry.settings).items():
        pages = [setting_page(s.group, s.id) for s in members]
        settings.append({GROUP_TITLES[group]: pages})
    names = [{title: path} for title, path in name_parts(registry).items()]
    settings.append({"Names from A to Z": names})
    models: list[Any] = ["models/index.md"]
    families = [m for m in registry.models.values() if m.abstract]
    for family in families:
        members_of = [m for m in registry.models.values() if m.family == family.id and m != family]
        pages = [f"models/{m.id}.md" for m in (family, *members_of)]
        models.append({nav_title(family.title): pages})
    rest = {m.id for m in registry.models.values()} - {
        m.id for f in families for m in registry.models.values() if m.family == f.id
    }
    models += [f"models/{identifier}.md" for identifier in registry.models if identifier in rest]
    proofs = [family_path(family) for family in families_of(read_table(), registry)]
    methods: list[Any] = [
        "methods.md",
        "vignette.md",
        "your-model.md",
        "review-of-records.md",
        "review-of-models.md",
        CHANGES_PAGE,
    ]
    methods += ["many-machines.md", "same-seed.md"]
    methods.append({"Used or ignored, proved": [EXECUTION_PAGE, *proofs]})
    samplers = [f"samplers/{s}.md" for s in registry.samplers]
    seconds = second_pages(registry)
    tools = ["tools/index.md"]
    for dialect in registry.dialects:
        tools += [f"tools/{dialect}.md", *{second_page(dialect)}.intersection(seconds)]
    symptoms, learn = reader_nav(read_texts())
    checks = ["checks/index.md", *(f"checks/{code}.md" for code in registry.rules)]
    # Eight sections: as many as stand on one line of the header.
    return [
        {"Home": "index.md"},
        {"Settings": settings},
        {"Models": models},
        {"Samplers": ["samplers/index.md", TRANSLATOR_PAGE, *samplers]},
        {"Tools": [*tools, INCONSISTENCIES_PAGE]},
        {"Symptoms": symptoms},
        {"Learn": learn},
        {"Explain": PASTE_PAGE},
        {"About": [*methods, {"Checks": checks}, "contribute.md"]},
    ]


def nav_title(title: str) -> str:
    """A title as the theme prints it unescaped."""
    return title.translate({ord("<"): "‹", ord(">"): "›", ord("&"): "and"})
