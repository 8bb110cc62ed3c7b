"""A plain Markdown twin for every guide and every page of a model, sampler, tool or check: for programs that read text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from dialed.check_types import Check
from dialed.dialect_types import Dialect
from dialed.model_types import Model
from dialed.sampler_types import Sampler
from dialed_docs.check_pages import SEVERITIES, example_text
from dialed_docs.comparison_view import ComparisonView
from dialed_docs.links import SiteMap, setting_page
from dialed_docs.model_values import best_value
from dialed_docs.names_view import where_text
from dialed_docs.site_records import Prose, Registry, Sections
from dialed_docs.twin_guide import about, setting_twin, sources, value_cells
from dialed_docs.twin_text import (
    TwinLinks,
    block,
    code,
    document,
    evidence,
    line,
    linked,
    plain,
    prose,
    section,
    table,
    twin_file,
)
from dialed_docs.wording import conversion_text, value_text

Writer = Callable[[TwinLinks], str]
FULL_LIMIT = 2_000_000


def twin_files(
    registry: Registry,
    text: Prose,
    views: Mapping[str, list[ComparisonView]],
    site: SiteMap,
) -> dict[str, str]:
    """Every twin by its path, and ``llms-full.txt``: all of them in one file, or the guides alone, below two megabytes.

    Args:
        registry: All records.
        text: The Markdown beside the records.
        views: The published comparisons of each setting.
        site: For addresses; what is linked to is noted there.
    """
    writers = _writers(registry, text, views)
    twinned = frozenset(writers)
    files = {}
    for source, write in writers.items():
        path = twin_file(site, source)
        files[path] = write(TwinLinks(site, path, twinned))
    return files | _in_one_file(writers, TwinLinks(site, "llms-full.txt", twinned))


def _in_one_file(writers: Mapping[str, Writer], root: TwinLinks) -> dict[str, str]:
    """All twins, or the guides alone where all are too long; every link as seen from the root."""
    for wanted in ("", "settings/"):
        texts = [write(root) for source, write in writers.items() if source.startswith(wanted)]
        whole = "\n\n---\n\n".join(texts)
        if len(whole.encode("utf-8")) < FULL_LIMIT:
            return {"llms-full.txt": whole}
    return {}


def _writers(
    registry: Registry, text: Prose, views: Mapping[str, list[ComparisonView]]
) -> dict[str, Writer]:
    """For the source path of each page that has a twin what writes it."""
    writers: dict[str, Writer] = {}
    for setting in registry.settings.values():
        sections = text.of("settings", setting.id)
        path = setting_page(setting.group, setting.id)
        writers[path] = partial(setting_twin, setting, sections, views[setting.id], registry)
    for model in registry.models.values():
        sections = text.of("models", model.id)
        writers[f"models/{model.id}.md"] = partial(_model_twin, model, sections, registry)
    for sampler in registry.samplers.values():
        sections = text.of("samplers", sampler.id)
        writers[f"samplers/{sampler.id}.md"] = partial(_sampler_twin, sampler, sections, registry)
    for dialect in registry.dialects.values():
        writers[f"tools/{dialect.id}.md"] = partial(_tool_twin, dialect, registry)
    for rule_code, rule in registry.rules.items():
        writers[f"checks/{rule_code}.md"] = partial(_check_twin, rule, registry)
    return writers


def _model_twin(model: Model, sections: Sections, registry: Registry, links: TwinLinks) -> str:
    values = [(s, best_value(s, model, registry)) for s in registry.settings.values()]
    family = registry.models.get(model.family)
    of_family = family if family is not None and family.id != model.id else None
    facts = [
        (
            "Family",
            linked(of_family.title, links.model(registry, of_family.id)) if of_family else "",
        ),
        ("Architecture", model.architecture),
        ("Predicts", model.prediction),
        ("Guidance", model.guidance),
        ("Distilled", "yes" if model.distilled else "no"),
        ("Sizes", ", ".join(f"{size.width} × {size.height}" for size in model.native_sizes)),
        ("Hub", code(model.hub) if model.hub else ""),
        ("Licence", plain(model.licence)),
        ("Pipelines", ", ".join(f"{code(p.name)} ({p.task})" for p in model.pipelines)),
        ("Evidence", "; ".join(evidence(e, registry, links) for e in model.evidence)),
    ]
    rows = [
        [
            linked(setting.title, links.setting(registry, setting.id)),
            code(setting.id),
            *value_cells(value, registry, links),
        ]
        for setting, value in values
        if value is not None
    ]
    ignored = [
        f"- {_setting_link(i.setting, registry, links)}: {line(i.why)} ({evidence(i.evidence, registry, links)})"
        for i in model.ignores
    ]
    return document(
        [
            f"# {plain(model.title)}",
            line(model.summary),
            about([model.id, *model.aliases]),
            "\n".join(f"- {name}: {said}" for name, said in facts if said),
            section("In Short", prose(sections.get("In Short", ""))),
            section(
                "What to Set",
                table(["Setting", "Id", "Value", "Usual", "Evidence", "Note"], rows),
            ),
            section("Ignores", "\n".join(ignored)),
            sources(model.sources),
        ]
    )


def _sampler_twin(
    sampler: Sampler, sections: Sections, registry: Registry, links: TwinLinks
) -> str:
    facts = [
        f"- Model calls a step: {sampler.calls_per_step}",
        f"- Adds noise at each step: {'yes' if sampler.stochastic else 'no'}",
        f"- More steps approach one picture: {'yes' if sampler.converges else 'no'}",
        f"- Order: {sampler.order}" if sampler.order else "",
        *(
            f"- diffusers: {code(c.name)} "
            + ", ".join(code(f"{name}={value!r}") for name, value in c.arguments.items())
            for c in sampler.diffusers
        ),
    ]
    rows = [
        [
            linked(_tool_title(n.dialect, registry), links.dialect(registry, n.dialect)),
            code(n.name),
            code(n.schedule) if n.schedule else "",
            n.fidelity,
            line(n.note) if n.note else "",
        ]
        for n in sampler.names
    ]
    return document(
        [
            f"# {plain(sampler.title)}",
            line(sampler.summary),
            about([sampler.id, *(name.name for name in sampler.names)]),
            "\n".join(filter(None, facts)),
            section("In Short", prose(sections.get("In Short", ""))),
            section(
                "Names in Tools", table(["Tool", "Name", "Schedule", "Same method", "Note"], rows)
            ),
            section(
                "Evidence", "\n".join(f"- {evidence(e, registry, links)}" for e in sampler.evidence)
            ),
            sources(sampler.sources),
        ]
    )


def _tool_twin(dialect: Dialect, registry: Registry, links: TwinLinks) -> str:
    rows = [
        [
            code(alias.name),
            linked(setting.title, links.setting(registry, setting.id)),
            plain(where_text(alias.where, registry)),
            plain(conversion_text(alias.convert, alias.name, setting.id)),
            code(value_text(alias.default)) if alias.default is not None else "",
        ]
        for setting in registry.settings.values()
        for alias in setting.aliases
        if alias.dialect == dialect.id
    ]
    samplers = [
        [
            code(name.name),
            linked(sampler.title, links.sampler(registry, sampler.id)),
            name.schedule or "",
        ]
        for sampler in registry.samplers.values()
        for name in sampler.names
        if name.dialect == dialect.id
    ]
    like = registry.dialects.get(dialect.like) if dialect.like else None
    return document(
        [
            f"# {plain(dialect.title)}",
            line(dialect.summary),
            f"Settings stand there as: {plain(dialect.written_as.removesuffix('.'))}. Home: {dialect.homepage}",
            f"What it does not name itself is called as in "
            f"{linked(like.title, links.dialect(registry, like.id))}."
            if like
            else None,
            section(
                "Names of Settings",
                table(["Name there", "Setting", "Where", "Value", "Its own default"], sorted(rows)),
            ),
            section(
                "Names of Samplers", table(["Name there", "Sampler", "Schedule"], sorted(samplers))
            ),
            sources(dialect.sources),
        ]
    )


def _check_twin(rule: Check, registry: Registry, links: TwinLinks) -> str:
    looked_at = [
        linked(registry.settings[s].title, links.setting(registry, s))
        for s in sorted(rule.settings | rule.needs)
        if s in registry.settings
    ]
    return document(
        [
            f"# {rule.code} {plain(rule.name)}",
            f"{rule.severity}: {SEVERITIES[rule.severity]}",
            line(rule.what),
            section("Why It Matters", prose(rule.why)),
            section("Breaks the Rule", block(example_text(rule.bad))),
            section("Mended", block(example_text(rule.good))),
            section("Settings It Looks At", ", ".join(looked_at)),
            section("Sources", "\n".join(f"- {source}" for source in rule.sources)),
        ]
    )


def _setting_link(identifier: str, registry: Registry, links: TwinLinks) -> str:
    known = registry.settings.get(identifier)
    return linked(known.title if known else identifier, links.setting(registry, identifier))


def _tool_title(identifier: str, registry: Registry) -> str:
    known = registry.dialects.get(identifier)
    return known.title if known else identifier
