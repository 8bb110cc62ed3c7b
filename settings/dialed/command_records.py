"""``dialed records``: start, check, lay out, build, count the records and compare them with diffusers."""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from dialed.command_drift import add_drift
from dialed.command_notes import add_notes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialed.record_kinds import Kind
    from dialed.record_problem import RecordProblem

_KINDS = ("setting", "model", "sampler", "schedule", "dialect")


def add_commands(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add ``records`` with its subcommands to a command line.

    Each parser sets ``run``, a function from the parsed arguments to the exit status: 0 all is well,
    1 problems were found.
    """
    records = subparsers.add_parser(
        "records",
        help="start, check, lay out, build, count and compare the records",
        description=__doc__,
    )
    actions = records.add_subparsers(dest="action", required=True, metavar="ACTION")

    new = _action(actions, "new", "write a commented template pair for a new record", _new)
    new.add_argument("kind", choices=_KINDS, help="kind of the record")
    new.add_argument("id", help="its id; becomes the name of the files")

    lint = _action(actions, "lint", "list everything that is wrong with the records", _lint)
    lint.add_argument("--fix", action="store_true", help="first lay out the files anew")

    layout = _action(actions, "format", "bring record files into the one layout", _format)
    layout.add_argument("--check", action="store_true", help="only list the files that differ")

    build = _action(actions, "build", "write what the library and editors read", _build)
    mode = build.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="only list what is not current")
    mode.add_argument("--print", action="store_true", help="print what would be written")

    _action(actions, "stats", "count records, names, values and evidence", _stats)
    add_drift(actions)
    add_notes(actions)


def _action(actions: Any, name: str, text: str, run: Any) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=text, description=f"{text[:1].upper()}{text[1:]}.")
    parser.add_argument(
        "--folder", type=Path, help="folder of records (default: the package's own)"
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="form of the output"
    )
    parser.set_defaults(run=run)
    return cast("argparse.ArgumentParser", parser)


def _tell(arguments: argparse.Namespace, data: dict[str, Any], lines: Sequence[str]) -> None:
    if arguments.format == "json":
        print(json.dumps(data, ensure_ascii=False))
    else:
        for line in lines:
            print(line)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _tell_problems(
    arguments: argparse.Namespace, problems: Sequence[RecordProblem], total: int
) -> int:
    files = len({problem.file for problem in problems})
    end = f"{_counted(total, 'record')}, no problem"
    if problems:
        end = f"{_counted(len(problems), 'problem')} in {_counted(files, 'file')}"
    data = {"records": total, "problems": [problem.as_dict() for problem in problems]}
    _tell(arguments, data, [*map(str, problems), end])
    return 1 if problems else 0


def _folder(arguments: argparse.Namespace) -> Path:
    from dialed.records_loading import RECORDS_FOLDER

    return cast("Path", arguments.folder or RECORDS_FOLDER)


def _new(arguments: argparse.Namespace) -> int:
    from dialed.record_templates import start_record

    day = datetime.datetime.now(datetime.UTC).date()
    kind = cast("Kind", f"{arguments.kind}s")
    written = [str(path) for path in start_record(kind, arguments.id, _folder(arguments), day)]
    hint = "Write the record, then: dialed records format && dialed records lint && dialed records build"
    _tell(arguments, {"written": written}, [*written, hint])
    return 0


def _lint(arguments: argparse.Namespace) -> int:
    from dialed.lint import run_checks
    from dialed.records_loading import collect_records

    folder = _folder(arguments)
    if arguments.fix:
        _laid_out(folder, write=True)
    records = collect_records(folder)
    problems = run_checks(records)
    return _tell_problems(arguments, problems, sum(map(len, records.records.values())))


def _laid_out(folder: Path, *, write: bool) -> tuple[list[str], list[RecordProblem]]:
    """Files that differ from the canonical layout, and problems that keep files from being laid out."""
    from dialed.building import replace_text
    from dialed.errors import DialedError
    from dialed.record_format import format_record
    from dialed.record_problem import RecordProblem
    from dialed.records_loading import collect_records

    records = collect_records(folder)
    unreadable = {"readable", "toml-syntax"}
    problems = [problem for problem in records.problems if problem.check in unreadable]
    changed = []
    for (kind, _), file in records.files.items():
        try:
            wanted = format_record(kind, file.text)
            if wanted == file.text:
                continue
            if write:
                replace_text(folder / file.file, wanted)
        except (DialedError, OSError) as error:
            told = f"it cannot be laid out ({error})"
            problems.append(RecordProblem(file.file, 0, "", told, "lay it out by hand", "layout"))
            continue
        changed.append(file.file)
    return changed, problems


def _format(arguments: argparse.Namespace) -> int:
    changed, problems = _laid_out(_folder(arguments), write=not arguments.check)
    verb = "would change" if arguments.check else "changed"
    data = {"changed": changed, "problems": [problem.as_dict() for problem in problems]}
    lines = [*(f"{verb}: {file}" for file in changed), *map(str, problems)]
    _tell(arguments, data, lines or ["every record is laid out"])
    return 1 if problems or (arguments.check and changed) else 0


def _build(arguments: argparse.Namespace) -> int:
    from dialed.building import CURE, differences, generated_files, write_differences
    from dialed.errors import RecordError
    from dialed.records_loading import load_record_set

    folder = _folder(arguments)
    try:
        records = load_record_set(folder)
    except RecordError as error:
        if arguments.format == "json":
            listed = [p if isinstance(p, str) else p.as_dict() for p in error.problems]
            print(json.dumps({"problems": listed}, ensure_ascii=False))
        print(f"{error}\nNothing was built.", file=sys.stderr)
        return 1
    files = generated_files(records)
    if arguments.print:
        _tell(arguments, {"files": files}, [f"== {name}\n{text}" for name, text in files.items()])
        return 0
    root = folder.parent
    found = differences(files, root)
    data = {"files": len(files), "differences": [difference._asdict() for difference in found]}
    if arguments.check:
        good = f"{_counted(len(files), 'generated file')}, all current"
        _tell(arguments, data, [str(difference) for difference in found] or [good])
        if found:
            print(f"error: generated files are not current; {CURE}", file=sys.stderr)
        return 1 if found else 0
    write_differences(found, files, root)
    done = [f"{'removed' if d.reason == 'left over' else 'wrote'}: {d.file}" for d in found]
    _tell(arguments, data, done or [f"{_counted(len(files), 'generated file')}, all current"])
    return 0


def _stats(arguments: argparse.Namespace) -> int:
    from dialed.record_stats import record_stats
    from dialed.records_loading import load_record_set

    stats = record_stats(load_record_set(_folder(arguments)))
    lines = []
    for name, value in stats.items():
        if isinstance(value, dict):
            width = max((len(key) for key in value), default=0)
            lines += [f"{name}:", *(f"  {key:<{width}}  {count}" for key, count in value.items())]
        else:
            lines.append(f"{name}: {value}")
    _tell(arguments, stats, lines)
    return 0
