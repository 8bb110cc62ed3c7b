"""`dialed records`: what it prints, what it writes, and its exit status."""

import datetime
import json

import pytest

from dialed.command_line import main
from dialed.record_kinds import RECORD_TYPES, SINGULAR
from dialed.record_templates import TEMPLATE_FOLDER, start_record

STEPS = "settings/steps.toml"


@pytest.fixture
def run(record_folder, capsys):
    """Run `dialed records ACTION` on the small clean records after edits: status, standard output, standard error."""

    def call(*arguments: str, edits=None) -> tuple[int, str, str]:
        folder = record_folder(edits)
        status = main(["records", *arguments, "--folder", str(folder)])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return call


def test_clean_records(run):
    assert run("lint") == (0, "12 records, no problem\n", "")


def test_problems_as_text(run):
    status, out, err = run(
        "lint", edits={STEPS: ("max = 100", "max = 20"), "models/a-one.md": None}
    )
    assert (status, err) == (1, "")
    assert (
        "settings/steps.toml:31: values[0].value: 25 cannot be a value of steps: it must be at most 20. Cure: "
        in out
    )
    assert (
        "models/a-one.toml: there is no prose a-one.md beside it. Cure: write models/a-one.md"
        in out
    )
    assert out.splitlines()[-1].endswith("problems in 2 files")


def test_problems_as_json(run):
    status, out, _ = run("lint", "--format", "json", edits={"dialects/comfyui.toml": "id ="})
    assert status == 1
    told = json.loads(out)
    assert told["records"] == 11
    (problem,) = told["problems"]
    assert set(problem) == {"file", "line", "place", "message", "cure", "check"}
    assert (problem["file"], problem["line"], problem["check"]) == (
        "dialects/comfyui.toml",
        1,
        "toml-syntax",
    )


def test_fix_lays_out_and_leaves_what_it_cannot_mend(run, record_folder):
    edits = {
        STEPS: ('title = "Steps"\ngroup = "sampling"', 'group="sampling" # why\ntitle = "Steps"'),
        "models/b-one.toml": "id =",
    }
    status, out, _ = run("lint", "--fix", edits=edits)
    assert (status, out.splitlines()[1:]) == (1, ["1 problem in 1 file"])
    text = (record_folder() / STEPS).read_text(encoding="utf-8")
    assert 'title = "Steps"\ngroup = "sampling"  # why\n' in text


def test_format_check_writes_nothing(run, record_folder):
    edits = {STEPS: ('id = "steps"', 'id="steps"')}
    assert run("format", "--check", edits=edits) == (1, "would change: settings/steps.toml\n", "")
    assert 'id="steps"' in (record_folder() / STEPS).read_text(encoding="utf-8")
    assert run("format") == (0, "changed: settings/steps.toml\n", "")
    assert run("format", "--check") == (0, "every record is laid out\n", "")


def test_format_tells_what_it_cannot_read(run):
    status, out, _ = run("format", edits={STEPS: "id ="})
    assert status == 1
    assert out.startswith("settings/steps.toml:1: not TOML")


def test_build_check_print_write(run, record_folder):
    status, out, err = run("build", "--check")
    assert status == 1
    assert "built/index.json is missing; run `dialed records build`" in out
    assert err.endswith("run `dialed records build`\n")
    status, out, _ = run("build", "--print", "--format", "json")
    assert status == 0
    files = json.loads(out)["files"]
    assert not (record_folder().parent / "built").exists()
    assert run("build")[0] == 0
    for name, text in files.items():
        assert (record_folder().parent / name).read_text(encoding="utf-8") == text
    assert run("build", "--check") == (0, f"{len(files)} generated files, all current\n", "")
    assert run("build", "--check", edits={STEPS: ("max = 100", "max = 99")})[1] == (
        "built/settings/steps.json is stale; run `dialed records build`\n"
    )


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_broken_record_is_never_built(run, record_folder, form):
    run("build")
    before = (record_folder().parent / "built/settings/steps.json").read_bytes()
    status, out, err = run(
        "build",
        "--format",
        form,
        edits={STEPS: ("max = 100", 'max = "100"'), "models/a-one.toml": "id ="},
    )
    assert status == 1
    assert "settings/steps.toml:7: limits.max" in err
    assert "models/a-one.toml:1: not TOML" in err
    assert err.endswith("Nothing was built.\n")
    if form == "json":
        assert len(json.loads(out)["problems"]) == 2
    assert (record_folder().parent / "built/settings/steps.json").read_bytes() == before


