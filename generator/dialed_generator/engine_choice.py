"""``--store``, ``--engine`` and what belongs to them: arguments, and the engine that they name."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from dialed_generator.errors import GeneratorError

if TYPE_CHECKING:
    from dialed_generator.outcomes import Engine
    from dialed_generator.places import Places


def add_store(parser: argparse.ArgumentParser) -> None:
    """Add ``--store`` to a command."""
    parser.add_argument(
        "--store",
        metavar="ADDRESS",
        help="where lossless masters are kept: a folder, or an address such as s3://bucket/masters "
        "(default: .dialed/store)",
    )


def add_engine(parser: argparse.ArgumentParser, count: Callable[[str], int]) -> None:
    """Add ``--engine`` and the arguments of a cluster to a command."""
    parser.add_argument(
        "--engine",
        choices=("local", "ray"),
        default="local",
        help="where to render: in this process, or on a Ray cluster (default: local)",
    )
    parser.add_argument(
        "--address",
        metavar="ADDRESS",
        help="with --engine ray: the cluster, or `auto` for the one of this machine "
        "(default: start one on this machine)",
    )
    parser.add_argument(
        "--workers",
        type=count,
        metavar="N",
        help="at most N processes that render (default: one for each GPU, or for --threads CPUs; "
        "in this machine one)",
    )


def add_precision(parser: argparse.ArgumentParser) -> None:
    """Add ``--precision`` to a command."""
    parser.add_argument(
        "--precision",
        choices=("float32", "bfloat16"),
        default="float32",
        help="what inner layers of U-Nets multiply in: bfloat16 is faster on processors that have it "
        "and gives pictures that are close, not equal (default: float32)",
    )


def engine_of(args: argparse.Namespace, places: "Places", say: Callable[[str], None]) -> "Engine":
    """The engine that the arguments name.

    Raises:
        GeneratorError: Arguments of a cluster without one, or Ray is not installed.
    """
    if args.engine == "ray":
        if args.precision != "float32":
            raise GeneratorError(
                "--precision bfloat16 is rendered in this machine alone; leave out --engine ray"
            )
        from dialed_generator.ray_engine import RayEngine

        return RayEngine(
            places,
            address=args.address,
            device=args.device,
            threads=args.threads,
            workers=args.workers,
            batch_size=args.batch_size,
            say=say,
        )
    if args.address is not None:
        raise GeneratorError(
            "--address belongs to a Ray cluster, but the engine is local; add --engine ray"
        )
    from dialed_generator.process_engine import ProcessEngine
    from dialed_generator.rendering.local import local_renderer

    renderer = local_renderer(places, args.device, args.threads, args.precision)
    return ProcessEngine(places.store, renderer, args.batch_size, args.workers or 1)
