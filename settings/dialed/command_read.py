"""`dialed read | parse`: what a tool wrote about a picture, in canonical settings."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from dialed.command_look import add_format
from dialed.terminal_text import painted, plain_json, print_json, safe, table

if TYPE_CHECKING:
    from dialed.generation import Generation

PROBLEMS, UNREADABLE = 1, 2
_LONGEST_SHOWN = 200


def add_commands(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the two commands."""
    read = commands.add_parser(
        "read", help="settings in pictures' metadata", description=run_read.__doc__
    )
    read.add_argument("image", nargs="+", help="PNG, JPEG, WebP, AVIF or HEIC file")
    parse = commands.add_parser(
        "parse", help="settings in infotext, JSON or a graph", description=run_parse.__doc__
    )
    parse.add_argument("file", help="text file, or - for standard input")
    parse.add_argument("--dialect", help="tool that wrote it (default: find out)")
    for parser, run in ((read, run_read), (parse, run_parse)):
        add_format(parser)
        parser.set_defaults(run=run)


def run_read(args: argparse.Namespace) -> int:
    """Read the settings that tools left in pictures.

    Several pictures give one line of JSON each with --format json. Exit status 1 where something in a picture was
    odd, 2 where a picture could not be read; the others are read all the same.
    """
    from dialed.errors import DialedError
    from dialed.reading_images import read

    status, several = 0, len(args.image) > 1
    for place in args.image:
        try:
            generation = read(place)
        except DialedError as error:
            status = UNREADABLE
            if args.format == "json" and several:
                _print_line({"file": place, "error": str(error)})
            print("dialed: " + "\n".join(map(safe, str(error).splitlines())), file=sys.stderr)
            continue
        if generation.problems:
            status = max(status, PROBLEMS)
        if args.format != "json":
            _print_text(generation, place if several else None)
        elif several:
            _print_line({"file": place, **plain_json(generation)})
        else:
            print_json(generation)
    return status


def run_parse(args: argparse.Namespace) -> int:
    """Read what a tool wrote: infotext, JSON, a graph, flags. Exit status 1 where something was odd."""
    from dialed.errors import PayloadError
    from dialed.parsing import parse
    from dialed.payload_file import place_of, read_text

    text = read_text(args.file)
    try:
        generation = parse(text, args.dialect)
    except PayloadError as error:
        raise PayloadError(str(error), place_of(args.file)) from error
    if args.format == "json":
        print_json(generation)
    else:
        _print_text(generation, None)
    return PROBLEMS if generation.problems else 0


def _print_line(value: Any) -> None:
    # Programs split at line ends, so no other character may end a line.
    print(json.dumps(plain_json(value), ensure_ascii=True, allow_nan=False), flush=True)


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(plain_json(value), ensure_ascii=False)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _print_text(generation: Generation, place: str | None) -> None:
    if place is not None:
        print(painted(safe(place), "strong"))
    rows = [("written by", generation.dialect)]
    rows += [(name, _shown(value)) for name, value in generation.settings.items()]
    for number, settings in enumerate(generation.passes, 2):
        rows += [(f"pass {number}: {name}", _shown(value)) for name, value in settings.items()]
    for lora in generation.loras:
        rows.append(("LoRA", _with_weight(lora.name, lora.weight)))
    for control in generation.controlnets:
        rows.append(("ControlNet", _with_weight(control.model or "without a name", control.weight)))
    print(table(rows))
    if generation.extras:
        print(painted("also written", "quiet"))
        print(table([(name, _shown(v)) for name, v in generation.extras.items()], indent="  "))
    for problem in generation.problems:
        print(f"{painted('problem', 'warning')}: {safe(problem)}")
    if place is not None:
        print()


def _with_weight(name: str, weight: float | None) -> str:
    return name if weight is None else f"{name} at {weight}"