def test_stats(run):
    status, out, _ = run("stats", "--format", "json")
    told = json.loads(out)
    assert status == 0
    assert told["records"] == {
        "settings": 3,
        "models": 2,
        "samplers": 2,
        "schedules": 1,
        "dialects": 2,
        "families": 2,
    }
    assert told["aliases"] == {"comfyui": 3, "diffusers": 2}
    assert told["evidence"] == {
        "community": 10,
        "config": 1,
        "measured": 1,
        "signature": 1,
        "vendor": 1,
    }
    assert told["values"] == {"a-one": 2, "family-b": 1}
    assert set(told["diffusers"]) == {
        "version",
        "pipelines",
        "arguments",
        "settings",
        "other",
        "unknown",
    }
    assert (told["ranges"], told["comparisons"]) == (2, 1)
    text = run("stats")[1]
    assert "evidence:\n  community  10\n" in text


def test_stats_of_broken_records_is_an_error(run):
    status, out, err = run("stats", edits={STEPS: "id ="})
    assert (status, out) == (1, "")
    assert "settings/steps.toml:1" in err


@pytest.mark.parametrize("kind", RECORD_TYPES)
def test_a_new_record_loads_and_wants_only_its_texts(run, record_folder, kind):
    # The templates name what the real records have; the small ones get the few that are named.
    edits = {
        "models/family-sd1.toml": (record_folder() / "models/family-a.toml").read_text(encoding="utf-8").replace("family-a", "family-sd1").replace("Family A", "Family SD1"),
    }  # fmt: skip
    status, out, _ = run("new", SINGULAR[kind], "brand_new", edits=edits)
    assert status == 0
    assert f"{kind}/brand_new.toml" in out.splitlines()[0].replace("\\", "/")
    status, out, _ = run("lint", "--format", "json")
    problems = json.loads(out)["problems"]
    assert status == 1
    found = {(p["check"], p["file"].split("/")[1].split(".")[0]) for p in problems}
    expected = {("template-text", "brand_new"), ("orphans", "family-sd1")}
    if kind == "models":
        expected.remove(("orphans", "family-sd1"))  # it has a member now
    if kind == "dialects":
        expected.add(("orphans", "brand_new"))  # until a setting has a name in it
    assert found == expected
    assert run("format", "--check")[0] == 0
    text = (record_folder() / kind / "brand_new.toml").read_text(encoding="utf-8")
    assert 'id = "brand_new"\n' in text
    assert 'title = "Brand New"\n' in text
    assert (
        "2026-01-31" not in text
        or datetime.datetime.now(datetime.UTC).date().isoformat() == "2026-01-31"
    )


def test_a_record_that_exists_is_left_alone(run, record_folder):
    before = (record_folder() / STEPS).read_bytes()
    status, out, err = run("new", "setting", "steps")
    assert (status, out) == (2, "")
    assert "steps.toml exists already and is left as it is; choose another id" in err
    assert (record_folder() / STEPS).read_bytes() == before


def test_prose_that_exists_is_left_alone_too(run, record_folder):
    status, _, err = run("new", "setting", "fresh", edits={"settings/fresh.md": "mine"})
    assert status == 2
    assert "fresh.md exists already" in err
    assert not (record_folder() / "settings/fresh.toml").exists()


@pytest.mark.parametrize("identifier", ["../evil", "Upper", "", "a b", "a" * 65, "a/b", "é"])
def test_an_id_of_another_form_is_refused(run, record_folder, identifier):
    before = sorted(record_folder().parent.rglob("*"))
    status, out, err = run("new", "setting", identifier)
    assert (status, out) == (2, "")
    assert "is no id" in err
    assert sorted(record_folder().parent.rglob("*")) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["records"],
        ["records", "new", "colour", "x"],
        ["records", "paint"],
        ["records", "build", "--check", "--print"],
    ],
)
def test_wrong_use(arguments, capsys):
    assert main(arguments) == 2
    assert "usage: dialed records" in capsys.readouterr().err


def test_a_disk_that_fills_up_leaves_nothing_behind(record_folder, monkeypatch):
    folder = record_folder()
    before = sorted(folder.rglob("*"))
    from pathlib import Path

    from dialed.errors import DialedError

    opened = Path.open

    def fills_up(self, mode="r", *rest, **more):
        if self.suffix == ".md" and mode == "x":
            raise OSError(28, "No space left on device")
        return opened(self, mode, *rest, **more)

    monkeypatch.setattr(Path, "open", fills_up)
    with pytest.raises(
        DialedError, match=r"cannot be written \(No space left on device\); nothing was created"
    ):
        start_record("settings", "fresh", folder, datetime.date(2026, 1, 2))
    assert sorted(folder.rglob("*")) == before


def test_every_kind_has_a_template():
    names = {path.name for path in TEMPLATE_FOLDER.iterdir()}
    assert names == {f"{name}.toml" for name in SINGULAR.values()} | {"setting.md", "model.md"}


@pytest.mark.parametrize("kind", RECORD_TYPES)
def test_a_template_speaks_of_every_field(kind):
    text = (TEMPLATE_FOLDER / f"{SINGULAR[kind]}.toml").read_text(encoding="utf-8")
    unspoken = [name for name in RECORD_TYPES[kind].model_fields if name not in text]
    assert unspoken == []
