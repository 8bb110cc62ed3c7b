"""The records for programs: static JSON below ``/api/v1/``, and ``llms.txt``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from pydantic import BaseModel

from dialed.api_types import SCHEMA_VERSION
from dialed.dialect_types import Dialect
from dialed.execution_facts import NO_ARGUMENT, Table
from dialed.model_types import Model
from dialed.sampler_types import Sampler
from dialed.setting_types import Alias, Setting
from dialed.suggestion import fold
from dialed.typescript_types import typescript
from dialed_docs.links import SiteMap, setting_page
from dialed_docs.openapi import openapi, record_schemas
from dialed_docs.site_records import GROUP_TITLES, Registry, by_group
from dialed_docs.twin_text import line, plain, twin_address
from dialed_generator.manifest import Manifest

LLMS_HEAD = """\
# Dialed

> The open field guide to diffusion image settings: what every setting does, with real pictures; what to use with each
> model, with a source; what it is called, in what unit, in each tool.

Every record is also JSON: api/v1/index.json lists them, api/v1/aliases.json finds a setting by any name, and
api/v1/openapi.json describes it all. Every page named here is also Markdown, at the address that its line ends with.
"""
KEY = "a name in lower case without spaces, _ and -"
KINDS = ("settings", "models", "samplers", "schedules", "dialects")


def json_bytes(data: Any) -> bytes:
    """Compact JSON in UTF-8 with a final line end."""
    return (json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8")


def api_files(
    registry: Registry, manifest: Manifest, site: SiteMap, proved: Table | None = None
) -> dict[str, bytes]:
    """Every record as a file of its own, indexes with totals, the lookup by any name, types and schemas.

    Args:
        registry: All records.
        manifest: What was published.
        site: For the addresses of guides.
        proved: What running the pipelines showed; without it there is no file of it.
    """
    files: dict[str, bytes] = {}
    updated = updated_on(registry)
    head: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "updated": updated}
    index: dict[str, Any] = dict(head)
    totals = {kind: len(getattr(registry, kind)) for kind in KINDS}
    index["totals"] = totals | {"pictures": len(manifest.images)}
    for kind in KINDS:
        records: Mapping[str, BaseModel] = getattr(registry, kind)
        listed = []
        for identifier, record in records.items():
            path = f"api/v1/{kind}/{identifier}.json"
            content = record.model_dump(mode="json", by_alias=True, exclude_defaults=True)
            files[path] = json_bytes({"schema_version": SCHEMA_VERSION, "record": kind} | content)
            listed.append({"id": identifier, "title": content["title"], "href": path})
        index[kind] = listed
        own = {"record": kind, "total": len(listed), "records": listed}
        files[f"api/v1/{kind}/index.json"] = json_bytes(head | own)
    aliases = _aliases(registry, site)
    index |= {"aliases": "api/v1/aliases.json", "openapi": "api/v1/openapi.json"}
    files["api/v1/aliases.json"] = json_bytes(
        head | {"key": KEY, "total": len(aliases), "aliases": aliases}
    )
    for dialect in registry.dialects:
        names = _names_in(dialect, registry, site)
        told = {"dialect": dialect, "key": KEY, "total": len(names), "aliases": names}
        files[f"api/v1/aliases/{dialect}.json"] = json_bytes(head | told)
    if proved is not None:
        files["api/v1/execution.json"] = json_bytes(head | _proved(proved))
    files["api/v1/index.json"] = json_bytes(index)
    files["api/v1/types.d.ts"] = typescript().encode("utf-8")
    for name, schema in record_schemas().items():
        files[f"api/v1/schemas/{name}"] = json_bytes(schema)
    described = [*files, "api/v1/openapi.json"]
    files["api/v1/openapi.json"] = json_bytes(openapi(described, updated, index["totals"]))
    return files


def llms_text(registry: Registry, site: SiteMap, *, whole: bool = False) -> str:
    """A map of the site for programs that read text.

    Args:
        registry: All records.
        site: For addresses.
        whole: Whether all twins are there in one file too.
    """
    lines = [LLMS_HEAD + ("All of them in one file: llms-full.txt\n" if whole else "")]
    for group, settings in by_group(registry.settings).items():
        lines.append(f"## Settings: {GROUP_TITLES[group]}\n")
        lines += [_mapped(s, setting_page(s.group, s.id), site) for s in settings]
        lines.append("")
    for heading, folder, records in (
        ("Models", "models", registry.models),
        ("Samplers", "samplers", registry.samplers),
        ("Tools", "tools", registry.dialects),
    ):
        lines.append(f"## {heading}\n")
        lines += [_mapped(record, f"{folder}/{record.id}.md", site) for record in records.values()]
        lines.append("")
    lines.append("## Checks\n")
    for code, rule in registry.rules.items():
        address, twin = (
            f(f"checks/{code}.md") for f in (site.address, partial(twin_address, site))
        )
        lines.append(f"- [{code} {rule.name}]({address}): {line(rule.what)} ([Markdown]({twin}))")
    lines.append("")
    return "\n".join(lines)


def _aliases(registry: Registry, site: SiteMap) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for setting in registry.settings.values():
        href = site.address(setting_page(setting.group, setting.id))
        names = [(setting.id, ""), *((name, "") for name in setting.also_known_as)]
        names += [(alias.name, alias.dialect) for alias in setting.aliases]
        for name, dialect in names:
            entry = {"name": name, "setting": setting.id, "dialect": dialect, "href": href}
            entries = found.setdefault(fold(name), [])
            if entry not in entries:
                entries.append(entry)
    return dict(sorted(found.items()))


def _names_in(dialect: str, registry: Registry, site: SiteMap) -> dict[str, list[dict[str, Any]]]:
    """What the names mean in one dialect: its own, and those of the dialect that it is like."""
    lineage = registry.names.lineage(dialect)
    found: dict[str, list[tuple[int, Setting, Alias]]] = {}
    for setting in registry.settings.values():
        for alias in setting.aliases:
            if alias.dialect in lineage:
                named = (lineage.index(alias.dialect), setting, alias)
                found.setdefault(fold(alias.name), []).append(named)
    written: dict[str, list[dict[str, Any]]] = {}
    for name, meanings in sorted(found.items()):
        # The nearest dialect that has the name alone says what it means: as the library reads it.
        nearest = min(distance for distance, _, _ in meanings)
        written[name] = [
            {
                "name": alias.name,
                "setting": setting.id,
                "primary": alias.primary,
                "own": distance == 0,
                "converts": alias.convert is not None,
                "where": alias.where.model_dump(mode="json", exclude_defaults=True)
                if alias.where
                else {},
                "href": site.address(setting_page(setting.group, setting.id)),
            }
            for distance, setting, alias in meanings
            if distance == nearest
        ]
    return written


def _proved(table: Table) -> dict[str, Any]:
    """What running the pipelines showed, without the settings that have no argument there."""
    models = {
        name: {
            "pipeline": row.pipeline,
            "task": row.task,
            "stands_for": row.stands_for,
            "note": row.note,
            "answers": {
                setting: {"answer": verdict.answer, "detail": verdict.detail}
                for setting, verdict in row.verdicts.items()
                if verdict.detail != NO_ARGUMENT
            },
        }
        for name, row in table.rows.items()
    }
    return {"versions": table.versions, "total": len(models), "models": models}


def updated_on(registry: Registry) -> str | None:
    """The day on which a record last came or changed: not the day of the build, so builds stay alike."""
    days = [
        record.status.changed or record.status.added
        for kind in KINDS
        for record in getattr(registry, kind).values()
    ]
    return max(days).isoformat() if days else None


def _mapped(record: Setting | Model | Sampler | Dialect, page: str, site: SiteMap) -> str:
    title, address, twin = plain(record.title), site.address(page), twin_address(site, page)
    return f"- [{title}]({address}): {line(record.summary)} ([Markdown]({twin}))"
