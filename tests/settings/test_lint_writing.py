"""Checks of writing: headings of prose, layout of files, words of the templates; and the runner of all checks."""

import pytest

from dialed.lint import CHECKS, run_checks
from dialed.lint.check import Check, Found
from dialed.records_loading import collect_records

PROSE = "settings/steps.md"
MODEL = "models/a-one.md"

HEADINGS = [
    pytest.param({}, [], id="clean"),
    pytest.param({PROSE: ("## Tips", "## Hints")}, [':5 : "Hints" is no heading of the prose of settings', ':0 : the heading "Tips" is missing'], id="unknown"),
    pytest.param({PROSE: ("## Tips\n\n- One.\n- Two.\n", "")}, [':0 : the heading "Tips" is missing'], id="missing"),
    pytest.param({PROSE: ("## What It Does\n\nIt does something.\n", "")}, [':0 : the heading "What It Does" is missing'], id="first-missing"),
    pytest.param({PROSE: "+\n## Tips\n\nMore.\n"}, [':18 : the heading "Tips" stands twice'], id="twice"),
    pytest.param({MODEL: "## In Short\n\n"}, [':1 : nothing stands under "In Short"'], id="empty"),
    pytest.param({MODEL: "A model.\n\n## In Short\n\nA model.\n"}, [":1 : text above the first heading"], id="above"),
    pytest.param({MODEL: "# A One\n\n## In Short\n\nA model.\n"}, [':1 : a first-level heading "A One"'], id="first-level"),
    pytest.param({MODEL: "## In Short\n\n### Deeper\n\nText.\n"}, [], id="third-level-is-free"),
    pytest.param({MODEL: "## In Short\n\n```\n## Code\n<b>\n```\n\n`<b>` and a < b.\n"}, [], id="code"),
    pytest.param({MODEL: "## In Short\n\nText.\n\nA <b>bold</b> claim.\n"}, [":5 : HTML in the prose: <b>", ":5 : HTML in the prose: </b>"], id="html"),
    pytest.param({MODEL: "## In Short\n\n<script>alert(1)</script>\n"}, [":3 : HTML in the prose: <script>", ":3 : HTML in the prose: </script>"], id="script"),
    pytest.param({MODEL: "## In Short\n\n[x](javascript:alert) [y](http://example.com) [z](https://example.com)\n"}, [":3 : a link that is neither https nor relative"] * 2, id="links"),
    pytest.param({MODEL: b"## In Short\n\nA \xff model.\n"}, [":3 : it is not UTF-8 (byte 0xff at offset 15)"], id="not-utf8"),
    pytest.param({"samplers/euler.md": "## In Short\n\nText.\n"}, [], id="optional"),
    pytest.param({"samplers/euler.md": "## Notes\n\nText.\n"}, [':1 : "Notes" is no heading of the prose of samplers', ':0 : the heading "In Short" is missing'], id="optional-but-kept"),
    pytest.param(
        {PROSE: "## Tips\n\nA.\n\n## What It Does\n\nB.\n\n## Under the Hood\n\nC.\n\n## When It Goes Wrong\n\nD.\n"},
        [':5 : "What It Does" stands too late'],
        id="order",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "expected"), HEADINGS)
def test_prose_headings(lint_finds, edits, expected):
    found = lint_finds("prose-headings", edits)
    file = next(iter(edits), "")
    assert sorted(text.removeprefix(file) for text in found) == sorted(expected)


@pytest.mark.parametrize(
    ("edits", "place"),
    [
        ({}, None),
        (
            {"dialects/comfyui.toml": ('kind = "library"\n', 'kind="library"\n')},
            "dialects/comfyui.toml:4",
        ),
        (
            {"dialects/comfyui.toml": ("#:schema ../dialect.schema.json\n", "")},
            "dialects/comfyui.toml:1",
        ),
        ({"dialects/comfyui.toml": ("[status]", "\n\n[status]")}, "dialects/comfyui.toml:9"),
        ({"dialects/comfyui.toml": "+\n"}, "dialects/comfyui.toml:0"),
    ],
)
def test_layout(lint_finds, edits, place):
    found = lint_finds("layout", edits)
    expected = (
        [] if place is None else [f"{place} : order of keys or layout is not the canonical one"]
    )
    assert found == expected


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ({}, []),
        (
            {PROSE: ("It does something.", "Replace this: what it does.")},
            [f'{PROSE}:3 : "Replace this" is left from the template'],
        ),
        (
            {"models/a-one.toml": ("The first of its family.", "replace this")},
            ['models/a-one.toml:6 : "replace this" is left from the template'],
        ),
        (
            {"schedules/normal.toml": ("https://example.com", "https://example.org")},
            ['schedules/normal.toml:13 : "https://example.org" is left from the template'],
        ),
    ],
)
def test_template_text(lint_finds, edits, expected):
    assert lint_finds("template-text", edits) == expected


def test_the_clean_records_are_clean(record_folder):
    assert run_checks(collect_records(record_folder())) == []


def test_checks_have_names_and_sentences():
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert all(
        check.description.endswith(".") and check.name == check.name.lower() for check in CHECKS
    )


def test_a_check_lies_in_the_file_of_its_name():
    import importlib

    for check in CHECKS:
        assert importlib.import_module(f"dialed.lint.{check.name.replace('-', '_')}").CHECK is check


def test_a_crash_in_a_check_is_a_problem(record_folder):
    def crash(records):
        yield Found("settings", "steps", ("id",), "found before the crash", "none")
        raise ZeroDivisionError("by zero")

    found = run_checks(
        collect_records(record_folder()), [Check("crashing", "It crashes.", crash), *CHECKS]
    )
    assert [(p.check, p.message) for p in found] == [
        ("crashing", "the check stopped with ZeroDivisionError: by zero"),
        ("crashing", "found before the crash"),
    ]


def test_a_broken_file_is_one_problem(record_folder):
    # Everything that names guidance must not be told that there is no such setting.
    folder = record_folder({"settings/guidance.toml": "id = \n"})
    assert [p.check for p in run_checks(collect_records(folder))] == ["toml-syntax"]


LINKS = [
    ("[steps](steps.md) and [it](guidance.md#tips)", []),
    ("[a model](../models/a-one.md), [a sampler](../samplers/euler.md)", []),
    ("[paper](https://example.com/a.md), [here](#tips), `[x](none.md)`", []),
    ("[gone](gone.md)", ["the link to gone.md leads to no record"]),
    ("[out](../../README.md)", ["the link to ../../README.md leads to no record"]),
    (
        "[page](/settings/sampling/steps/)",
        ["the link to /settings/sampling/steps/ leads to no record"],
    ),
    ("[family](../models/family-a.md)", []),
]


@pytest.mark.parametrize(("text", "expected"), LINKS)
def test_prose_links(lint_finds, text, expected):
    found = lint_finds("prose-links", {PROSE: f"+\n{text}\n"})
    assert [line.split(" : ", 1)[1] for line in found] == expected
    assert all(line.startswith(PROSE) for line in found)
