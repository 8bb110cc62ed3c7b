"""Notes of a data release: what came, went and changed, from folders, installed copies and wheels."""

import copy
import json
import shutil
import zipfile

import pytest

from dialed.command_line import main
from dialed.errors import DialedError
from dialed.record_notes import KINDS, compare_records, notes_data, notes_markdown, read_built
from dialed.record_registry import BUILT


@pytest.fixture(scope="module")
def built():
    return read_built(BUILT)


@pytest.fixture
def changed(built):
    new = copy.deepcopy(built)
    del new["settings"]["eta"]
    new["settings"]["brand_new"] = {
        **built["settings"]["seed"],
        "id": "brand_new",
        "title": "New <b>*one*",
    }
    new["settings"]["seed"]["aliases"].append({"dialect": "diffusers", "name": "zufall"})
    new["settings"]["seed"]["kind"] = "number"
    new["models"]["sdxl-turbo"]["status"]["changed"] = "2027-01-01"
    new["models"]["flux-dev"]["status"]["deprecated"] = "2027-01-01"
    return new


def test_all_records_are_read(built):
    assert {kind: len(built[kind]) for kind in KINDS} == {
        kind: len(list((BUILT / kind).glob("*.json"))) for kind in KINDS
    }


def test_the_same_twice_differs_in_nothing(built):
    notes = compare_records(built, built)
    assert "No record differs." in notes_markdown(notes)
    assert all(n.total == n.before > 0 for n in notes.values())


def test_what_came_went_and_changed(built, changed):
    notes = compare_records(built, changed)
    settings = notes["settings"]
    assert settings.added == (("brand_new", "New <b>*one*"),)
    assert [identifier for identifier, _ in settings.removed] == ["eta"]
    (seed,) = settings.changed
    assert (seed.id, seed.fields) == ("seed", ("aliases", "kind"))
    assert seed.details == {"aliases": "+1", "kind": "integer -> number"}
    # A new day alone says nothing to a reader; that a record is now deprecated does.
    assert [(c.id, c.fields) for c in notes["models"].changed] == [("flux-dev", ("status",))]
    assert (settings.total, settings.before) == (len(built["settings"]), len(built["settings"]))


def test_notes_for_people_and_for_programs(built, changed):
    notes = compare_records(built, changed)
    text = notes_markdown(notes)
    assert "## Added: settings\n\nNew &lt;b\\>\\*one\\* (`brand_new`)" in text
    assert "(`seed`): aliases (+1), kind (integer -\\> number)" in text
    data = json.loads(json.dumps(notes_data(notes)))
    assert data["kinds"]["settings"]["removed"][0]["id"] == "eta"
    assert data["totals"]["settings"] == len(changed["settings"])


def test_any_form_of_a_release_is_read_alike(built, tmp_path):
    small = tmp_path / "site-packages" / "dialed" / "built"
    (small / "settings").mkdir(parents=True)
    shutil.copy(BUILT / "index.json", small)
    shutil.copy(BUILT / "settings" / "seed.json", small / "settings")
    wheel = tmp_path / "dialed-1.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path in small.rglob("*.json"):
            archive.write(path, f"dialed/built/{path.relative_to(small).as_posix()}")
    expected = {kind: {} for kind in KINDS} | {"settings": {"seed": built["settings"]["seed"]}}
    for place in (small, small.parent, small.parents[1], wheel):
        assert read_built(place) == expected


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.whl", None, "no built records"),
        ("text.whl", b"no archive", "cannot be read"),
        ("bad.whl", b'{"a": ', "no JSON"),
        ("list.whl", b"[1]", "holds no record"),
        ("latin.whl", b'{"title": "\xff"}', "cannot be read"),
        ("large.whl", b" " * 4_000_001, "larger than any record"),
        ("missing", None, "no built records"),
    ],
)
def test_what_is_no_release_is_told(tmp_path, capsys, name, content, told):
    place = tmp_path / name
    if name == "text.whl":
        place.write_bytes(content)
    elif name != "missing":
        with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
            if content is not None:
                archive.writestr("dialed/built/settings/x.json", content)
    with pytest.raises(DialedError, match=told):
        read_built(place)
    assert main(["records", "notes", str(place)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert "Traceback" not in error


def test_the_command_compares_with_the_records_here(capsys):
    assert main(["records", "notes", str(BUILT)]) == 0
    assert capsys.readouterr().out.startswith("| | now | before |")
    assert main(["records", "notes", str(BUILT), str(BUILT.parent), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["kinds"]["settings"]["changed"] == []
