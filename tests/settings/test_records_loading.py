"""Reading records: all problems at once, each with file, line, place, rule and cure; and what a model inherits."""

from pathlib import Path

import pytest

from dialed.errors import DialedError, RecordError
from dialed.records_loading import collect_records, load_record_set

DATA = Path(__file__).parent / "data"

FAULTS = [
    (3, "id", '"Bad Id" is not text of the form'),
    (4, "title", '"": must not be empty'),
    (5, "group", '"samplng" is not allowed'),
    (8, "limits", "min 10 is above max 1"),
    (9, "view.max", '"five": must be a number'),
    (10, "off", "[1, 2]: must be one number, one text, true or false"),
    (11, "colour", "colour is no key of this table"),
    (13, "aliases[0].name", "name is missing"),
    (15, "aliases[0].nam", "nam is no key of this table"),
    (17, "aliases[1]", "alias 'bad' (comfyui) states a default without evidence"),
    (25, "aliases[2].convert", '"linaer" is not allowed'),
    (30, "aliases[3].convert", "a linear conversion with factor 0 cannot be undone"),
    (35, "ranges[0].to", "nan: must be a finite number"),
    (36, "ranges[0].families", "[]: must have at least one entry"),
    (39, "ranges[0].evidence[0]", "evidence of kind 'vendor' must state read"),
    (40, "ranges[0].evidence[1].url", '"http://example.com" is not an https:// address'),
    (41, "ranges[0].evidence[2].read", '"2026-01-02": must be a date without quotes'),
    (47, "values[0].recommended", "1: must be true or false"),
    (48, "values[0].evidence", '"none": must be a table'),
    (57, "comparisons[0].seeds[0]", "-1: input should be greater than or equal to 0"),
    (0, "status", "status is missing"),
]


def test_one_bad_record_gives_all_its_problems(record_folder):
    text = (DATA / "bad_setting.toml").read_text(encoding="utf-8")
    found = collect_records(record_folder({"settings/bad.toml": text})).problems
    assert {(p.line, p.place) for p in found} == {(line, place) for line, place, _ in FAULTS}
    by_place = {problem.place: problem for problem in found}
    for line, place, message in FAULTS:
        problem = by_place[place]
        assert problem.file == "settings/bad.toml"
        assert (problem.line, problem.message[: len(message)]) == (line, message)
        assert problem.cure
    assert len(found) == len(FAULTS)


@pytest.mark.parametrize(
    ("place", "cure"),
    [
        ("group", "did you mean sampling? Use one of"),
        ("aliases[0].nam", "did you mean name? Remove it or use one of: dialect, name, primary"),
        ("aliases[2].convert", "did you mean linear? Use one of"),
        ("ranges[0].to", "leave the key out where there is no bound"),
        ("ranges[0].evidence[2].read", "write it as 2026-01-31, without quotes"),
        ("status", "add status = ..."),
    ],
)
def test_a_cure_says_what_to_do(record_folder, place, cure):
    text = (DATA / "bad_setting.toml").read_text(encoding="utf-8")
    found = collect_records(record_folder({"settings/bad.toml": text})).problems
    (problem,) = [problem for problem in found if problem.place == place]
    assert problem.cure.startswith(cure)


def test_problems_of_several_files_come_together(record_folder):
    folder = record_folder({
        "settings/steps.toml": ('kind = "integer"', 'kind = "whole"'),
        "dialects/comfyui.toml": "id = ",
        "samplers/heun.toml": ("order = 1", "order = 0"),
    })  # fmt: skip
    with pytest.raises(RecordError) as caught:
        load_record_set(folder)
    error = caught.value
    assert [p.file for p in error.problems] == [
        "dialects/comfyui.toml",
        "samplers/heun.toml",
        "settings/steps.toml",
    ]
    assert str(error).startswith(
        "3 problems in the records:\n  dialects/comfyui.toml:1: not TOML at end of file"
    )
    assert isinstance(error, DialedError)


def test_good_records_are_complete_and_sorted(record_folder):
    records = load_record_set(record_folder())
    assert list(records.settings) == ["guidance", "sampler", "steps"]
    assert list(records.models) == ["a-one", "b-one", "family-a", "family-b"]
    assert records.settings["steps"].values[0].low == 10.0
    assert records.kinds()["schedules"]["normal"].title == "Normal"


