"""The description of the JSON API, OpenAPI 3.1, and the JSON Schemas of the records: made from the types that are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from dialed.api_types import SCHEMA_VERSION
from dialed.typescript_types import RECORDS, api_models

ABOUT = """\
Settings of diffusion image models: what each does, what to use with which model, with a source, and what it is \
called in which tool. Plain files: no key, no limit, no query. Within version 1 a field may be added, never taken away \
or given another meaning. Names are looked up in lower case without blanks, _ and -."""
COMPONENTS = "#/components/schemas/"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEXTS = {
    "types.d.ts": ("text/plain", "TypeScript types of everything here."),
    "openapi.json": ("application/json", "This description."),
}


def definitions(template: str) -> dict[str, Any]:
    """The schema of every type by name; a record's is named after its file, and holds what the file adds.

    Args:
        template: How one refers to another, with ``{model}``.
    """
    _, schema = models_json_schema(
        [(each, "validation") for each in api_models()], by_alias=True, ref_template=template
    )
    found: dict[str, Any] = dict(schema["$defs"])
    for kind, record in RECORDS.items():
        own = found.pop(record)
        head = {
            "schema_version": {"const": SCHEMA_VERSION},
            "record": {"const": kind, "description": "Of which kind the record is."},
        }
        found[f"{record}File"] = own | {
            "title": f"{record}File",
            "properties": head | own["properties"],
            "required": [*head, *own["required"]],
        }
    return dict(sorted(found.items()))


def record_schemas() -> dict[str, dict[str, Any]]:
    """For each kind of record the JSON Schema of its files, whole in itself, by file name."""
    every = definitions("#/$defs/{model}")
    schemas = {}
    for kind, record in RECORDS.items():
        own = every[f"{record}File"]
        head = {"$schema": DIALECT, "schema_version": SCHEMA_VERSION}
        parts = {name: every[name] for name in sorted(_needed(own, every))}
        schemas[f"{kind.removesuffix('s')}.schema.json"] = head | own | {"$defs": parts}
    return schemas


def _needed(schema: Any, every: Mapping[str, Any]) -> set[str]:
    """Names of all definitions that a schema refers to, also by way of others."""
    found: set[str] = set()
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            name = str(part.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                waiting.append(every[name])
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return found


def openapi(files: Iterable[str], updated: str | None, totals: Mapping[str, int]) -> dict[str, Any]:
    """The description of all files of the API.

    Args:
        files: Paths of the files that there are, below the site's root.
        updated: Day on which a record last came or changed.
        totals: How many records of each kind there are, and pictures.
    """
    paths: dict[str, Any] = {}
    ids: dict[str, list[str]] = {}
    for path in sorted(files):
        names = path.removeprefix("api/v1/").split("/")
        if len(names) == 2 and names[1] != "index.json":
            ids.setdefault(names[0], []).append(names[1])
        else:
            paths[f"/{path}"] = _path(*_file(names))
    for folder, names in ids.items():
        ending = ".schema.json" if folder == "schemas" else ".json"
        known = [name.removesuffix(ending) for name in names]
        paths[f"/api/v1/{folder}/{{id}}{ending}"] = _path(*_folder(folder), ids=known)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Dialed",
            "version": f"{SCHEMA_VERSION}.0.0",
            "description": ABOUT,
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": "../..", "description": "The site that this file lies on."}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": definitions(COMPONENTS + "{model}")},
        "x-schema-version": SCHEMA_VERSION,
        "x-updated": updated,
        "x-totals": dict(totals),
    }


def _file(names: list[str]) -> tuple[str, str, Mapping[str, Any], str]:
    """Operation, sentence, schema and media type of a file that stands alone."""
    if len(names) == 2:
        about = f"All {names[0]}: ids, titles and addresses."
        return f"list_{names[0]}", about, _ref("ApiListing"), "application/json"
    known = {
        "index.json": ("index", "Every record, and totals.", "ApiIndex"),
        "aliases.json": ("aliases", "What every name of a setting means.", "ApiAliases"),
        "execution.json": (
            "execution",
            "Which settings pipelines use, found out by running them.",
            "ApiExecution",
        ),
    }
    if (entry := known.get(names[0])) is not None:
        return entry[0], entry[1], _ref(entry[2]), "application/json"
    media, about = TEXTS[names[0]]
    schema = {"type": "string" if media == "text/plain" else "object"}
    return names[0].replace(".", "_"), about, schema, media


def _folder(folder: str) -> tuple[str, str, Mapping[str, Any], str]:
    """The same of the files of a folder that differ in the id alone."""
    if folder == "aliases":
        about = "What every name of a setting means in one dialect."
        return "aliases_of_dialect", about, _ref("ApiDialectAliases"), "application/json"
    if folder == "schemas":
        about = "The JSON Schema of the files of one kind of record."
        return "schema", about, {"type": "object"}, "application/schema+json"
    record = RECORDS[folder]
    about = f"One {record.lower()}, whole."
    return f"get_{record.lower()}", about, _ref(f"{record}File"), "application/json"


def _ref(name: str) -> Mapping[str, str]:
    return {"$ref": COMPONENTS + name}


def _path(
    operation: str, about: str, schema: Mapping[str, Any], media: str, *, ids: Iterable[str] = ()
) -> dict[str, Any]:
    answer = {"description": about, "content": {media: {"schema": schema}}}
    item: dict[str, Any] = {
        "get": {"operationId": operation, "summary": about, "responses": {"200": answer}}
    }
    if known := list(ids):
        own = {"name": "id", "in": "path", "required": True}
        item["parameters"] = [own | {"schema": {"type": "string", "enum": known}}]
    return item
