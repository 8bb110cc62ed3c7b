"""Where things stand in a TOML text, and its statements with their comments.

``tomllib`` gives values and forgets lines and comments; problems need the first, the formatter the second. This reader
takes only text that ``tomllib`` has accepted, so it can be short: it never has to reject anything.
"""

from __future__ import annotations

import bisect
import re
import tomllib
from dataclasses import dataclass
from typing import Literal

Path = tuple[str | int, ...]
"""Way to a value: keys and indexes, as in ``("aliases", 2, "name")``."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"[ \t]*")
_SCALAR = re.compile(r"[^,\]}#\r\n]*")
_BASIC = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_LITERAL = re.compile(r"'[^'\n]*'")
_LONG_BASIC = re.compile(r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})', re.DOTALL)
_LONG_LITERAL = re.compile(r"'''.*?'''(?:'{0,2})", re.DOTALL)


@dataclass(frozen=True)
class Statement:
    """A header or a key with its value.

    Attributes:
        kind: ``table`` for ``[a]``, ``array`` for ``[[a]]``, ``pair`` for ``a = 1``.
        keys: The dotted key, unquoted.
        path: The way to what it states, indexes included.
        line: Line of the key, counted from 1.
        name: The dotted key as written.
        value: Text of the value as written; empty for headers.
        before: Comment lines above it; an empty text stands for blank lines between comments.
        after: The comment behind it, or an empty text.
    """

    kind: Literal["table", "array", "pair"]
    keys: tuple[str, ...]
    path: Path
    line: int
    name: str
    value: str = ""
    before: tuple[str, ...] = ()
    after: str = ""


@dataclass(frozen=True)
class Layout:
    """A TOML text taken apart: statements in order, comments after the last, and the line of every path."""

    statements: tuple[Statement, ...]
    tail: tuple[str, ...]
    lines: dict[Path, int]

    def line_of(self, path: Path) -> int:
        """Line of ``path`` or of the nearest thing that holds it; 0 if nothing of it is in the file."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return 0


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.newlines = [match.start() for match in re.finditer("\n", text)]
        self.lines: dict[Path, int] = {}
        self.arrays: dict[Path, int] = {}

    def line(self) -> int:
        return bisect.bisect_left(self.newlines, self.at) + 1

    def take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        assert match is not None, (
            f"line {self.line()}: text that tomllib took and this reader does not"
        )
        self.at = match.end()
        return match.group()

    def peek(self, start: str) -> bool:
        return self.text.startswith(start, self.at)

    def string(self) -> str:
        for start, pattern in (
            ('"""', _LONG_BASIC),
            ("'''", _LONG_LITERAL),
            ('"', _BASIC),
            ("'", _LITERAL),
        ):
            if self.peek(start):
                return self.take(pattern)
        return ""

    def key(self) -> tuple[str, ...]:
        parts = []
        while True:
            self.take(_SPACE)
            quoted = self.string()
            parts.append(tomllib.loads(f"x={quoted}")["x"] if quoted else self.take(_BARE))
            self.take(_SPACE)
            if not self.peek("."):
                return tuple(parts)
            self.at += 1

    def gap(self) -> None:
        """Skip white space, line ends and comments inside an array or a table."""
        self.take(re.compile(r"(?:[ \t\r\n]|#[^\n]*)*"))

    def value(self, path: Path) -> None:
        self.lines[path] = self.line()
        if self.string():
            return
        if self.peek("["):
            self.at += 1
            index = 0
            self.gap()
            while not self.peek("]"):
                self.value((*path, index))
                index += 1
                self.gap()
                self.at += self.peek(",")
                self.gap()
            self.at += 1
        elif self.peek("{"):
            self.at += 1
            self.gap()
            while not self.peek("}"):
                line = self.line()
                inner = (*path, *self.key())
                self.at += 1
                self.take(_SPACE)
                self.value(inner)
                self.lines[inner] = line
                self.gap()
                self.at += self.peek(",")
                self.gap()
            self.at += 1
        else:
            text = self.take(_SCALAR)
            self.at -= len(text) - len(text.rstrip())

    def full(self, keys: tuple[str, ...]) -> Path:
        """``keys`` with the index of the newest element wherever an array of tables is passed through."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self.arrays:
                path = (*path, self.arrays[path])
        return path

    def header(self, keys: tuple[str, ...], *, array: bool) -> Path:
        if not array:
            return self.full(keys)
        path = (*self.full(keys[:-1]), keys[-1])
        self.arrays[path] = self.arrays.get(path, -1) + 1
        self.lines.setdefault(path, self.line())
        return (*path, self.arrays[path])

    def comment(self) -> str:
        self.take(_SPACE)
        text = self.take(re.compile(r"#[^\n]*|")).rstrip()
        self.take(re.compile(r"[ \t\r]*\n?"))
        return text


def read_layout(text: str) -> Layout:
    """Take a TOML text apart.

    Args:
        text: TOML that ``tomllib.loads`` accepts.
    """
    reader = _Reader(text)
    statements: list[Statement] = []
    before: list[str] = []
    table: Path = ()
    while True:
        reader.take(_SPACE)
        if reader.at >= len(text):
            break
        if reader.text[reader.at] in "\r\n":
            reader.take(re.compile(r"\r?\n?"))
            if before and before[-1]:
                before.append("")
            continue
        if reader.peek("#"):
            before.append(reader.comment())
            continue
        line = reader.line()
        path: Path
        kind: Literal["table", "array", "pair"]
        value = ""
        if reader.peek("["):
            kind = "array" if reader.peek("[[") else "table"
            width = 2 if kind == "array" else 1
            reader.at += width
            start = reader.at
            keys = reader.key()
            name = reader.text[start : reader.at].strip()
            path = table = reader.header(keys, array=kind == "array")
            reader.at += width
        else:
            kind = "pair"
            start = reader.at
            keys = reader.key()
            name = reader.text[start : reader.at].strip()
            reader.at += 1
            reader.take(_SPACE)
            start = reader.at
            path = (*table, *keys)
            reader.value(path)
            value = reader.text[start : reader.at]
        reader.lines[path] = line
        after = reader.comment()
        statements.append(Statement(kind, keys, path, line, name, value, tuple(before), after))
        before = []
    while before and not before[-1]:
        before.pop()
    return Layout(tuple(statements), tuple(before), reader.lines)
