"""The records for programs: static JSON below ``/api/v1/``, the rows of comparisons, and ``llms.txt``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from dialed.api_types import SCHEMA_VERSION
from dialed.model_types import Model
from dialed.suggestion import fold
from dialed.typescript_types import typescript
from dialed_docs.comparison_view import ComparisonView, rows_of
from dialed_docs.diffusers_code import diffusers_code
from dialed_docs.guide_page import model_source
from dialed_docs.links import SiteMap, setting_page
from dialed_docs.pictures import Row
from dialed_docs.site_records import GROUP_TITLES, Registry, by_group
from dialed_generator.manifest import Manifest

LLMS_HEAD = """\
# Dialed

> The open field guide to diffusion image settings: what every setting does, with real pictures; what to use with each
> model, with a source; what it is called, in what unit, in each tool.

Every record is also JSON: api/v1/index.json lists them, api/v1/aliases.json finds a setting by any name.
"""
KINDS = ("settings", "models", "samplers", "schedules", "dialects")


def json_bytes(data: Any) -> bytes:
    """Compact JSON in UTF-8 with a final line end."""
    return (json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8")


def api_files(registry: Registry, manifest: Manifest, site: SiteMap) -> dict[str, bytes]:
    """Every record as a file of its own, an index with totals, the lookup by any name, and TypeScript types."""
    files: dict[str, bytes] = {}
    index: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "updated": _updated(registry)}
    totals = {kind: len(getattr(registry, kind)) for kind in KINDS}
    index["totals"] = totals | {"pictures": len(manifest.images)}
    for kind in KINDS:
        records: Mapping[str, BaseModel] = getattr(registry, kind)
        listed = []
        for identifier, record in records.items():
            path = f"api/v1/{kind}/{identifier}.json"
            content = record.model_dump(mode="json", by_alias=True, exclude_defaults=True)
            head = {"schema_version": SCHEMA_VERSION, "record": kind}
            files[path] = json_bytes(head | content)
            listed.append({"id": identifier, "title": content["title"], "href": path})
        index[kind] = listed
    aliases = _aliases(registry, site)
    index["aliases"] = "api/v1/aliases.json"
    files["api/v1/aliases.json"] = json_bytes(
        {
            "schema_version": SCHEMA_VERSION,
            "key": "a name in lower case without spaces, _ and -",
            "total": len(aliases),
            "aliases": aliases,
        }
    )
    files["api/v1/index.json"] = json_bytes(index)
    files["api/v1/types.d.ts"] = typescript().encode("utf-8")
    return files


def row_files(
    views: list[ComparisonView], registry: Registry, manifest: Manifest
) -> dict[str, bytes]:
    """For every prompt and seed of every comparison one fragment, which a guide fetches when asked for it."""
    files = {}
    for view in views:
        source, model = model_source(view.model, registry), registry.models.get(view.model)
        for row in rows_of(view, manifest):
            path = f"{view.folder}/{row.prompt}/{row.seed}.json"
            files[path] = json_bytes(_row(view, row, manifest, source, model))
    return files


def llms_text(registry: Registry, site: SiteMap) -> str:
    """A map of the site for programs that read text."""
    lines = [LLMS_HEAD]
    for group, settings in by_group(registry.settings).items():
        lines.append(f"## Settings: {GROUP_TITLES[group]}\n")
        for setting in settings:
            address = site.address(setting_page(setting.group, setting.id))
            lines.append(f"- [{setting.title}]({address}): {_one_line(setting.summary)}")
        lines.append("")
    for heading, folder, records in (
        ("Models", "models", registry.models),
        ("Tools", "tools", registry.dialects),
    ):
        lines.append(f"## {heading}\n")
        lines += [
            f"- [{r.title}]({site.address(f'{folder}/{r.id}.md')}): {_one_line(r.summary)}"
            for r in records.values()
        ]
        lines.append("")
    return "\n".join(lines)


def _row(
    view: ComparisonView, row: Row, manifest: Manifest, source: str, model: Model | None
) -> dict[str, Any]:
    prompt = next(p for p in view.comparison.prompts if p.id == row.prompt)
    cells = []
    for picture in row.pictures:
        image = manifest.images[picture.key]
        cells.append(
            {
                "caption": picture.caption,
                "alt": picture.alt,
                "avif": picture.avif,
                "note": picture.measured,
                "key": picture.key[:16],
                "pixels": image.pixels_sha256[:16],
                "made": image.provenance.made.isoformat(),
                "code": diffusers_code(image, source, model),
            }
        )
    image = manifest.images[row.pictures[0].key]
    return {
        "prompt": prompt.text,
        "negative": prompt.negative or "",
        "seed": row.seed,
        "model": view.model_title,
        "weights": image.weights[:16],
        "cells": cells,
    }


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


def _updated(registry: Registry) -> str | None:
    """The day on which a record last came or changed: not the day of the build, so builds stay alike."""
    days = [
        record.status.changed or record.status.added
        for kind in KINDS
        for record in getattr(registry, kind).values()
    ]
    return max(days).isoformat() if days else None


def _one_line(text: str) -> str:
    return " ".join(text.split())
