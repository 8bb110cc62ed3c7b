"""Command line of the built-in model: ``python -m dialed_generator.vignette``."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

PUBLISHED = Path(__file__).parents[2] / "weights" / "vignette"
"""The published folder of a clone."""
SIBLINGS = ("flow", "turbo", "adapters")
"""Members of the family with a command line of their own: ``... vignette flow train``."""


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dialed_generator.vignette",
        description="Train, publish and evaluate Vignette, the built-in text-to-image model.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    texts = {
        "train": "train from nothing, or go on where a killed run stopped; publish and evaluate",
        "publish": "publish the newest checkpoint of a run",
        "evaluate": "measure the published model; write evaluation.json and the model card",
        "contact-sheet": "generate the contact sheet of the published model as a PNG",
        "scenes": "draw a sheet of scenes as a PNG, without any model",
    }
    for name, text in texts.items():
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument(
            "--work",
            type=Path,
            default=Path(".vignette"),
            help="folder of the run: scenes, latents, checkpoints (default: .vignette)",
        )
        command.add_argument(
            "--folder",
            type=Path,
            default=PUBLISHED,
            help="the published folder (default: %(default)s)",
        )
        if name in ("train", "publish", "evaluate"):
            command.add_argument(
                "--tiny", action="store_true", help="sizes at which everything runs in seconds"
            )
            command.add_argument("--threads", type=int, default=None, help="threads for torch")
        if name in ("train", "evaluate"):
            command.add_argument(
                "--page", type=Path, default=None, help="also write the evaluation as this page"
            )
        if name == "train":
            command.add_argument(
                "--from",
                dest="known",
                type=Path,
                default=None,
                help="a published folder whose weights the training starts from",
            )
        if name in ("contact-sheet", "scenes"):
            command.add_argument("--out", type=Path, default=Path(f"{name}.png"))
        if name == "scenes":
            command.add_argument("--first", type=int, default=0, help="seed of the first scene")
            command.add_argument("--count", type=int, default=24)
    return parser


def _scenes(first: int, count: int, out: Path) -> None:
    from PIL import Image

    from dialed_generator.vignette.assembly import sheet
    from dialed_generator.vignette.drawing import render
    from dialed_generator.vignette.scenes import random_scene

    pictures = [Image.fromarray(render(random_scene(first + k))) for k in range(count)]
    sheet(pictures, min(count, 6)).save(out)
    print(out)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit status: 0, 1 for a problem found, 2 for wrong use."""
    words = sys.argv[1:] if arguments is None else arguments
    if words and words[0] in SIBLINGS:
        sibling = import_module(f"dialed_generator.vignette.{words[0]}.__main__")
        return int(sibling.main(words[1:]))
    given = _arguments().parse_args(words)
    if given.command == "scenes":
        _scenes(given.first, given.count, given.out)
        return 0
    import torch

    from dialed_generator.vignette import publishing, train
    from dialed_generator.vignette.evaluation import gate_problems
    from dialed_generator.vignette.evaluation_page import write_page
    from dialed_generator.vignette.files import CheckpointError
    from dialed_generator.vignette.settings import TINY, Recipe

    try:
        if given.command == "contact-sheet":
            publishing.contact_sheet(publishing.load_pipeline(given.folder)).save(given.out)
            print(given.out)
            return 0
        recipe = TINY if given.tiny else Recipe()
        if given.threads:
            torch.set_num_threads(given.threads)
        if given.command == "publish":
            train.publish_run(given.work, recipe, given.folder)
            print(given.folder)
            return 0
        report = (
            train.train(given.work, recipe, given.folder, given.known)
            if given.command == "train"
            else train.evaluate_run(given.work, recipe, given.folder)
        )
    except (FileNotFoundError, CheckpointError) as error:
        print(f"vignette: {error}", file=sys.stderr)
        return 2
    if given.page is not None:
        write_page(report, given.folder, given.page)
    problems = gate_problems(report)
    for problem in problems:
        print(f"vignette: {problem}", file=sys.stderr)
    print(f"prompt adherence {report['prompt_adherence']['value']:.1%} ({given.folder})")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
