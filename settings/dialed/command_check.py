"""`dialed check | translate`: looking at settings in a file."""

from __future__ import annotations

import argparse
import json
from typing import Any

from dialed.command_look import add_format
from dialed.payload_file import read_payload
from dialed.terminal_text import painted, print_json, safe, table


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the two commands."""
    check = commands.add_parser(
        "check", help="what is wrong with settings", description=run_check.__doc__
    )
    check.add_argument("file", help="JSON file with names and values, or - for standard input")
    check.add_argument("--model", help="model they are meant for: id, hub repository or alias")
    check.add_argument(
        "--dialect", help="tool they are written for (default: canonical ids and any alias)"
    )
    translate = commands.add_parser(
        "translate", help="write settings as another tool does", description=run_translate.__doc__
    )
    translate.add_argument("file", help="JSON file with names and values, or - for standard input")
    translate.add_argument("--to", required=True, help="tool to write for, or canonical")
    translate.add_argument(
        "--from", dest="source", help="tool they are written for (default: canonical ids)"
    )
    translate.add_argument("--model", help="model they are meant for: id, hub repository or alias")
    translate.add_argument(
        "--python", action="store_true", help="print Python that makes the picture (diffusers)"
    )
    for parser, run in ((check, run_check), (translate, run_translate)):
        add_format(parser)
        parser.set_defaults(run=run)


def run_check(args: argparse.Namespace) -> int:
    """Check settings: names, values, fit to the model. Exit status 1 where there are errors or warnings."""
    from dialed.checking import validate

    report = validate(read_payload(args.file), model=args.model, dialect=args.dialect)
    failed = any(problem.severity != "hint" for problem in report.problems)
    if args.format == "json":
        print_json({"ok": report.ok, "settings": report.settings, "problems": report.problems})
        return int(failed)
    for problem in report.problems:
        head = painted(f"{problem.rule} {problem.severity}", problem.severity)
        print(f"{head}: {safe(problem.message)}")
    counts = {
        s: sum(p.severity == s for p in report.problems) for s in ("error", "warning", "hint")
    }
    number = len(report.settings)
    counted = f"{number} setting{'s' if number != 1 else ''}"
    if not report.problems:
        print(painted(f"{counted}, no problem", "good"))
    else:
        said = [f"{n} {name}{'s' if n != 1 else ''}" for name, n in counts.items() if n]
        print(f"{counted}: {', '.join(said)}")
    return int(failed)


def run_translate(args: argparse.Namespace) -> int:
    """Write settings as another tool does, with a note for all that is lost or converted."""
    from dialed.translation import translate

    result = translate(read_payload(args.file), to=args.to, source=args.source, model=args.model)
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
    if result.notes:
        print(painted("notes", "quiet"))
        print(
            table(((note.kind, note.setting, note.message) for note in result.notes), indent="  ")
        )
    return 0
