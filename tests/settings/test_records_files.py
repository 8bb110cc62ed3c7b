"""Files that are no records: each gives one clear problem, and the others are read all the same."""

import os

import pytest

from dialed.records_loading import collect_records

DEEP = "x = " + "[" * 3000 + "]" * 3000
BROKEN = [
    pytest.param(b"id = \n", 1, "not TOML at column 6: Invalid value", id="syntax"),
    pytest.param(b'id = "a"\ntitle = "b\n', 2, "not TOML at column 11", id="open-string"),
    pytest.param(b'x = """never closed', 1, "not TOML at end of file", id="open-to-the-end"),
    pytest.param(b'id = "a"\nid = "b"\n', 2, "a key or table stands twice", id="key-twice"),
    pytest.param(b"[status]\n[status]\n", 2, "a key or table stands twice", id="table-twice"),
    pytest.param(b"a = 1\n[a]\n", 2, "a key or table stands twice", id="table-over-key"),
    pytest.param(b'id = "\xff"\n', 1, "it is not UTF-8 (byte 0xff at offset 6)", id="not-utf8"),
    pytest.param("id = 1\n".encode("utf-16"), 1, "it is not UTF-8", id="utf16"),
    pytest.param(b'\xef\xbb\xbfid = "a"\n', 1, "it begins with a byte order mark", id="bom"),
    pytest.param(
        b"# x\n" * 2_500_000, 0, "it has 10,000,000 bytes, and a record may have 200,000", id="huge"
    ),
    pytest.param(DEEP.encode(), 0, "lists or tables are nested too deeply", id="deep"),
    pytest.param(b"x = " + b"9" * 5000, 0, "a value cannot be read", id="long-number"),
    pytest.param(b"\x00", 1, "not TOML at column 1", id="zero"),
]


@pytest.mark.parametrize(("content", "line", "message"), BROKEN)
def test_a_file_that_is_no_record(record_folder, content, line, message):
    records = collect_records(record_folder({"settings/broken.toml": content}))
    (problem,) = records.problems
    assert (problem.file, problem.line) == ("settings/broken.toml", line)
    assert problem.message.startswith(message)
    assert problem.cure
    assert list(records.settings) == ["guidance", "sampler", "steps"]


def test_an_empty_file_lacks_everything(record_folder):
    found = collect_records(record_folder({"settings/empty.toml": ""})).problems
    assert {problem.message for problem in found} >= {
        "id is missing",
        "aliases is missing",
        "status is missing",
    }


def _folder(path):
    path.mkdir()


def _link_to_nothing(path):
    path.symlink_to("nothing.toml")


def _link_to_itself(path):
    path.symlink_to(path.name)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_folder, "it is a folder, not a file"),
        (_link_to_nothing, "it cannot be read (no such file or directory)"),
        (_link_to_itself, "it cannot be read (too many levels of symbolic links)"),
        pytest.param(
            getattr(os, "mkfifo", None),
            "it is not a regular file",
            marks=pytest.mark.skipif(
                not hasattr(os, "mkfifo"), reason="this system has no named pipes"
            ),
        ),
    ],
)
def test_a_thing_that_is_no_file(record_folder, make, message):
    folder = record_folder()
    make(folder / "settings" / "strange.toml")
    (problem,) = collect_records(folder).problems
    assert (problem.file, problem.message) == ("settings/strange.toml", message)


@pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="the superuser may read every file"
)
def test_a_file_that_may_not_be_read(record_folder):
    folder = record_folder()
    (folder / "settings" / "steps.toml").chmod(0)
    (problem,) = collect_records(folder).problems
    assert problem.message == "it cannot be read (permission denied)"
