"""The layout of record files: order, comments, and that nothing is ever lost by it."""

import functools
import tomllib

import pytest

from dialed.record_format import format_record
from dialed.record_kinds import RECORD_TYPES
from dialed.record_schema import schema_header
from dialed.records_loading import RECORDS_FOLDER
from dialed.toml_statements import read_layout

HEAD = "#:schema ../setting.schema.json\n"

CASES = [
    pytest.param("", HEAD, id="empty"),
    pytest.param('title="T"\nid =  "i"', HEAD + 'id = "i"\ntitle = "T"\n', id="order-and-spaces"),
    pytest.param("zoo = 1\nid = 'i'\nape = 2\n", HEAD + "id = 'i'\nzoo = 1\nape = 2\n", id="unknown-keys-last"),
    pytest.param("# About.\n\n\nid = 1\n", HEAD + "# About.\nid = 1\n", id="head-comment"),
    pytest.param(
        "id = 1 # one\n# on title\ntitle = 2#two\n", HEAD + "id = 1  # one\n\n# on title\ntitle = 2  #two\n", id="comments"
    ),
    pytest.param(
        "id = 1\n# on title\ntitle = 2\n# loose\n\n# last\n",
        HEAD + "id = 1\n\n# on title\ntitle = 2\n\n# loose\n\n# last\n",
        id="comments-at-the-end",
    ),
    pytest.param(
        "off = 1\n[status]\nadded = 2\n[limits]\nmax = 1\nmin = 0\n",
        HEAD + "off = 1\n\n[limits]\nmin = 0\nmax = 1\n\n[status]\nadded = 2\n",
        id="tables",
    ),
    pytest.param(
        "[[values]]\nvalue=1\n[[aliases]]\nname='a'\n# second\n[[values]] # here\nvalue=2\n[[aliases]]\nname='b'\n",
        HEAD
        + "\n[[aliases]]\nname = 'a'\n\n[[aliases]]\nname = 'b'\n\n[[values]]\nvalue = 1\n\n# second\n[[values]]  # here\nvalue = 2\n",
        id="arrays-keep-their-order",
    ),
    pytest.param(
        "[[comparisons]]\nid='a'\n[comparisons.hold]\nz=1\na=2\n[[comparisons.axes]]\nvalues=[1]\nsetting='s'\n"
        "[[comparisons]]\nid='b'\n[[comparisons.axes]]\nsetting='t'\n",
        HEAD
        + "\n[[comparisons]]\nid = 'a'\n\n[[comparisons.axes]]\nsetting = 's'\nvalues = [1]\n\n[comparisons.hold]\nz = 1\na = 2\n"
        "\n[[comparisons]]\nid = 'b'\n\n[[comparisons.axes]]\nsetting = 't'\n",
        id="tables-in-tables",
    ),
    pytest.param(
        'summary = """\n# no comment\n[no header]\n"""\nid = [ # list\n  1, # one\n  "]#", ]\n',
        HEAD + 'id = [ # list\n  1, # one\n  "]#", ]\nsummary = """\n# no comment\n[no header]\n"""\n',
        id="values-as-written",
    ),
    pytest.param(
        "title = 1\r\nid = 2\r\n", HEAD + "id = 2\ntitle = 1\n", id="windows-line-ends"
    ),
    pytest.param(
        "#:schema elsewhere.json\n# About.\nid = 1\n", HEAD + "# About.\nid = 1\n", id="schema-comment-is-mended"
    ),
    pytest.param('"id" = 1\nlimits.max = 2\nlimits . min = 1\n', HEAD + '"id" = 1\nlimits.max = 2\nlimits . min = 1\n', id="dotted"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_layout(text, expected):
    assert format_record("settings", text) == expected
    assert format_record("settings", expected) == expected


REAL = sorted(path for kind in RECORD_TYPES for path in (RECORDS_FOLDER / kind).glob("*.toml"))


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_nothing_is_lost_from_real_records(path):
    text = path.read_text(encoding="utf-8")
    # Turned round, statement order is as far from canonical as it can be without changing lists.
    scrambled = _keys_reversed(text.removeprefix(schema_header(path.parent.name)))
    assert tomllib.loads(scrambled) == tomllib.loads(text)
    result = format_record(path.parent.name, scrambled)
    assert tomllib.loads(result) == tomllib.loads(text)
    assert sorted(_comments(result)) == sorted(_comments(text))
    assert format_record(path.parent.name, result) == result


def _comments(text):
    layout = read_layout(text)
    found = [line for one in layout.statements for line in (*one.before, one.after)]
    return [line for line in (*found, *layout.tail) if line and not line.startswith("#:schema")]


def _keys_reversed(text):
    """The same file with the keys of each table in reverse order."""
    lines, pairs = [], []
    for statement in read_layout(text).statements:
        if statement.kind == "pair":
            block = [*statement.before, f"{statement.name} = {statement.value} {statement.after}"]
            pairs.insert(0, "\n".join(block))
        else:
            brackets = ("[[", "]]") if statement.kind == "array" else ("[", "]")
            header = f"{brackets[0]}{statement.name}{brackets[1]} {statement.after}"
            lines += [*pairs, *statement.before, header]
            pairs = []
    return "\n".join([*lines, *pairs, *read_layout(text).tail]) + "\n"


PLACES = '''\
a = 1
b = [{ y = 1 },
  { x = 2 }] # end
[c]
d = """
e = 2
"""
[c.e]
f = 1
[[list]]
k = 1
# comment
[[list]]
j = 1
k = { deep = 1 }
'''
LINES = [
    (("a",), 1),
    (("b", 0), 2),
    (("b", 0, "y"), 2),
    (("b", 1, "x"), 3),
    (("c", "d"), 5),
    (("c", "e", "f"), 9),
    (("list", 0), 10),
    (("list", 0, "k"), 11),
    (("list", 1), 13),
    (("list", 1, "k", "deep"), 15),
    (("list", 1, "absent", "deeper"), 13),
    (("absent",), 0),
]


@pytest.mark.parametrize(("path", "line"), LINES)
def test_the_line_of_a_value(path, line):
    assert read_layout(PLACES).line_of(path) == line


ODD = [
    """x = 'a # b' # c\n"y.z" = 1\n'quoted key' = 2\n\"\" = 3\n""",
    'a = """one\n""two\\"""three""""\nb = \'\'\'it\'s \'\'\'\'\nc = """"""\n',
    'a = [ [1, 2], # x ]\n  ["]", { b = "}" }],\n]\nc = {}\nd = []\n',
    "when = 2026-01-02 03:04:05Z\ninf = -inf\nhex = 0xFF\nbig = 1_000.5e-3 # end",
    'a.b.c = 1\n"a".d = 2\n[x . "y.z" . w]\nk = 1\n[x]\nj = 1\n',
    "[[a]]\n[[a.b]]\nc = 1\n[[a.b]]\n[a.b.d]\ne = 1\n[[a]]\n[[a.b]]\nc = 2\n",
    'x = "\\" \\\\"\ny = "\\u00e9"\n',
    "\n\n  [ t ]  # spaces\n\t k  =\t1\t\n",
    "",
    "# only a comment",
]


@pytest.mark.parametrize("text", [*ODD, *(text.replace("\n", "\r\n") for text in ODD)])
def test_the_reader_finds_what_tomllib_finds(text):
    layout = read_layout(text)
    data = tomllib.loads(text)
    for statement in layout.statements:
        found = functools.reduce(lambda inner, part: inner[part], statement.path, data)
        if statement.kind == "pair":
            assert tomllib.loads(f"x = {statement.value}")["x"] == found
            assert statement.name.split(".")[0].strip() in text.splitlines()[statement.line - 1]
        else:
            assert isinstance(found, dict)
    assert set(_leaves(data)) <= {(), *layout.lines}


def _leaves(data, path=()):
    if isinstance(data, dict | list) and data:
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _leaves(value, (*path, key))
    else:
        yield path
