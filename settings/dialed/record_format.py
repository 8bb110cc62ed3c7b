"""The one layout of a record file: keys and tables in the order of the record type, comments kept.

Values stay as they are written, so nothing can be lost; the result is parsed again and compared before it is returned.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field

from dialed.errors import DialedError
from dialed.record_base import Record
from dialed.record_kinds import RECORD_TYPES, Kind
from dialed.record_schema import schema_header
from dialed.record_shape import field_names, record_type_at
from dialed.toml_statements import Path, Statement, read_layout


@dataclass
class _Table:
    """A header with its keys and the tables below it."""

    path: Path
    header: Statement | None = None
    pairs: list[Statement] = field(default_factory=list)
    tables: list[_Table] = field(default_factory=list)


def format_record(kind: Kind, text: str) -> str:
    """The canonical layout of a record.

    Args:
        kind: Kind of the record; its type gives the order of keys and tables.
        text: TOML that ``tomllib`` accepts; keys that the type does not know go last.

    Returns:
        The same record, laid out: schema comment first, one blank line above a header and above a
        commented key, one space around ``=``. Formatting twice changes nothing.

    Raises:
        DialedError: The result would not say the same. The text must be laid out by hand then.
    """
    text = text.replace("\r\n", "\n")
    written = tomllib.loads(text)
    layout = read_layout(text)
    statements = list(layout.statements)
    tail = list(layout.tail)
    if statements:
        head = list(statements[0].before)
        statements[0] = _without_comments(statements[0])
    else:
        head, tail = tail, []
    schema = schema_header(kind)
    head = [schema, *(line for line in head if not line.startswith("#:schema"))]
    while head and not head[-1]:
        head.pop()
    lines = [*_squeezed(head)]
    _emit(_tree(statements), RECORD_TYPES[kind], written, lines)
    if tail:
        lines += ["", *tail]
    result = "\n".join(lines) + "\n"
    if _reads(result) != written:
        raise DialedError("laid out anew it would not say the same; lay it out by hand")
    return result


def _reads(text: str) -> object:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _without_comments(statement: Statement) -> Statement:
    return Statement(
        statement.kind,
        statement.keys,
        statement.path,
        statement.line,
        statement.name,
        statement.value,
        (),
        statement.after,
    )


def _squeezed(comments: list[str]) -> list[str]:
    """Comment lines with no blank line at the start and no two in a row."""
    lines: list[str] = []
    for line in comments:
        if line or (lines and lines[-1]):
            lines.append(line)
    return lines


def _tree(statements: list[Statement]) -> _Table:
    root = _Table(())
    known: dict[Path, _Table] = {(): root}
    current = root
    for statement in statements:
        if statement.kind == "pair":
            current.pairs.append(statement)
            continue
        current = _Table(statement.path, statement)
        above = statement.path[:-1]
        while above not in known:
            above = above[:-1]
        known[above].tables.append(current)
        known[statement.path] = current
    return root


def _emit(table: _Table, root: type[Record], written: object, lines: list[str]) -> None:
    record_type = record_type_at(root, table.path, written)
    order = (
        {key: number for number, key in enumerate(field_names(record_type))} if record_type else {}
    )
    depth = len(table.path)
    if table.header is not None:
        header = table.header
        brackets = ("[[", "]]") if header.kind == "array" else ("[", "]")
        lines += ["", *_squeezed(list(header.before))]
        lines.append(f"{brackets[0]}{header.name}{brackets[1]}{_behind(header)}")
    first = True
    for pair in sorted(table.pairs, key=lambda pair: order.get(pair.keys[0], len(order))):
        comments = _squeezed(list(pair.before))
        if comments and not first:
            lines.append("")
        lines += [*comments, f"{pair.name} = {pair.value}{_behind(pair)}"]
        first = False
    for below in sorted(
        table.tables, key=lambda below: order.get(str(below.path[depth]), len(order))
    ):
        _emit(below, root, written, lines)


def _behind(statement: Statement) -> str:
    return f"  {statement.after}" if statement.after else ""
