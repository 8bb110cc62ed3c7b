"""Command line of the distilled model: ``python -m dialed_generator.vignette.turbo``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dialed_generator.vignette.base_run import PUBLISHED


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dialed_generator.vignette turbo",
        description="Distil, publish and evaluate Vignette Turbo.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    texts = {
        "train": "distil the published base model, or go on; publish and evaluate",
        "evaluate": "measure the published LoRA; write evaluation.json and the model card",
    }
    for name, text in texts.items():
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument(
            "--work",
            type=Path,
            default=Path(".vignette"),
            help="folder of the base model's run (default: .vignette); this one's is turbo in it",
        )
        command.add_argument("--folder", type=Path, default=PUBLISHED / "vignette-turbo")
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

    from dialed_generator.vignette.base_run import load_world
    from dialed_generator.vignette.files import CheckpointError
    from dialed_generator.vignette.settings import TINY, Recipe
    from dialed_generator.vignette.turbo import stages
    from dialed_generator.vignette.turbo.settings import TINY_TURBO, TurboRecipe

    if given.threads:
        torch.set_num_threads(given.threads)
    recipe, base_recipe = (TINY_TURBO, TINY) if given.tiny else (TurboRecipe(), Recipe())
    try:
        if given.command == "train":
            world = load_world(given.work, base_recipe)
            run = stages.train(given.work, recipe, given.base, world)
            stages.publish_run(run, given.base, given.folder)
        else:
            run = stages.trained(given.work, recipe, given.base)
        report = stages.evaluate_run(run, given.base, given.folder, base_recipe.scenes)
    except (FileNotFoundError, CheckpointError) as error:
        print(f"vignette turbo: {error}", file=sys.stderr)
        return 2
    print(f"prompt adherence {report['prompt_adherence']['value']:.1%} ({given.folder})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