def test_a_missing_folder_is_a_problem(tmp_path):
    with pytest.raises(RecordError, match="does not exist"):
        load_record_set(tmp_path / "nowhere")


def test_an_empty_folder_has_no_records(tmp_path):
    records = load_record_set(tmp_path)
    assert records.kinds() == {
        kind: {} for kind in ("settings", "models", "samplers", "schedules", "dialects")
    }


def test_a_member_takes_over_whole_fields_and_never_some(record_folder):
    folder = record_folder({
        "models/family-a.toml": (
            "abstract = true\n",
            'abstract = true\naliases = ["a"]\nhub = "owner/a"\nbuilt_in = true\nscheduler_arguments = { a = 1, b = 2 }\n',
        ),
        "models/a-one.toml": ('family = "family-a"\n', 'family = "family-a"\nscheduler_arguments = { b = 3 }\n'),
    })  # fmt: skip
    records = load_record_set(folder)
    family, member = records.models["family-a"], records.models["a-one"]
    assert (member.architecture, member.ignores, member.licence) == ("unet", family.ignores, "MIT")
    assert (member.abstract, member.aliases, member.hub, member.built_in) == (
        False,
        (),
        None,
        False,
    )
    assert member.title == "A One"
    assert member.scheduler_arguments == {"b": 3}


def test_a_member_of_a_member_inherits_from_both(record_folder):
    two = 'id = "a-two"\ntitle = "A Two"\ninherits = "a-one"\nsummary = "S."\nstatus = { added = 2026-01-02 }\n'
    one = ('family = "family-a"\n', 'family = "family-a"\ndistilled = true\n')
    models = load_record_set(
        record_folder({"models/a-one.toml": one, "models/a-two.toml": two})
    ).models
    assert (models["a-two"].distilled, models["a-two"].size_multiple) == (True, 8)
    assert models["a-two"].family == "family-a"


INHERITANCE = [
    pytest.param(
        {"models/a-one.toml": ('inherits = "family-a"', 'inherits = "family-c"')},
        [("models/a-one.toml", 4, "inherits", "there is no model 'family-c'")],
        id="nobody",
    ),
    pytest.param(
        {"models/a-one.toml": ('inherits = "family-a"', 'inherits = "a-one"')},
        [("models/a-one.toml", 4, "inherits", "it inherits from itself (a-one -> a-one)")],
        id="itself",
    ),
    pytest.param(
        {"models/family-a.toml": ("abstract = true\n", 'abstract = true\ninherits = "a-one"\n')},
        [
            ("models/a-one.toml", 4, "inherits", "it inherits from itself (a-one -> family-a -> a-one)"),
            ("models/family-a.toml", 5, "inherits", "it inherits from itself (family-a -> a-one -> family-a)"),
        ],
        id="ring",
    ),
    pytest.param(
        {"models/family-a.toml": ('licence = "MIT"\n', "")},
        [("models/family-a.toml", 0, "licence", "licence is missing")],
        id="missing-is-told-once-at-the-top",
    ),
    pytest.param(
        {"models/family-a.toml": ("size_multiple = 8", 'size_multiple = "8"')},
        [("models/family-a.toml", 10, "size_multiple", '"8": must be a whole number')],
        id="wrong-is-told-where-it-is-written",
    ),
    pytest.param(
        {"models/family-a.toml": "id = "},
        [("models/family-a.toml", 1, "", "not TOML at end of file: Invalid value")],
        id="an-unreadable-family",
    ),
    pytest.param(
        {"models/a-one.toml": ('inherits = "family-a"\n', "inherits = 3\n")},
        [("models/a-one.toml", 4, "inherits", "3: must be text in quotes")],
        id="no-text",
    ),
    pytest.param(
        {"models/a-one.toml": ('title = "A One"\n', "")},
        [("models/a-one.toml", 0, "title", "title is missing")],
        id="never-inherited",
    ),
    pytest.param(
        {"models/a-one.toml": ("summary", 'guidance = "embedded"\nsummary')},
        [("models/a-one.toml", 0, "", "a model with embedded guidance names the argument that carries it")],
        id="together",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "expected"), INHERITANCE)
def test_inheritance_that_cannot_be(record_folder, edits, expected):
    found = collect_records(record_folder(edits)).problems
    told = [(p.file, p.line, p.place, p.message) for p in found]
    assert told == expected
