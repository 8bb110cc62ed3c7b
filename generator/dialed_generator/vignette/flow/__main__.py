"""Command line of the flow model: ``python -m dialed_generator.vignette.flow``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dialed_generator.vignette.base_run import PUBLISHED


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dialed_generator.vignette flow",
        description="Train, publish and evaluate Vignette Flow.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    texts = {
        "train": "train from the base model's encoded scenes, or go on; publish and evaluate",
        "publish": "publish the newest checkpoint of a run",
        "evaluate": "measure the published model; write evaluation.json and the model card",
    }
    for name, text in texts.items():
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument(
            "--work",
            type=Path,
            default=Path(".vignette"),
            help="folder of the base model's run (default: .vignette); this one's is flow in it",
        )
        command.add_argument("--folder", type=Path, default=PUBLISHED / "vignette-flow")
        command.add_argument(
            "--base", type=Path, default=PUBLISHED / "vignette", help="published base model"
        )
        command.add_argument(
            "--tiny", action="store_true", help="sizes at which everything runs in seconds"
        )
        command.add_argument("--threads", type=int, default=None, help="threads for torch")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit status: 0, or 2 for wrong use."""
    given = _arguments().parse_args(arguments)
    import torch

    from dialed_generator.vignette.files import CheckpointError
    from dialed_generator.vignette.flow import stages
    from dialed_generator.vignette.flow.settings import TINY_FLOW, FlowRecipe
    from dialed_generator.vignette.settings import TINY, Recipe

    if given.threads:
        torch.set_num_threads(given.threads)
    recipe, base_recipe = (TINY_FLOW, TINY) if given.tiny else (FlowRecipe(), Recipe())
    try:
        if given.command == "train":
            stages.train(given.work, recipe, base_recipe)
        if given.command in ("train", "publish"):
            stages.publish_run(given.work, recipe, given.base, given.folder)
        if given.command in ("train", "evaluate"):
            report = stages.evaluate_run(given.work, recipe, base_recipe, given.base, given.folder)
            print(f"prompt adherence {report['prompt_adherence']['value']:.1%} ({given.folder})")
    except (FileNotFoundError, CheckpointError) as error:
        print(f"vignette flow: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
