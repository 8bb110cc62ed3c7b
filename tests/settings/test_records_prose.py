"""Prose by its headings."""

import pytest

from dialed.errors import RecordError
from dialed.prose_sections import read_prose, split_sections

CASES = [
    ("", []),
    ("text\n", [(0, "", 1, "text")]),
    ("\n\n## A\n\ntext\n\n", [(2, "A", 3, "text")]),
    ("# T\n## A ##\n", [(1, "T", 1, ""), (2, "A", 2, "")]),
    ("## A\n### B\ntext\n## C\n", [(2, "A", 1, "### B\ntext"), (2, "C", 4, "")]),
    ("## A\n```md\n## B\n```\n## C\n", [(2, "A", 1, "```md\n## B\n```"), (2, "C", 5, "")]),
    (
        "## A\n~~~~\n~~~\n## B\n~~~~\n## C\n",
        [(2, "A", 1, "~~~~\n~~~\n## B\n~~~~"), (2, "C", 6, "")],
    ),
    ("## A\n```\n## B\n", [(2, "A", 1, "```\n## B")]),
    ("##no heading\n", [(0, "", 1, "##no heading")]),
]


@pytest.mark.parametrize(("markdown", "expected"), CASES)
def test_sections(markdown, expected):
    assert [tuple(section) for section in split_sections(markdown)] == expected


def test_prose_of_a_record(record_folder):
    prose = read_prose("settings", "steps", record_folder())
    assert list(prose) == ["What It Does", "Tips", "Under the Hood", "When It Goes Wrong"]
    assert prose["Tips"] == "- One.\n- Two."


@pytest.mark.parametrize("identifier", ["nothing", "../settings/steps", "..\\steps"])
def test_no_prose(record_folder, identifier):
    assert read_prose("models", identifier, record_folder()) == {}


def test_prose_that_cannot_be_read(record_folder):
    folder = record_folder({"settings/steps.md": b"\xff"})
    with pytest.raises(RecordError, match=r"settings/steps\.md:1: it is not UTF-8"):
        read_prose("settings", "steps", folder)


def test_an_unknown_kind():
    with pytest.raises(
        ValueError, match="'colours' is no kind of record; use one of settings, models"
    ):
        read_prose("colours", "red")
