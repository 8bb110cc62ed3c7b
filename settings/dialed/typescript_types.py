"""TypeScript types of the JSON API, written from the pydantic types of records and API files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

HEAD = """\
// Types of Dialed's JSON API, /api/v1/. Made by: dialed schema --typescript
// A property that may be absent has its default there, which its description states where it is not empty.
"""
RECORDS = {
    "settings": "Setting",
    "models": "Model",
    "samplers": "Sampler",
    "schedules": "Schedule",
    "dialects": "Dialect",
}
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*")
_PLAIN = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def api_models() -> list[type[BaseModel]]:
    """The types of all records and API files."""
    from dialed.api_types import (
        ApiAliases,
        ApiDialectAliases,
        ApiExecution,
        ApiIndex,
        ApiListing,
    )
    from dialed.dialect_types import Dialect
    from dialed.model_types import Model
    from dialed.sampler_types import Sampler, Schedule
    from dialed.setting_types import Setting

    files: list[type[BaseModel]] = [
        ApiIndex,
        ApiListing,
        ApiAliases,
        ApiDialectAliases,
        ApiExecution,
    ]
    return [Setting, Model, Sampler, Schedule, Dialect, *files]


def typescript() -> str:
    """The declarations: one interface for each record part and API file, one type for each file of records."""
    _, schema = models_json_schema(
        [(each, "validation") for each in api_models()], by_alias=True, ref_template="{model}"
    )
    parts = [HEAD]
    for name, definition in sorted(schema["$defs"].items()):
        parts.append(_declaration(name, definition))
    kinds = " | ".join(json.dumps(kind) for kind in RECORDS)
    parts.append(
        "/** What every file of one record says about itself. */\n"
        f"export interface RecordFile<K extends {kinds}> {{\n"
        "  schema_version: 1;\n"
        "  /** Of which kind the record is. A setting's own `kind` says of which kind its values are. */\n"
        "  record: K;\n"
        "}\n"
    )
    for kind, record in RECORDS.items():
        parts.append(
            f"/** `/api/v1/{kind}/<id>.json` */\n"
            f'export type {record}File = RecordFile<"{kind}"> & {record};\n'
        )
    return "\n".join(parts)


def _declaration(name: str, definition: Mapping[str, Any]) -> str:
    about = _comment(definition.get("description", ""), "")
    if definition.get("type") != "object" or "properties" not in definition:
        return f"{about}export type {name} = {_expression(definition)};\n"
    required = set(definition.get("required", ()))
    lines = [f"{about}export interface {name} {{"]
    for field, schema in definition["properties"].items():
        lines.append(_comment(_about(schema), "  ").rstrip("\n"))
        mark = "" if field in required else "?"
        lines.append(f"  {_name(field)}{mark}: {_expression(schema)};")
    return "\n".join(filter(None, lines)) + "\n}\n"


def _about(schema: Mapping[str, Any]) -> str:
    text = str(schema.get("description", ""))
    default = schema.get("default")
    if default in (None, [], {}, ""):
        return text
    return f"{text} Default: {json.dumps(default)}.".strip()


def _comment(text: str, indent: str) -> str:
    """A documentation comment; nothing in the text can end it."""
    first = " ".join(text.split("\n\n", maxsplit=1)[0].split()).replace("*/", "* /")
    return f"{indent}/** {first} */\n" if first else ""


def _name(field: str) -> str:
    return field if _IDENTIFIER.fullmatch(field) else json.dumps(field)


def _expression(schema: Mapping[str, Any]) -> str:
    """The type that a piece of JSON Schema describes."""
    if "$ref" in schema:
        return str(schema["$ref"])
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return " | ".join(dict.fromkeys(_alternatives(schema[union])))
    kind = schema.get("type")
    if kind == "array":
        inner = _expression(schema.get("items", {}))
        return f"Array<{inner}>"
    if kind == "object":
        patterns = schema.get("patternProperties")
        more = next(iter(patterns.values())) if patterns else schema.get("additionalProperties")
        return f"Record<string, {_expression(more) if isinstance(more, Mapping) else 'unknown'}>"
    return _PLAIN.get(str(kind), "unknown")


def _alternatives(schemas: list[Mapping[str, Any]]) -> Iterator[str]:
    for schema in schemas:
        yield _expression(schema)
