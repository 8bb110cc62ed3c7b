"""``dialed images plan | build | verify | status | gc``."""

import argparse
import functools
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from dialed_generator.engine_choice import add_engine, add_precision, add_store
from dialed_generator.own_model_arguments import add_own_model

EXTRA = {"PIL", "diffusers", "numpy", "safetensors", "scipy", "torch", "transformers"}
"""What the extra ``dialed[generator]`` brings."""


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the parser of ``images`` to the command line of the library."""
    images = subparsers.add_parser(
        "images",
        help="plan, render, publish and prove the pictures",
        description="Pictures of the comparisons.",
    )
    commands = images.add_subparsers(dest="images_command", required=True, metavar="COMMAND")

    def command(name: str, text: str, *, selects: bool = True) -> argparse.ArgumentParser:
        parser = commands.add_parser(name, help=text, description=text)
        parser.add_argument(
            "--format", choices=("text", "json"), default="text", help="how to answer"
        )
        parser.add_argument(
            "--root", type=Path, metavar="FOLDER", help="repository to work in (default: this one)"
        )
        parser.add_argument(
            "--weights",
            type=Path,
            metavar="FOLDER",
            help="folder of model folders (default: generator/weights)",
        )
        parser.add_argument(
            "--records",
            type=Path,
            metavar="FOLDER",
            help="records to plan from (default: those that are built in)",
        )
        if selects:
            parser.add_argument(
                "--setting",
                action="append",
                default=[],
                metavar="ID",
                help="only this setting (repeatable)",
            )
        parser.set_defaults(run=functools.partial(_run, name))
        return parser

    command("plan", "say which images the records ask for")
    status = command("status", "say of each image whether it is made, and if not, why")
    add_store(status)
    add_own_model(status, builds=False)
    build = command("build", "render and publish what is missing or stale")
    build.add_argument(
        "--force",
        action="append",
        default=[],
        metavar="SETTING",
        help="render this setting anew (repeatable)",
    )
    build.add_argument(
        "--masters", action="store_true", help="make the lossless masters of all images too"
    )
    build.add_argument("--limit", type=_count, metavar="N", help="render at most N images")
    build.add_argument(
        "--batch-size", type=_count, default=8, metavar="N", help="runs a batch (default: 8)"
    )
    build.add_argument(
        "--threads", type=_count, metavar="N", help="threads of torch (default: its own choice)"
    )
    build.add_argument(
        "--device", default="cpu", help="where to render, as torch names it (default: cpu)"
    )
    add_store(build)
    add_engine(build, _count)
    add_precision(build)
    add_own_model(build, builds=True)
    verify = command(
        "verify", "check every published file; exit 1 if one is at fault", selects=False
    )
    verify.add_argument(
        "--rerender", type=_count, default=0, metavar="N", help="render N images again"
    )
    verify.add_argument("--device", default="cpu", help="where to render (default: cpu)")
    add_store(verify)
    remove = command("gc", "remove what no comparison needs any more", selects=False)
    remove.add_argument("--dry-run", action="store_true", help="only say what would be removed")
    add_store(remove)


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = -1
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 0 or more")
    return number


def _run(name: str, args: argparse.Namespace) -> int:
    # Imported late: `dialed --help` needs none of it, and a wheel may lack what rendering needs.
    from dialed_generator.errors import GeneratorError

    try:
        run: Callable[[argparse.Namespace], int] = getattr(
            import_module("dialed_generator.commands"), name
        )
        return run(args)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in EXTRA:
            raise
        raise GeneratorError(
            f"`dialed images {name}` needs {missing}, which is not installed; install dialed[generator]"
        ) from None
