"""Command line of the adapters: ``python -m dialed_generator.vignette.adapters``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dialed_generator.vignette.base_run import PUBLISHED


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dialed_generator.vignette adapters",
        description="Train, publish and measure the adapters of Vignette: ControlNet and style LoRAs.",
    )
    text = "train on the published base model, or go on; publish and measure"
    command = parser.add_subparsers(dest="command", required=True).add_parser(
        "train", help=text, description=text
    )
    command.add_argument(
        "--work",
        type=Path,
        default=Path(".vignette"),
        help="folder of the base model's run (default: .vignette); theirs is adapters in it",
    )
    command.add_argument("--weights", type=Path, default=PUBLISHED)
    command.add_argument(
        "--base", type=Path, default=PUBLISHED / "vignette", help="published base model"
    )
    command.add_argument("--only", choices=("control", "blueprint", "neon"), default=None)
    command.add_argument(
        "--tiny", action="store_true", help="sizes at which everything runs in seconds"
    )
    command.add_argument("--threads", type=int, default=None, help="threads for torch")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit status: 0, or 2 for wrong use."""
    given = _arguments().parse_args(arguments)
    import torch

    from dialed_generator.vignette.adapters import stages
    from dialed_generator.vignette.adapters.settings import CONTROL, STYLE, TINY_ADAPTER
    from dialed_generator.vignette.base_run import load_world
    from dialed_generator.vignette.files import CheckpointError
    from dialed_generator.vignette.settings import TINY, Recipe

    if given.threads:
        torch.set_num_threads(given.threads)
    control, style = (TINY_ADAPTER, TINY_ADAPTER) if given.tiny else (CONTROL, STYLE)
    try:
        world = load_world(given.work, TINY if given.tiny else Recipe())
        reports = stages.publish_all(
            given.work / "adapters", control, style, given.base, given.weights, world, given.only
        )
    except (FileNotFoundError, CheckpointError) as error:
        print(f"vignette adapters: {error}", file=sys.stderr)
        return 2
    for place, report in reports.items():
        print(f"{place}: prompt adherence {report['prompt_adherence']['value']:.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
