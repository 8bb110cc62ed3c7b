"""The JSON API: its description says what there is, and what there is keeps to it."""

import json
import re

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from dialed.errors import AmbiguousAliasError
from dialed.execution_facts import read_table
from dialed.suggestion import fold
from dialed_docs.json_api import KINDS, api_files
from dialed_docs.links import SiteMap
from dialed_docs.openapi import record_schemas
from dialed_generator.manifest import Manifest


@pytest.fixture(scope="module")
def files(registry):
    return api_files(registry, Manifest(), SiteMap(), read_table())


@pytest.fixture(scope="module")
def described(files):
    return json.loads(files["api/v1/openapi.json"])


def described_files(described):
    """Path of every file that the description names -> media type and schema."""
    found = {}
    for path, item in described["paths"].items():
        known = [None]
        for parameter in item.get("parameters", []):
            known = parameter["schema"]["enum"]
        ((media, content),) = item["get"]["responses"]["200"]["content"].items()
        for value in known:
            full = path if value is None else path.replace("{id}", value)
            assert full not in found
            found[full.lstrip("/")] = media, content["schema"]
    return found


def test_the_description_is_valid(described):
    validate(described)
    assert described["openapi"].startswith("3.1")


def test_it_names_every_file_and_no_other(described, files):
    assert set(described_files(described)) == set(files)


def test_every_file_is_what_it_says(described, files):
    validators = {}
    for path, (media, schema) in described_files(described).items():
        if not media.endswith("json"):
            assert schema == {"type": "string"}
            continue
        key = json.dumps(schema)
        if key not in validators:
            whole = schema | {"components": described["components"]}
            validators[key] = Draft202012Validator(whole)
        wrong = next(validators[key].iter_errors(json.loads(files[path])), None)
        assert wrong is None, f"{path}: {wrong.message} at {wrong.json_path}"


def test_a_wrong_file_is_refused(described, files):
    record = json.loads(files["api/v1/settings/guidance_scale.json"])
    schema = {"$ref": "#/components/schemas/SettingFile", "components": described["components"]}
    validator = Draft202012Validator(schema)
    assert validator.is_valid(record)
    assert not validator.is_valid(record | {"kind": "colour"})
    assert not validator.is_valid({k: v for k, v in record.items() if k != "schema_version"})
    assert not validator.is_valid(record | {"more": 1})


def test_each_schema_stands_alone_and_fits_its_records(files):
    schemas = record_schemas()
    assert len(schemas) == len(KINDS)
    for kind in KINDS:
        schema = json.loads(files[f"api/v1/schemas/{kind[:-1]}.schema.json"])
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        for path, content in files.items():
            if re.fullmatch(rf"api/v1/{kind}/[^/]+\.json", path) and "index.json" not in path:
                assert validator.is_valid(json.loads(content)), path


def test_lists_count_what_they_hold(files, registry):
    index = json.loads(files["api/v1/index.json"])
    for kind in KINDS:
        listing = json.loads(files[f"api/v1/{kind}/index.json"])
        assert listing["records"] == index[kind]
        assert listing["total"] == len(getattr(registry, kind)) == index["totals"][kind]
        assert listing["updated"] == index["updated"]
    for path, content in files.items():
        told = json.loads(content) if path.endswith(".json") else {}
        if "total" in told and "aliases" in told:
            assert told["total"] == len(told["aliases"]) > 0, path


def test_names_in_a_dialect_mean_what_the_library_says(files, registry):
    checked = 0
    for dialect in registry.dialects:
        told = json.loads(files[f"api/v1/aliases/{dialect}.json"])
        for folded, meanings in told["aliases"].items():
            assert all(fold(meaning["name"]) == folded for meaning in meanings)
            everywhere = [m for m in meanings if not m["where"]]
            if len(meanings) != 1 or not everywhere:
                continue
            try:
                found = registry.names.setting(meanings[0]["name"], dialect)
            except AmbiguousAliasError:
                found = None
            # A canonical id is read as itself, even where a dialect that this one is like uses it otherwise.
            if folded not in {fold(setting) for setting in registry.settings}:
                assert found == meanings[0]["setting"], (dialect, folded)
                checked += 1
    assert checked > 200


def test_comfyui_counts_layers_from_the_end(files):
    told = json.loads(files["api/v1/aliases/comfyui.json"])["aliases"]
    (meaning,) = told["stopatcliplayer"]
    assert (meaning["setting"], meaning["converts"]) == ("clip_skip", True)


def test_what_was_proved_is_there(files):
    told = json.loads(files["api/v1/execution.json"])
    table = read_table()
    assert told["total"] == len(table.rows) == len(told["models"])
    for name, row in table.rows.items():
        for setting, answer in told["models"][name]["answers"].items():
            assert answer == {
                "answer": row.verdicts[setting].answer,
                "detail": row.verdicts[setting].detail,
            }
