"""JSON Schema for editors, one per record kind: completion and checking while a record is being written."""

from __future__ import annotations

import json
from typing import Any

from dialed.record_kinds import NEVER_INHERITED, RECORD_TYPES, SINGULAR, Kind


def schema_name(kind: Kind) -> str:
    """File name of the schema, beside the folders of records (``setting.schema.json``)."""
    return f"{SINGULAR[kind]}.schema.json"


def schema_header(kind: Kind) -> str:
    """The first line of every record: the comment by which editors find the schema."""
    return f"#:schema ../{schema_name(kind)}"


def record_schema(kind: Kind) -> dict[str, Any]:
    """The JSON Schema of a kind of record, generated from its pydantic type.

    Where a record may inherit, only the fields that are never inherited are required of a member.
    """
    record_type = RECORD_TYPES[kind]
    schema = record_type.model_json_schema(by_alias=True)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Generated from the record types by `dialed records build`; do not edit.",
        **schema,
    }
    if "inherits" in record_type.model_fields:
        required = schema.pop("required")
        own = [name for name in required if name in NEVER_INHERITED]
        schema["if"] = {"required": ["inherits"]}
        schema["then"] = {"required": own}
        schema["else"] = {"required": required}
    return schema


def schema_text(kind: Kind) -> str:
    """The schema as it is written to its file."""
    return json.dumps(record_schema(kind), indent=1, ensure_ascii=False) + "\n"
