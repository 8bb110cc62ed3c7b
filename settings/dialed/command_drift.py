"""``dialed records drift``: is diffusers still what the committed facts say?"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialed.diffusers_facts import Drift, Facts
    from dialed.diffusers_source import Source


def add_drift(actions: Any) -> None:
    """Add the command to the actions of ``dialed records``."""
    text = "compare the committed signatures of diffusers with a copy of it"
    parser = actions.add_parser(
        "drift",
        help=text,
        description=f"{text[:1].upper()}{text[1:]}: pipelines and arguments that were added or are gone, "
        "and defaults that changed. Its files are read; nothing is imported. "
        "Exit status: 0 no difference, 1 differences, 2 there is no copy to read.",
    )
    parser.add_argument(
        "--against",
        type=Path,
        metavar="FOLDER",
        help="folder of a copy of diffusers, the one with its __init__.py (default: the installed one)",
    )
    parser.add_argument(
        "--write", action="store_true", help="write the committed facts anew from that copy"
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="form of the output"
    )
    parser.set_defaults(run=_drift)


def _drift(arguments: argparse.Namespace) -> int:
    from dialed.diffusers_facts import compare, facts_of, read_facts
    from dialed.diffusers_source import SourceError, installed_folder, read_source

    try:
        folder = arguments.against or installed_folder()
        if not (folder / "__init__.py").is_file() and (folder / "diffusers").is_dir():
            folder = folder / "diffusers"
        source = read_source(folder)
        if arguments.write:
            return _write(arguments, source)
        committed, found = read_facts(), facts_of(source)
    except SourceError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    drifts = compare(committed, found)
    if arguments.format == "json":
        told = {
            "committed": committed.version,
            "found": found.version,
            "pipelines": len(found.pipelines),
            "drift": [drift._asdict() for drift in drifts],
        }
        print(json.dumps(told, ensure_ascii=False))
    else:
        for drift in drifts:
            print(drift)
        print(_summary(committed, found, drifts))
    return 1 if drifts else 0


def _write(arguments: argparse.Namespace, source: Source) -> int:
    from dialed.building import replace_text
    from dialed.diffusers_facts import FACTS, facts_of, facts_text
    from dialed.diffusers_inconsistencies import (
        INCONSISTENCIES,
        inconsistencies_of,
        inconsistencies_text,
    )

    texts = {
        FACTS: facts_text(facts_of(source)),
        INCONSISTENCIES: inconsistencies_text(inconsistencies_of(source)),
    }
    try:
        for path, text in texts.items():
            replace_text(path, text)
    except OSError as error:
        told = error.strerror or type(error).__name__
        print(f"error: the facts cannot be written ({told}); mend permissions", file=sys.stderr)
        return 2
    names = [path.name for path in texts]
    print(json.dumps({"written": names}) if arguments.format == "json" else "\n".join(names))
    return 0


def _summary(committed: Facts, found: Facts, drifts: list[Drift]) -> str:
    versions = f"diffusers {committed.version} (committed) and {found.version} (found)"
    if not drifts:
        return f"{versions}: {len(found.pipelines)} pipelines, no difference"
    counted = Counter(
        f"{drift.change} {'pipelines' if drift.argument is None else 'arguments'}"
        if drift.change != "default"
        else "changed defaults"
        for drift in drifts
    )
    told = ", ".join(f"{count} {what}" for what, count in counted.items())
    return f"{versions}: {told}"
