"""The signatures of diffusers' pipelines, read from its source files without importing any of them.

Importing diffusers costs seconds, wants torch, and replaces every pipeline whose packages are missing by a stub without
arguments. Its files say the same at once: names that ``diffusers/__init__.py`` exports, classes, and their ``__call__``.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from dialed.errors import DialedError

Function = ast.FunctionDef | ast.AsyncFunctionDef

DEFINES = re.compile(r"^class \w*Pipeline", re.MULTILINE)
"""A file without such a class is not worth the parsing."""

MOST_BYTES = 2_000_000
"""A larger file is no module of diffusers (its largest has 260 kB)."""


class SourceError(DialedError):
    """A folder is not a copy of diffusers, or none is installed."""


class SourceClass(NamedTuple):
    """A class as it stands in a file."""

    name: str
    file: str
    bases: tuple[str, ...]
    call: Function | None


class Pipeline(NamedTuple):
    """An exported pipeline and the ``__call__`` that it has, its own or inherited.

    Attributes:
        name: Name of the class.
        file: File of the ``__call__``, below the folder, with ``/``.
        line: Line of its ``def``.
        call: The function.
    """

    name: str
    file: str
    line: int
    call: Function

    def arguments(self) -> dict[str, ast.expr | None]:
        """Each argument but ``self`` with its default; None where it must be given."""
        given = self.call.args
        plain = [*given.posonlyargs, *given.args]
        padding: list[ast.expr | None] = [None] * (len(plain) - len(given.defaults))
        found = dict(zip((a.arg for a in plain), [*padding, *given.defaults], strict=True))
        found |= dict(zip((a.arg for a in given.kwonlyargs), given.kw_defaults, strict=True))
        for rest in (given.vararg, given.kwarg):
            if rest is not None:
                found[rest.arg] = None
        found.pop("self", None)
        return found

    def argument_lines(self) -> dict[str, int]:
        """The line on which each argument stands."""
        given = self.call.args
        listed = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        return {argument.arg: argument.lineno for argument in listed}


class Source(NamedTuple):
    """A copy of diffusers as it was read: its version, and every pipeline that can be called, by name."""

    version: str
    pipelines: dict[str, Pipeline]


def installed_folder() -> Path:
    """The folder of the installed diffusers, found without importing it.

    Raises:
        SourceError: It is not installed.
    """
    spec = importlib.util.find_spec("diffusers")
    if spec is None or spec.origin is None:
        raise SourceError(
            "diffusers is not installed here; install it, or name a copy's folder with --against"
        )
    return Path(spec.origin).parent


def _version(folder: Path) -> str:
    for node in _tree(folder / "__init__.py").body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            targets = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if "__version__" in targets:
                return str(node.value.value)
    raise SourceError(f"{folder / '__init__.py'} states no __version__: not a copy of diffusers")


def read_source(folder: Path) -> Source:
    """Every pipeline that a copy of diffusers exports and that can be called.

    Args:
        folder: The package's folder: the one with ``__init__.py`` and ``pipelines``.

    Raises:
        SourceError: The folder is no copy of diffusers, or a file cannot be read.
    """
    exported = _exported(folder)
    classes: dict[str, SourceClass] = {}
    for path in _files(folder):
        if not DEFINES.search(_text(path)):
            continue
        for defined in _classes(_tree(path), path.relative_to(folder).as_posix()):
            classes.setdefault(defined.name, defined)
    found = {}
    for name in sorted(exported & classes.keys()):
        caller = _caller(name, classes)
        if caller is not None and caller.call is not None:
            found[name] = Pipeline(name, caller.file, caller.call.lineno, caller.call)
    if not found:
        raise SourceError(f"{folder} exports no pipeline: not a copy of diffusers")
    return Source(_version(folder), found)


def _files(folder: Path) -> Iterator[Path]:
    """Modules that may define pipelines; the deprecated doubles come last, so that the first class of a name counts."""
    found = [
        p
        for part in ("pipelines", "modular_pipelines", "experimental")
        for p in (folder / part).rglob("*.py")
    ]
    yield from sorted(found, key=lambda path: ("deprecated" in path.parts, path.as_posix()))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SourceError(f"{path} has more than {MOST_BYTES} bytes: not a module of diffusers")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        told = getattr(error, "strerror", None) or type(error).__name__
        cure = "name the folder of a copy of diffusers"
        raise SourceError(f"{path} cannot be read ({told}); {cure}") from error


def _tree(path: Path) -> ast.Module:
    try:
        return ast.parse(_text(path))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise SourceError(
            f"{path} is not Python that can be read ({error}); take another copy"
        ) from error


def _exported(folder: Path) -> set[str]:
    """Names of pipelines in the tables of lazy imports of ``__init__.py``."""
    nodes = ast.walk(_tree(folder / "__init__.py"))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    return {text for text in texts if isinstance(text, str) and _is_pipeline(text)}


def _is_pipeline(name: str) -> bool:
    """Whether a name is that of a pipeline; blocks are parts that modular pipelines are made of."""
    return "Pipeline" in name and name.isidentifier() and not name.endswith("Blocks")


def _classes(tree: ast.Module, file: str) -> Iterator[SourceClass]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            calls = [n for n in node.body if isinstance(n, Function) and n.name == "__call__"]
            bases = tuple(base.id for base in node.bases if isinstance(base, ast.Name))
            yield SourceClass(node.name, file, bases, calls[-1] if calls else None)


def _caller(name: str, classes: Mapping[str, SourceClass]) -> SourceClass | None:
    """The class whose ``__call__`` ``name`` has: its own, else the first of its bases that has one."""
    waiting, seen = [name], set[str]()
    while waiting:
        current = waiting.pop(0)
        if current in seen or current not in classes:
            continue
        seen.add(current)
        if classes[current].call is not None:
            return classes[current]
        waiting = [*classes[current].bases, *waiting]
    return None
