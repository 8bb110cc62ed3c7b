"""What is generated from records: pure, stable, written whole or not at all, and told apart when it is not current."""

import json
from pathlib import Path

import pytest

from dialed.building import (
    Difference,
    differences,
    generated_files,
    replace_text,
    write_differences,
)
from dialed.errors import DialedError
from dialed.record_kinds import RECORD_TYPES
from dialed.record_schema import record_schema, schema_text
from dialed.records_loading import load_record_set


@pytest.fixture
def files(record_folder):
    return generated_files(load_record_set(record_folder()))


def test_one_file_a_record_one_index_one_schema_a_kind(files):
    built = [name for name in files if name.startswith("built/")]
    assert built[:3] == [
        "built/index.json",
        "built/settings/guidance.json",
        "built/settings/sampler.json",
    ]
    assert built[-1] == "built/api.d.ts"
    assert len(built) == 1 + 12 + 1
    assert [name for name in files if name.endswith(".schema.json")] == [
        f"records/{kind[:-1]}.schema.json" for kind in RECORD_TYPES
    ]
    assert files.pop("built/api.d.ts").startswith("// Types of Dialed's JSON API")
    assert all(json.loads(text) and text.endswith("}\n") for text in files.values())


def test_it_is_the_same_every_time(files, record_folder):
    again = generated_files(load_record_set(record_folder()))
    assert list(again.items()) == list(files.items())


def test_built_records_are_complete_and_small(files):
    member = json.loads(files["built/models/a-one.json"])
    assert member["architecture"] == "unet"
    assert "built_in" not in member
    assert "null" not in files["built/settings/steps.json"]
    assert json.loads(files["built/settings/steps.json"])["ranges"][0]["from"] == 1.0


def test_writing_makes_it_current(files, tmp_path):
    root = tmp_path / "other"
    assert {d.reason for d in differences(files, root)} == {"missing"}
    write_differences(differences(files, root), files, root)
    assert differences(files, root) == []
    (root / "built/index.json").write_text("{}", encoding="utf-8")
    (root / "built/models/a-one.json").unlink()
    (root / "built/models/gone.json").write_text("{}", encoding="utf-8")
    found = differences(files, root)
    assert found == [
        Difference("built/index.json", "stale"),
        Difference("built/models/a-one.json", "missing"),
        Difference("built/models/gone.json", "left over"),
    ]
    assert str(found[0]) == "built/index.json is stale; run `dialed records build`"
    write_differences(found, files, root)
    assert differences(files, root) == []
    assert [path.name for path in root.rglob(".*")] == []


def test_a_prose_edit_changes_nothing(files, record_folder):
    folder = record_folder({"settings/steps.md": ("It does something.", "It does something else.")})
    assert generated_files(load_record_set(folder)) == files


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "index.json"
    target.write_text("old", encoding="utf-8")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="No space left"):
        replace_text(target, "new")
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_place_that_cannot_be_written_is_one_message(files, tmp_path):
    root = tmp_path / "other"
    root.mkdir()
    (root / "built").write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(
        DialedError, match=r"built/index\.json cannot be written .* run `dialed records build`"
    ):
        write_differences([Difference("built/index.json", "missing")], files, root)


@pytest.mark.parametrize("kind", RECORD_TYPES)
def test_a_schema_describes_its_kind(kind):
    schema = json.loads(schema_text(kind))
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) >= {"id", "title", "status"}
    assert "$schema" in schema
    assert schema["$comment"].endswith("do not edit.")


def test_a_member_of_a_family_need_not_state_everything():
    schema = record_schema("models")
    assert "required" not in schema
    assert schema["then"]["required"] == ["id", "title", "summary", "status"]
    assert set(schema["else"]["required"]) > {"architecture", "licence", "evidence"}


def test_a_schema_uses_the_keys_that_people_write():
    schema = record_schema("settings")
    assert {"from", "to"} <= set(schema["$defs"]["ValueRange"]["properties"])
    assert "with" in schema["$defs"]["Interaction"]["properties"]


def test_an_interrupted_build_is_finished_by_the_next(files, tmp_path, monkeypatch):
    root = tmp_path / "other"
    replace, done = Path.replace, []

    def interrupted(self, target):
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(target)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_differences(differences(files, root), files, root)
    written = [path for path in root.rglob("*") if path.is_file()]
    assert sorted(written) == sorted(done)
    for path in written:
        assert path.read_text(encoding="utf-8") == files[path.relative_to(root).as_posix()]
    monkeypatch.undo()
    # What a killed process leaves behind goes away with the next build.
    (root / "built/.index.json.killed").write_text("{", encoding="utf-8")
    write_differences(differences(files, root), files, root)
    assert differences(files, root) == []
