"""The pages of what was proved by running it: one page for all, and one a model family with every verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dialed.execution_facts import Row, Table, Verdict
from dialed_docs.guide_page import Named
from dialed_docs.links import Links
from dialed_docs.rendering import page
from dialed_docs.site_records import Registry

PATH = "used-or-ignored.md"
FOLDER = "used-or-ignored"
TITLE = "Used or Ignored, Proved"
OTHERS = "others"

Rows = dict[str, Row]


@dataclass(frozen=True)
class Line:
    """One setting in the table of a family: its name, where most pipelines have it, and a verdict for each."""

    setting: Named
    written: str
    cells: list[Verdict | None]


def families_of(table: Table, registry: Registry) -> dict[str, Rows]:
    """The rows by model family, in the order of the records; what stands for no record comes last."""
    found: dict[str, Rows] = {}
    for name, row in table.rows.items():
        known = [model for model in row.stands_for if model in registry.models]
        family = registry.models[known[0]].family if known else OTHERS
        found.setdefault(family, {})[name] = row
    order = [*registry.models, OTHERS]
    return dict(sorted(found.items(), key=lambda pair: order.index(pair[0])))


def family_path(family: str) -> str:
    """Source path of the page of one family."""
    return f"{FOLDER}/{family.removeprefix('family-')}.md"


def execution_pages(
    table: Table, registry: Registry, links_of: Callable[[str], Links]
) -> dict[str, str | bytes]:
    """All pages of the proof by their paths.

    Args:
        table: The committed verdicts (`dialed.execution_facts.read_table`).
        registry: Records, for titles and links.
        links_of: Gives the links as seen from a page.
    """
    pages: dict[str, str | bytes] = {PATH: _overview(table, registry, links_of(PATH))}
    for family, rows in families_of(table, registry).items():
        path = family_path(family)
        pages[path] = _family_page(family, rows, table, registry, links_of(path))
    return pages


def _overview(table: Table, registry: Registry, links: Links) -> str:
    silent: dict[str, dict[str, list[Named]]] = {}
    for family, rows in families_of(table, registry).items():
        for name, row in rows.items():
            for setting, verdict in row.verdicts.items():
                if verdict.answer == "ignored":
                    told = silent.setdefault(setting, {}).setdefault(verdict.detail, [])
                    told.append(Named(name, links.to(family_path(family))))
    families = [
        {
            "name": Named(_family_title(family, registry), links.to(family_path(family))),
            "pipelines": len(rows),
            "totals": Table({}, rows, {}, {}).totals(),
        }
        for family, rows in families_of(table, registry).items()
    ]
    return page(
        "execution.jinja",
        title=TITLE,
        description="Which settings each model's diffusers pipeline uses, ignores or refuses, found out by running it "
        "with two values and comparing the latents bit by bit.",
        hide=["toc"],
        versions=table.versions,
        totals=table.totals(),
        count=len(table.rows),
        asked=len(table.asked),
        exempt={Named(*_setting(s, registry, links)): why for s, why in table.exempt.items()},
        families=families,
        silent=[
            (Named(*_setting(setting, registry, links)), silent[setting])
            for setting in sorted(silent)
        ],
        unprobed=_unprobed(table, registry, links),
        links=links,
    )


def _unprobed(
    table: Table, registry: Registry, links: Links
) -> list[tuple[Named, str, list[Named]]]:
    """Pipeline, reason, settings: what could not be asked."""
    found: list[tuple[Named, str, list[Named]]] = []
    for family, rows in families_of(table, registry).items():
        for name, row in rows.items():
            reasons: dict[str, list[Named]] = {}
            for setting, verdict in row.verdicts.items():
                if verdict.answer == "unprobed":
                    reasons.setdefault(verdict.detail, []).append(
                        Named(*_setting(setting, registry, links))
                    )
            link = Named(name, links.to(family_path(family)))
            found += [(link, reason, settings) for reason, settings in reasons.items()]
    return found


def _family_page(family: str, rows: Rows, table: Table, registry: Registry, links: Links) -> str:
    lines = []
    missing = []
    for setting in table.asked:
        cells = [row.verdicts.get(setting) for row in rows.values()]
        named = Named(*_setting(setting, registry, links))
        if all(cell is None or cell.answer == "missing" for cell in cells):
            missing.append(named)
        else:
            lines.append(Line(named, _most_written(cells), cells))
    title = _family_title(family, registry)
    return page(
        "execution_family.jinja",
        title=f"Used or Ignored: {title}",
        description=f"Which settings the diffusers pipelines of {title} use, ignore or refuse, proved by running them.",
        hide=["toc"],
        family=title,
        home=links.to(PATH),
        versions=table.versions,
        columns=[_column(name, row, registry, links) for name, row in rows.items()],
        lines=lines,
        missing=missing,
        reasons=_reasons(rows, registry, links),
        flags=_flags(rows),
        place=_place,
        links=links,
    )


def _most_written(cells: list[Verdict | None]) -> str:
    """Where most of the pipelines have a setting, so that it need not stand in each cell."""
    told = [_place(cell) for cell in cells if cell is not None and cell.answer != "missing"]
    return max(told, key=told.count)


def _place(verdict: Verdict) -> str:
    return verdict.detail.partition(";")[0] if verdict.answer != "unprobed" else ""


def _flags(rows: Rows) -> list[tuple[str, str, str, list[str]]]:
    """Flag, value, address and the pipelines that copy it: each once for the whole family."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for name, row in rows.items():
        for flag, value, address in row.flags:
            found.setdefault((flag, _flag_text(value), address), []).append(name)
    return [(*flag, names) for flag, names in found.items()]


def _column(name: str, row: Row, registry: Registry, links: Links) -> dict[str, Any]:
    models = [
        Named(registry.models[model].title, links.model(registry, model))
        for model in row.stands_for
        if model in registry.models
    ]
    return {
        "name": name,
        "pipeline": row.pipeline,
        "task": row.task,
        "models": models,
        "note": row.note,
    }


def _flag_text(value: Any) -> str:
    return (
        "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    )


def _reasons(rows: Rows, registry: Registry, links: Links) -> list[tuple[str, str, list[Named]]]:
    """Answer, reason and settings of all that was refused, ignored for a reason, or could not be asked."""
    found: dict[tuple[str, str], dict[str, Named]] = {}
    for row in rows.values():
        for setting, verdict in row.verdicts.items():
            reason = verdict.detail.partition("; ")[2]
            if verdict.answer == "unprobed":
                reason = verdict.detail
            if verdict.answer in {"refused", "unprobed", "ignored"} and reason:
                named = Named(*_setting(setting, registry, links))
                found.setdefault((verdict.answer, reason), {})[setting] = named
    return [(answer, reason, list(named.values())) for (answer, reason), named in found.items()]


def _setting(identifier: str, registry: Registry, links: Links) -> tuple[str, str | None]:
    return identifier, links.setting(registry, identifier)


def _family_title(family: str, registry: Registry) -> str:
    return "Other models" if family == OTHERS else registry.models[family].title
