"""What diffusers' pipelines take and default to: generated, committed, and compared with another copy of diffusers.

A default is kept as Python writes it (``7.5`` and ``7`` differ, as they do in a call), and an argument that must be
given has none. One line a pipeline, so that a new version of diffusers is a readable difference.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from dialed.diffusers_source import Source, SourceError

FACTS = Path(__file__).parent / "facts" / "diffusers_signatures.json"

LONGEST = 80
"""A longer default (a negative prompt, a system prompt) is cut here; a change behind it is not told."""

Change = Literal["added", "gone", "default"]


class Facts(NamedTuple):
    """Every call of one version of diffusers: pipeline -> argument -> default as written, None where there is none."""

    version: str
    pipelines: dict[str, dict[str, str | None]]


class Drift(NamedTuple):
    """One difference between the committed facts and a copy of diffusers.

    Attributes:
        change: ``added`` and ``gone`` are about pipelines or arguments, ``default`` about a changed default.
        pipeline: Name of the class.
        argument: Name of the argument; None where the whole pipeline was added or is gone.
        before: Committed default, as Python writes it.
        after: Default in the copy.
    """

    change: Change
    pipeline: str
    argument: str | None
    before: str | None = None
    after: str | None = None

    def __str__(self) -> str:
        where = self.pipeline if self.argument is None else f"{self.pipeline}: {self.argument}"
        if self.change != "default":
            return f"{self.change}: {where}"
        return f"default changed: {where}: {_said(self.before)} -> {_said(self.after)}"


def facts_of(source: Source) -> Facts:
    """The facts of a copy of diffusers."""
    found = {}
    for name, pipeline in source.pipelines.items():
        found[name] = {
            argument: None if default is None else _written(default)
            for argument, default in pipeline.arguments().items()
        }
    return Facts(source.version, found)


def read_facts(path: Path = FACTS) -> Facts:
    """The committed facts.

    Raises:
        SourceError: The file is missing or is not what `facts_text` writes.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return Facts(str(told["diffusers"]), dict(told["pipelines"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        cure = "write it anew with `dialed records drift --write`"
        raise SourceError(f"{path.name} cannot be read ({type(error).__name__}); {cure}") from error


def facts_text(facts: Facts) -> str:
    """The facts as JSON with one pipeline a line."""
    rows = ",\n".join(
        f"{json.dumps(name)}:{json.dumps(arguments, separators=(',', ':'))}"
        for name, arguments in sorted(facts.pipelines.items())
    )
    return f'{{"diffusers":{json.dumps(facts.version)},"pipelines":{{\n{rows}\n}}}}\n'


def compare(committed: Facts, found: Facts) -> list[Drift]:
    """All differences, by pipeline and then by argument."""
    drifts: list[Drift] = []
    for name in sorted(committed.pipelines.keys() | found.pipelines.keys()):
        before, after = committed.pipelines.get(name), found.pipelines.get(name)
        if before is None or after is None:
            drifts.append(Drift("added" if before is None else "gone", name, None))
        else:
            drifts += _compared(name, before, after)
    return drifts


def _compared(
    name: str, before: Mapping[str, str | None], after: Mapping[str, str | None]
) -> Iterator[Drift]:
    for argument in dict.fromkeys([*before, *after]):
        if argument not in after:
            yield Drift("gone", name, argument, before=before[argument])
        elif argument not in before:
            yield Drift("added", name, argument, after=after[argument])
        elif before[argument] != after[argument]:
            yield Drift("default", name, argument, before[argument], after[argument])


def _written(default: ast.expr) -> str:
    text = ast.unparse(default)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _said(default: str | None) -> str:
    return "must be given" if default is None else default
