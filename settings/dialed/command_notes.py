"""``dialed records notes``: the release notes of the data, written by comparing two releases."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any


def add_notes(actions: Any) -> None:
    """Add the command to the actions of ``dialed records``."""
    text = "write the notes of a data release: what came, changed and went since another"
    parser = actions.add_parser(
        "notes",
        help=text,
        description=f"{text[:1].upper()}{text[1:]}. Each release is a folder `built`, the folder of an installed "
        "dialed (or the site-packages that it lies in), or a wheel. Exit status: 0 written, 2 one cannot be read.",
    )
    parser.add_argument("old", type=Path, metavar="OLD", help="the earlier release")
    parser.add_argument(
        "new", type=Path, nargs="?", metavar="NEW", help="the later one (default: the records here)"
    )
    parser.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="form of the output: Markdown or JSON",
    )
    parser.set_defaults(run=_notes)


def _notes(arguments: argparse.Namespace) -> int:
    from dialed.errors import DialedError
    from dialed.record_notes import compare_records, notes_data, notes_markdown, read_built
    from dialed.record_registry import BUILT

    try:
        notes = compare_records(read_built(arguments.old), read_built(arguments.new or BUILT))
    except DialedError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if arguments.format == "json":
        print(json.dumps(notes_data(notes), ensure_ascii=False))
    else:
        print(notes_markdown(notes), end="")
    return 0
