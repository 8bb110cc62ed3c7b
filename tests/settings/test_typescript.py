"""TypeScript types of the JSON API: current, complete, and accepted by the compiler where that is at hand."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import dialed
from dialed.api_types import ApiAliases, ApiIndex
from dialed.building import PACKAGE_FOLDER
from dialed.command_line import main
from dialed.setting_types import Setting
from dialed.typescript_types import RECORDS, typescript

TEXT = typescript()
INTERFACE = re.compile(r"^export interface (\w+)[^{]*\{\n(.*?)^\}", re.DOTALL | re.MULTILINE)
INTERFACES = {found[1]: found[2] for found in INTERFACE.finditer(TEXT)}
FIELD = re.compile(r"^  (\w+)(\??): (.+);$", re.MULTILINE)


def fields(interface):
    return {name: (mark == "", kind) for name, mark, kind in FIELD.findall(INTERFACES[interface])}


def test_the_committed_file_is_current(capsys):
    assert (PACKAGE_FOLDER / "built" / "api.d.ts").read_text(encoding="utf-8") == TEXT
    assert main(["schema", "--typescript"]) == 0
    assert capsys.readouterr().out == TEXT
    assert main(["schema"]) == 2


def test_every_field_of_a_setting_is_described():
    found = fields("Setting")
    named = {field.alias or name: field for name, field in Setting.model_fields.items()}
    assert set(found) == set(named)
    for name, field in named.items():
        assert found[name][0] == field.is_required(), name
    assert found["id"] == (True, "string")
    assert found["kind"][1].startswith('"integer" | "number"')
    assert found["aliases"] == (True, "Array<Alias>")
    assert found["off"] == (False, "boolean | number | string | null")


def test_every_type_that_is_named_is_declared():
    declared = set(re.findall(r"^export (?:interface|type) (\w+)", TEXT, re.MULTILINE))
    used = {
        name
        for body in INTERFACES.values()
        for _, _, kind in FIELD.findall(body)
        for name in re.findall(r"\b[A-Z]\w+", re.sub(r'"[^"]*"', "", kind))
    }
    assert used - declared <= {"Array", "Record", "K"}
    assert {f"{record}File" for record in RECORDS.values()} <= declared


def test_the_files_of_the_site_are_what_the_types_say():
    from dialed_docs.json_api import api_files
    from dialed_docs.links import SiteMap
    from dialed_generator.manifest import Manifest

    registry = dialed.load_records()
    files = api_files(registry, Manifest(), SiteMap())
    ApiIndex.model_validate_json(files["api/v1/index.json"])
    ApiAliases.model_validate_json(files["api/v1/aliases.json"])
    assert files["api/v1/types.d.ts"].decode("utf-8") == TEXT


USE = """
import type { Alias, ApiAliases, ApiIndex, ModelFile, SettingFile } from "./api";
export function use(file: SettingFile, index: ApiIndex, names: ApiAliases, model: ModelFile): string {
  const written: string[] = file.aliases.map((alias: Alias) => alias.name);
  const first: string | undefined = names.aliases["cfgscale"]?.[0]?.setting;
  const least: number | null | undefined = file.limits?.min;
  const record: "settings" = file.record;
  const total: number = index.totals.settings;
  return [...written, first, String(least), record, file.kind, model.family, String(total)].join();
}
"""


def compiler():
    found = shutil.which("tsc")
    return Path(found) if found else None


@pytest.mark.skipif(compiler() is None, reason="tsc is not here")
@pytest.mark.parametrize(
    ("code", "status"), [(USE, 0), (USE.replace("file.kind", "file.kinds"), 1)]
)
def test_the_compiler_takes_them(tmp_path, code, status):
    (tmp_path / "api.d.ts").write_text(TEXT, encoding="utf-8")
    (tmp_path / "use.ts").write_text(code, encoding="utf-8")
    result = subprocess.run(
        [str(compiler()), "--noEmit", "--strict", "--exactOptionalPropertyTypes", "use.ts"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert bool(result.returncode) == bool(status), result.stdout
