"""The command line: `dialed resolve | show | check | translate | read | parse | schema | records | ...` and plug-ins.

Exit status: 0 done, 1 problems found, 2 wrong use or input that cannot be read. Errors go to standard
error as one message each.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from dialed import __version__
from dialed.errors import DialedError, RecordError
from dialed.terminal_text import safe

GROUP = "dialed.commands"
"""Entry-point group: a function ``add_commands(subparsers)`` each."""
OWN = frozenset(
    {
        "resolve",
        "show",
        "models",
        "schema",
        "check",
        "translate",
        "read",
        "parse",
        "records",
        "completion",
    }
)
PROBLEMS, WRONG_USE, INTERRUPTED = 1, 2, 130


def build_parser(*, plugins: bool = True) -> argparse.ArgumentParser:
    """The parser with all commands.

    Args:
        plugins: Add the commands of other packages too; one that cannot be loaded is reported and left out.
    """
    parser = argparse.ArgumentParser(
        prog="dialed", description="Look up, check and translate diffusion image settings."
    )
    parser.add_argument("--version", action="version", version=f"dialed {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="command", required=True)
    from dialed import (
        command_check,
        command_completion,
        command_look,
        command_read,
        command_records,
    )

    command_look.add_commands(commands)
    command_check.add_commands(commands)
    command_read.add_commands(commands)
    command_records.add_commands(commands)
    command_completion.add_commands(commands)
    if plugins:
        for entry in _plugins():
            _add_plugin(entry, commands)
    return parser


def _plugins() -> Iterator[EntryPoint]:
    yield from sorted(entry_points(group=GROUP), key=lambda entry: entry.name)


def _add_plugin(entry: EntryPoint, commands: argparse._SubParsersAction[Any]) -> None:
    try:
        entry.load()(commands)
    except Exception as error:  # noqa: BLE001 - whatever a stranger's code raises, the other commands stay
        reason = f"{type(error).__name__}: {error}"
        print(
            f"dialed: the commands of {safe(entry.name)} ({safe(entry.value)}) cannot be loaded: "
            f"{safe(reason)}. Reinstall or remove that package; all other commands work.",
            file=sys.stderr,
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(
            stream, io.TextIOWrapper
        ):  # what a terminal cannot show is escaped, not an error
            stream.reconfigure(errors="backslashreplace")
    # Only what is not ours can be a plug-in's: ours then start without loading anyone else's code.
    first = next((word for word in arguments if not word.startswith("-")), None)
    try:
        try:
            args = build_parser(plugins=first not in OWN).parse_args(arguments)
        except SystemExit as stop:  # argparse has printed its message
            return stop.code if isinstance(stop.code, int) else WRONG_USE
        status: int = args.run(args)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough. Python would complain again when it closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except RecordError as error:
        print(f"dialed: {_lines(error)}", file=sys.stderr)
        return PROBLEMS
    except DialedError as error:
        print(f"dialed: {_lines(error)}", file=sys.stderr)
        return WRONG_USE
    return status


def _lines(error: DialedError) -> str:
    return "\n".join(safe(line) for line in str(error).splitlines())


if __name__ == "__main__":
    sys.exit(main())
