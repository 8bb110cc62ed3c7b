"""`dialed check | translate`: looking at settings in files."""

from __future__ import annotations

import argparse
import dataclasses
import difflib
import functools
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialed.check_printing import (
    Totals,
    print_github,
    print_json_report,
    print_summary,
    print_text,
)
from dialed.check_sources import Document, Source, read_source, sources
from dialed.command_look import add_format
from dialed.errors import DialedError, PayloadError
from dialed.payload_file import STANDARD_INPUT, encoding_of, place_of
from dialed.terminal_text import painted, print_json, safe, table

if TYPE_CHECKING:
    from dialed.checking import Report

PROBLEMS, UNREADABLE = 1, 2
SEVERITIES = {"error": 3, "warning": 2, "hint": 1}


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the two commands."""
    check = commands.add_parser(
        "check", help="what is wrong with settings", description=run_check.__doc__
    )
    check.add_argument(
        "file",
        nargs="+",
        help="JSON, infotext or picture; a folder or pattern of them; or - for standard input",
    )
    check.add_argument("--model", help="model they are meant for: id, hub repository or alias")
    check.add_argument(
        "--dialect", help="tool they are written for (default: canonical ids and any alias)"
    )
    check.add_argument(
        "--severity",
        choices=tuple(SEVERITIES),
        default="hint",
        help="least severity that is told and counted (default: hint)",
    )
    check.add_argument("--to", help="also say what would be lost on the way to this tool")
    mending = check.add_mutually_exclusive_group()
    mending.add_argument(
        "--fix",
        action="store_true",
        help="write the certain cures into the JSON files; of standard input, to standard output",
    )
    mending.add_argument("--diff", action="store_true", help="show what --fix would change")
    translate = commands.add_parser(
        "translate", help="write settings as another tool does", description=run_translate.__doc__
    )
    translate.add_argument("file", help="JSON, infotext or picture, or - for standard input")
    translate.add_argument("--to", required=True, help="tool to write for, or canonical")
    translate.add_argument(
        "--from",
        dest="source",
        help="tool they are written for (default: canonical ids, or find out)",
    )
    translate.add_argument("--model", help="model they are meant for: id, hub repository or alias")
    translate.add_argument(
        "--python", action="store_true", help="print Python that makes the picture (diffusers)"
    )
    add_format(check, "github")
    add_format(translate)
    check.set_defaults(run=run_check)
    translate.set_defaults(run=run_translate)


def run_check(args: argparse.Namespace) -> int:
    """Check settings: names, values, fit to the model.

    Exit status 1 where there are errors or warnings (with --diff also where something would change), 2 where
    a file that was named cannot be read. Several files give one line of JSON each with --format json.
    """
    from dialed.record_registry import default_registry

    registry = default_registry()  # unknown names of tool and model are said once, before any file
    if args.model is not None:
        registry.model(args.model)
    for dialect in filter(None, (args.dialect, args.to)):
        registry.names.dialect(dialect)
    several = len(args.file) > 1 or not (
        args.file[0] == STANDARD_INPUT or Path(args.file[0]).is_file()
    )
    totals = Totals()
    status = 0
    last: Report | None = None
    for source in sources(args.file):
        try:
            document = read_source(source, args.dialect)
            last = _check_one(args, document, totals, several=several)
        except DialedError as error:
            status = max(status, _not_read(args, source, error, totals))
            if not several:
                return status
    if args.format == "text":
        alone = len(last.settings) if last is not None and not several else None
        stream = sys.stderr if args.fix and STANDARD_INPUT in args.file else sys.stdout
        if last is not None or totals.skipped:
            print_summary(totals, alone, stream, dry=args.diff)
    if several and totals.files == 0 and status == 0:
        raise PayloadError("no settings found there", " ".join(args.file[:3]))
    return max(status, int(totals.failed or (args.diff and totals.fixed > 0)))


def _not_read(args: argparse.Namespace, source: Source, error: DialedError, totals: Totals) -> int:
    """Say that a file cannot be read; one that was met in a folder is only counted."""
    if not source.named:
        totals.skipped += 1
        return 0
    place = place_of(source.path)
    text = str(error)
    if not text.startswith(place):
        text = f"{place}: {text}"
    if args.format == "json" and len(args.file) > 1:
        print(json.dumps({"file": source.path, "error": text}))
    print("dialed: " + "\n".join(map(safe, text.splitlines())), file=sys.stderr)
    return UNREADABLE


def _check_one(
    args: argparse.Namespace, document: Document, totals: Totals, *, several: bool
) -> Report:
    """Check one document, mend it if that was asked for, and print what is (still) wrong."""
    from dialed.checking import validate
    from dialed.generation import Generation

    dialect = None if isinstance(document.given, Generation) else args.dialect
    check = functools.partial(validate, model=args.model, dialect=dialect, to=args.to)
    to_output = args.fix and document.path == STANDARD_INPUT
    if (args.fix or args.diff) and document.text is not None:
        from dialed.payload_mending import mend

        mended = mend(document.text, check)
        totals.fixed += len(mended.fixes)
        if args.diff:
            _print_diff(document, mended.text)
            report = check(document.given)
        else:
            if to_output:
                print(mended.text, end="" if mended.text.endswith("\n") else "\n")
            elif mended.text != document.text:
                _write(document, mended.text)
            document = Document(document.path, document.given, mended.text)
            report = mended.report
    else:
        report = check(document.given)
    least = SEVERITIES[args.severity]
    told = tuple(p for p in report.problems if SEVERITIES[p.severity] >= least)
    report = dataclasses.replace(report, problems=told)
    totals.add(report)
    if args.format == "json":
        if not to_output:
            print_json_report(document, report, several=several)
    elif args.format == "github":
        if not to_output:
            print_github(document, report)
    else:
        stream = sys.stderr if to_output else sys.stdout
        print_text(document, report, heading=several, stream=stream)
    return report


def _print_diff(document: Document, mended: str) -> None:
    path = document.path
    lines = difflib.unified_diff(
        (document.text or "").splitlines(),
        mended.splitlines(),
        path,
        f"{path} (fixed)",
        lineterm="",
    )
    styles = {"+": "good", "-": "error", "@": "hint"}
    for line in lines:
        text = safe(line)
        print(painted(text, styles[line[0]]) if line[:1] in styles else text)


def _write(document: Document, text: str) -> None:
    """Replace the file in one step, so that no half of it is ever there; a link stays a link."""
    from dialed.building import replace_text

    try:
        path = Path(document.path).resolve()
        with path.open("rb") as file:
            encoding = encoding_of(file.read(4))
        replace_text(path, text, encoding)
    except OSError as error:
        raise PayloadError(
            f"cannot be written: {error.strerror or error}", document.path
        ) from error


def run_translate(args: argparse.Namespace) -> int:
    """Write settings as another tool does, with a note for all that is lost or converted."""
    from dialed.translation import CANONICAL, translate

    source = None if args.source == CANONICAL else args.source
    given = read_source(Source(args.file), source).given
    result = translate(given, to=args.to, source=source, model=args.model)
    if args.format == "json":
        print_json(result)
        return 0
    if args.python and result.python:
        print(result.python, end="")
        return 0
    rows = [
        (name, json.dumps(value, ensure_ascii=False, default=str))
        for name, value in result.payload.items()
    ]
    print(table(rows))
    if result.text:
        print(painted("as one text", "quiet"))
        print("\n".join(f"  {safe(line)}" for line in result.text.splitlines()))
    if result.notes:
        print(painted("notes", "quiet"))
        print(
            table(((n.kind, n.code or "", n.setting, n.message) for n in result.notes), indent="  ")
        )
    return 0
