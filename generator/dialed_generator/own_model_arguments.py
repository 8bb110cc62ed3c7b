"""Options of `dialed images build` and `status` for somebody's own checkpoint."""

import argparse
import json
import re
import shlex
from pathlib import Path

from dialed_generator.job import Scalar
from dialed_generator.own_model import Adapter, Loading

DTYPES = ("float32", "float16", "bfloat16")
OFFLOADS = ("none", "model", "sequential")
BITS = ("none", "8bit", "4bit")


def add_own_model(parser: argparse.ArgumentParser, *, builds: bool) -> None:
    """Add the options to a parser.

    Args:
        parser: Of ``build`` or ``status``.
        builds: Whether the command renders.
    """
    group = parser.add_argument_group(
        "your own checkpoint", "Pictures of the same comparisons, drawn by any diffusers model."
    )
    add = group.add_argument
    add("--model", metavar="FOLDER|FILE|HUB_ID", help="checkpoint to draw with; needs --out")
    add("--out", type=Path, metavar="FOLDER", help="where the sheet goes")
    add("--as", dest="like", metavar="MODEL", help="model of the registry that it is like")
    add("--revision", metavar="REV", help="branch, tag or commit of a hub repository")
    add("--variant", metavar="NAME", help="variant of the weight files, such as fp16")
    add("--config", metavar="FOLDER|HUB_ID", help="configurations that a single file belongs to")
    add(
        "--lora",
        type=adapter,
        action="append",
        default=[],
        metavar="FILE[:WEIGHT]",
        help="LoRA on top (repeatable)",
    )
    add("--controlnet", metavar="FOLDER", help="ControlNet on top; needs --image")
    add(
        "--ip-adapter",
        type=adapter,
        metavar="FILE[:WEIGHT]",
        help="IP-Adapter on top; needs --image",
    )
    add("--image", type=Path, metavar="FILE", help="picture to begin from, to edit, or to follow")
    add("--dtype", choices=DTYPES, default="float32", help="number format (default: float32)")
    add("--offload", choices=OFFLOADS, default="none", help="what waits in main memory")
    add("--quantize", choices=BITS, default="none", help="bits of the denoiser's weights")
    add("--prompt", action="append", default=[], metavar="TEXT", help="prompt (repeatable)")
    add("--negative", metavar="TEXT", help="negative prompt of every run that takes one")
    add("--seed", type=seed, action="append", default=[], metavar="N", help="seed (repeatable)")
    add("--size", type=size, metavar="WxH", help="width and height in pixels")
    add(
        "--set",
        type=held,
        action="append",
        default=[],
        metavar="SETTING=VALUE",
        help="hold a setting (repeatable)",
    )
    add(
        "--values",
        type=swept,
        action="append",
        default=[],
        metavar="SETTING=V,V,...",
        help="values to sweep (repeatable)",
    )
    add("--all-values", action="store_true", help="every value of a sweep, not only the chosen few")
    if builds:
        add("--dry-run", action="store_true", help="only say what would be made")
        add("--estimate", action="store_true", help="measure a few steps and say how long it takes")
    else:
        add("--device", default="cpu", help=argparse.SUPPRESS)


def loading_of(args: argparse.Namespace) -> Loading:
    """What the parsed arguments say about loading."""
    return Loading(
        model=args.model,
        revision=args.revision,
        variant=args.variant,
        config=args.config,
        loras=tuple(args.lora),
        controlnet=args.controlnet,
        ip_adapter=args.ip_adapter,
        dtype=args.dtype,
        device=args.device,
        offload=args.offload,
        quantize=args.quantize,
    )


def command_of(args: argparse.Namespace, revision: str | None) -> str:
    """The command that makes the same sheet again, with the hub's commit pinned."""
    words = ["dialed", "images", "build", "--model", args.model]

    def say(option: str, value: object) -> None:
        if value is not None:
            words.extend([option, str(value)])

    say("--revision", revision)
    for option in ("as", "variant", "config", "controlnet", "image", "negative"):
        say(f"--{option}", getattr(args, "like" if option == "as" else option))
    for lora in args.lora:
        say("--lora", f"{lora.source}:{lora.weight:g}")
    if args.ip_adapter is not None:
        say("--ip-adapter", f"{args.ip_adapter.source}:{args.ip_adapter.weight:g}")
    for option, plain in (
        ("dtype", "float32"),
        ("device", "cpu"),
        ("offload", "none"),
        ("quantize", "none"),
    ):
        if getattr(args, option) != plain:
            say(f"--{option}", getattr(args, option))
    if args.size is not None:
        say("--size", f"{args.size[0]}x{args.size[1]}")
    for option, values in (
        ("--setting", args.setting),
        ("--prompt", args.prompt),
        ("--seed", args.seed),
    ):
        for value in values:
            say(option, value)
    for name, value in args.set:
        say("--set", f"{name}={_text(value)}")
    for name, values in args.values:
        say("--values", f"{name}={','.join(map(_text, values))}")
    if args.all_values:
        words.append("--all-values")
    return shlex.join([*words, "--out", str(args.out)])


def adapter(text: str) -> Adapter:
    """``FILE`` or ``FILE:WEIGHT``; a colon that no number follows belongs to the path."""
    match = re.fullmatch(r"(.+):([+-]?(?:\d+\.?\d*|\.\d+))", text)
    if match is None or Path(text).exists():
        return Adapter(text)
    weight = float(match[2])
    if abs(weight) > 10:
        raise argparse.ArgumentTypeError(
            f"the weight {weight:g} in {text!r} must lie between -10 and 10"
        )
    return Adapter(match[1], weight)


def seed(text: str) -> int:
    """A seed that torch takes: 0 to 2^63 - 1."""
    if not re.fullmatch(r"\d{1,19}", text, re.ASCII) or int(text) >= 2**63:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a seed: a whole number from 0 to 2^63 - 1"
        )
    return int(text)


def size(text: str) -> tuple[int, int]:
    """``WIDTHxHEIGHT`` in pixels."""
    match = re.fullmatch(r"(\d{1,5})[xX×](\d{1,5})", text, re.ASCII)
    if match is None or not (int(match[1]) and int(match[2])):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size; write it like 1024x768")
    return int(match[1]), int(match[2])


def held(text: str) -> tuple[str, Scalar]:
    """``SETTING=VALUE``."""
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise argparse.ArgumentTypeError(f"{text!r} must be SETTING=VALUE, like guidance_scale=4")
    return name.strip(), _value(value)


def swept(text: str) -> tuple[str, tuple[Scalar, ...]]:
    """``SETTING=VALUE,VALUE,...``."""
    name, sign, values = text.partition("=")
    if not sign or not name.strip() or not values.strip():
        raise argparse.ArgumentTypeError(
            f"{text!r} must be SETTING=VALUE,VALUE,... like eta=0,0.5,1"
        )
    return name.strip(), tuple(_value(value) for value in values.split(","))


def _value(text: str) -> Scalar:
    try:
        value = json.loads(text)
    except ValueError:
        return text.strip()
    finite = isinstance(value, bool | int | str) or (
        isinstance(value, float) and abs(value) < 1e300
    )
    return value if finite else text.strip()


def _text(value: Scalar) -> str:
    return value if isinstance(value, str) else json.dumps(value)
