"""The plain Markdown twin of a guide."""

from __future__ import annotations

from collections.abc import Iterable

from dialed.record_base import Source
from dialed.setting_types import ModelValue, Setting
from dialed_docs.comparison_view import ComparisonView
from dialed_docs.names_view import different_names, example_text, where_text
from dialed_docs.site_records import GROUP_TITLES, Registry, Sections
from dialed_docs.twin_text import (
    TwinLinks,
    code,
    document,
    evidence,
    line,
    linked,
    plain,
    prose,
    section,
    table,
)
from dialed_docs.wording import (
    condition_text,
    conversion_text,
    limits_text,
    range_text,
    stretch,
    value_text,
)


def setting_twin(
    setting: Setting,
    sections: Sections,
    views: list[ComparisonView],
    registry: Registry,
    links: TwinLinks,
) -> str:
    """The whole guide: summary, values with sources, ranges, prose, names in each tool, when it does nothing, tips."""
    kind = f"{code(setting.id)} · {setting.kind}"
    unit = f" in {plain(setting.unit)}" if setting.unit else ""
    bounds = f", {plain(limits)}" if (limits := limits_text(setting.limits)) else ""
    off = f"{code(value_text(setting.off))} switches it off." if setting.off is not None else None
    written = sections.get
    return document(
        [
            f"# {plain(setting.title)}",
            line(setting.summary),
            f"{kind}{unit}{bounds} · {GROUP_TITLES[setting.group]}",
            off,
            about(different_names(setting)),
            section("What It Does", prose(written("What It Does", ""))),
            section("Values", _values(setting, registry, links)),
            section("Value Ranges", _ranges(setting, registry, links)),
            section("Pictures", _pictures(views, links) or _no_picture(setting)),
            section("Names and Values in Your Tool", names_table(setting, registry, links)),
            section("Interacts With", _interactions(setting, registry, links)),
            section("Does Nothing When", _nothing(setting, registry, links)),
            section("When It Goes Wrong", prose(written("When It Goes Wrong", ""))),
            section("Under the Hood", prose(written("Under the Hood", ""))),
            section("Tips", prose(written("Tips", ""))),
            sources(setting.sources),
            f"Record: {linked('JSON', links.to(f'api/v1/settings/{setting.id}.json'))}",
        ]
    )


def about(names: Iterable[str]) -> str | None:
    """All names in one line."""
    listed = ", ".join(code(name) for name in dict.fromkeys(names))
    return f"Also known as: {listed}" if listed else None


def sources(stated: Iterable[Source]) -> str | None:
    """The works that a record cites."""
    rows = [f"- {linked(source.title, source.url)}, read {source.read}" for source in stated]
    return section("Sources", "\n".join(rows))


def value_cells(value: ModelValue, registry: Registry, links: TwinLinks) -> list[str]:
    """Value, usual stretch, evidence and note, as cells of a table."""
    task = f" ({value.task})" if value.task else ""
    return [
        code(value_text(value.value)) + task,
        stretch(value.low, value.high),
        evidence(value.evidence, registry, links),
        line(value.note) if value.note else "",
    ]


def names_table(setting: Setting, registry: Registry, links: TwinLinks) -> str:
    """Every name in every tool, with what becomes of the value."""
    rows = []
    for alias in setting.aliases:
        dialect = registry.dialects.get(alias.dialect)
        off = f"{value_text(alias.off)} there means: not used" if alias.off is not None else ""
        said = [
            conversion_text(alias.convert, alias.name, setting.id),
            example_text(alias, setting),
        ]
        rows.append(
            [
                linked(
                    dialect.title if dialect else alias.dialect,
                    links.dialect(registry, alias.dialect),
                ),
                code(alias.name),
                plain(where_text(alias.where, registry)),
                plain("; ".join(filter(None, [*said, off]))),
                code(value_text(alias.default)) if alias.default is not None else "",
                line(alias.note) if alias.note else "",
            ]
        )
    return table(["Tool", "Name there", "Where", "Value", "Its own default", "Note"], rows)


def _values(setting: Setting, registry: Registry, links: TwinLinks) -> str:
    rows = []
    for value in setting.values:
        model = registry.models.get(value.model)
        title = linked(model.title if model else value.model, links.model(registry, value.model))
        best = "yes" if value.recommended else ""
        rows.append([title, *value_cells(value, registry, links), best])
    return table(["Model", "Value", "Usual", "Evidence", "Note", "Recommended"], rows)


def _ranges(setting: Setting, registry: Registry, links: TwinLinks) -> str:
    parts = []
    for stated in setting.ranges:
        models = [
            linked(
                registry.models[family].title if family in registry.models else family,
                links.model(registry, family),
            )
            for family in stated.families
        ]
        read = "; ".join(evidence(e, registry, links) for e in stated.evidence)
        parts.append(
            f"- **{plain(stated.label)}** ({plain(range_text(stated))}), holds for {', '.join(models)}: "
            f"{line(stated.text)} ({read})"
        )
    return "\n".join(parts)


def _pictures(views: list[ComparisonView], links: TwinLinks) -> str:
    parts = []
    for view in views:
        parts.append(
            f"### {plain(view.comparison.title)}\n\n{line(view.comparison.lesson)}\n\n"
            f"Made by {plain(view.model_title)}; prompt: {plain(view.prompts[0].text)}; seed {view.row.seed}."
        )
        parts.append(
            "\n".join(
                f"- {linked(picture.caption, links.picture(picture.avif))}"
                + (f": {plain(picture.seen)}" if picture.seen else "")
                for picture in view.row.pictures
            )
        )
    return "\n\n".join(parts)


def _no_picture(setting: Setting) -> str:
    return line(setting.no_picture) if setting.no_picture else ""


def _interactions(setting: Setting, registry: Registry, links: TwinLinks) -> str:
    lines = []
    for met in setting.interactions:
        other = registry.settings.get(met.setting)
        title = linked(other.title if other else met.setting, links.setting(registry, met.setting))
        lines.append(f"- {title}: {line(met.text)}")
    return "\n".join(lines)


def _nothing(setting: Setting, registry: Registry, links: TwinLinks) -> str:
    lines = []
    for case in setting.does_nothing:
        said = f" ({evidence(case.evidence, registry, links)})" if case.evidence else ""
        when = plain(condition_text(case.when, registry.models))
        lines.append(f"- **{when}.** {line(case.text)}{said}")
    return "\n".join(lines)
